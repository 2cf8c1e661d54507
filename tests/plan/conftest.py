"""Deliveries to plan, and what is known of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from runner.model.channel import CHANNELS
from runner.model.delivery import Customer, Delivery
from runner.model.place import Span

_ONE = Delivery(
    "0" * 32,
    "1",
    Span("people.csv", 2, 1, 2, 1),
    CHANNELS["sms"],
    Customer("+13115552368", "+19255551234"),
    (("Channel", '{"properties":{}}'), ("Routing", '{"properties":{"worker_sid":"WK1"}}')),
    (("Body", "Hi Ann"),),
    outline=(("Body", "Hi ‹name›"),),
)


@pytest.fixture
def make_delivery() -> Callable[..., Delivery]:
    """Return a function that makes a delivery, by its row."""

    def make(row: int = 2, **fields: Any) -> Delivery:
        place = Span("people.csv", row, 1, row, 1)
        given = {"place": place, "key": str(row), "id": f"{row:032x}", **fields}
        return replace(_ONE, **given)

    return make
