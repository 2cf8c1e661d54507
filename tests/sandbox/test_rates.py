from collections.abc import Callable
from dataclasses import replace

import pytest

from runner.sandbox.answers import Answer
from runner.sandbox.caller import Caller
from runner.sandbox.state import World
from runner.sandbox.values import TWILIOS_LIMITS

PATH = "/v1/Conversations"
Turn = Callable[[float], None]


@pytest.fixture(autouse=True)
def limited(world: World) -> None:
    """A world that admits one of each in a second."""
    world.settings = replace(world.settings, interactions_per_second=1, actions_per_second=1)


def test_each_endpoint_of_interactions(
    twilio: Caller, start: Callable[..., Answer], turn: Turn
) -> None:
    """One create and one fetch in a second, a second later again; what is refused is not done."""
    created = start().body or {}
    path = f"/v1/Interactions/{created['sid']}"
    assert [twilio.get(path).status for _ in range(2)] == [200, 429]
    refused = start()
    assert (refused.status, (refused.body or {})["code"]) == (429, 20429)
    turn(1)
    assert start(address="+13115550000").status == 200
    assert len(twilio.world.records.interactions) == 2


def test_what_changes_a_conversation(twilio: Caller, turn: Turn) -> None:
    """By conversation, whether by SID or by name, a refusal too; reading is free."""
    first = twilio.post(PATH, {"UniqueName": "one"}).body or {}
    assert twilio.post(PATH).status == 429
    turn(1)
    second = twilio.post(PATH).body or {}
    assert twilio.post(f"{PATH}/one/Messages", {"Body": ""}).status == 400
    assert twilio.post(f"{PATH}/{first['sid']}/Messages", {"Body": "Hi"}).status == 429
    assert twilio.post(f"{PATH}/{second['sid']}/Messages", {"Body": "Hi"}).status == 201
    assert {twilio.get(f"{PATH}/one/Messages").status for _ in range(5)} == {200}
    assert twilio.delete(f"{PATH}/one").status == 429
    turn(1)
    assert twilio.delete(f"{PATH}/one").status == 204


def test_twilios_own() -> None:
    """The rates that Twilio documents."""
    limits = TWILIOS_LIMITS
    rates = (
        limits.interactions_per_second,
        limits.evaluations_per_second,
        limits.actions_per_second,
    )
    assert rates == (20, 3, 30)
