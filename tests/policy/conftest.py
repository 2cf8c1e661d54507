"""Deliveries and environments to decide about."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from runner.model.channel import CHANNELS
from runner.model.delivery import Customer, Delivery
from runner.model.place import Span
from runner.model.playbook import Environment, Policy

_ONE = Delivery(
    "0" * 32,
    "1",
    Span("people.csv", 2, 1, 2, 1),
    CHANNELS["sms"],
    Customer("+4930123456", "+19255551234"),
    (("Channel", '{"properties":{}}'),),
    (("Body", "Hi"),),
)


@pytest.fixture
def make_delivery() -> Callable[..., Delivery]:
    """Return a function that makes a delivery to a number."""

    def make(number: str = "+4930123456", channel: str = "sms", **fields: Any) -> Delivery:
        found = CHANNELS[channel]
        customer = Customer(found.prefix + number, "+19255551234")
        return replace(_ONE, **{"channel": found, "customer": customer, **fields})

    return make


@pytest.fixture
def make_environment() -> Callable[..., Environment]:
    """Return a function that makes an environment with a policy."""

    def make(policy: dict[str, Any] | None = None, **fields: Any) -> Environment:
        return Environment("production", {}, policy=Policy(**(policy or {})), **fields)

    return make
