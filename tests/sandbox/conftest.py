"""A seeded world whose clock only moves when a test moves it."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from runner.sandbox.answers import Answer
from runner.sandbox.caller import Caller
from runner.sandbox.state import World
from runner.sandbox.values import Settings

CUSTOMER = "+13115552368"
SENDER = "+19255551234"


class TurnedClock:
    """Epoch seconds that stand still until they are turned."""

    def __init__(self) -> None:
        self.now = 1_795_368_600.0  # 2026-11-22T17:30:00Z

    def __call__(self) -> float:
        """The time."""
        return self.now

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@pytest.fixture
def clock() -> TurnedClock:
    """The clock of `world`."""
    return TurnedClock()


@pytest.fixture
def turn(clock: TurnedClock) -> Callable[[float], None]:
    """Turns the clock of `world`."""
    return clock.turn


@pytest.fixture
def world(clock: TurnedClock) -> World:
    """A world in which a customer joins after one second."""
    settings = Settings(join_delay=1.0, sent_delay=1.0, delivered_delay=5.0)
    return World(settings, clock=clock, chance=random.Random(7))  # noqa: S311


@pytest.fixture
def twilio(world: World) -> Caller:
    """Calls `world`."""
    return Caller(world)


@pytest.fixture
def sms_form() -> Callable[..., dict[str, str]]:
    """The source document's form, with what a test changes in Channel or in Routing."""

    def form(channel: Any = None, routing: Any = None, address: str = CUSTOMER) -> dict[str, str]:
        placeholder = "X" * 32
        whole = {
            "type": "sms",
            "initiated_by": "agent",
            "properties": {"type": "sms"},
            "participants": [{"address": address, "proxy_address": SENDER, "type": "sms"}],
            **(channel or {}),
        }
        properties = {
            "workspace_sid": f"WS{placeholder}",
            "workflow_sid": f"WW{placeholder}",
            "queue_sid": f"WQ{placeholder}",
            "worker_sid": f"WK{placeholder}",
            "task_channel_unique_name": "sms",
            "attributes": {"customerName": "silly name", "customerAddress": "+1311-555-2368"},
            **(routing or {}),
        }
        return {"Channel": json.dumps(whole), "Routing": json.dumps({"properties": properties})}

    return form


@pytest.fixture
def start(twilio: Caller, sms_form: Callable[..., dict[str, str]]) -> Callable[..., Answer]:
    """Starts an interaction."""
    return lambda *changes, **more: twilio.post("/v1/Interactions", sms_form(*changes, **more))


@pytest.fixture
def conversation_sid() -> Callable[[Answer], str]:
    """Reads the conversation SID as the documents say: out of a JSON string."""

    def read(answer: Answer) -> str:
        assert answer.body is not None
        attributes = json.loads(answer.body["routing"]["properties"]["attributes"])
        return str(attributes["conversationSid"])

    return read


@pytest.fixture
def open_sms(twilio: Caller) -> Callable[[str], str]:
    """Opens a conversation with a customer by SMS, and gives its SID."""

    def opened(address: str = CUSTOMER) -> str:
        created = twilio.post("/v1/Conversations").body or {}
        path = f"/v1/Conversations/{created['sid']}/Participants"
        twilio.post(
            path,
            {"MessagingBinding.Address": address, "MessagingBinding.ProxyAddress": SENDER},
        )
        return str(created["sid"])

    return opened
