import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from runner.sandbox.answers import Answer
from runner.sandbox.caller import Caller, Disconnected
from runner.sandbox.control import read_faults
from runner.sandbox.state import World
from runner.sandbox.values import EVIDENCE

CUSTOMER = "+13115552368"
WORKSPACE = f"/v1/Workspaces/WS{'X' * 32}"

Turn = Callable[[float], None]
Start = Callable[..., Answer]


def rows(answered: Answer) -> list[Any]:
    """The rows of a list."""
    body = answered.body or {}
    return list(body[body["meta"]["key"]])


@pytest.fixture
def evidence(
    twilio: Caller, start: Start, turn: Turn, conversation_sid: Callable[..., str]
) -> Callable[[str], int]:
    """Counts what a list shows of a delivery that has just been made."""
    sid = conversation_sid(start())
    turn(1)
    twilio.post(f"/v1/Conversations/{sid}/Messages", {"Body": "Hi"})
    paths = {
        "list_tasks": f"{WORKSPACE}/Tasks",
        "events": f"{WORKSPACE}/Events",
        "list_messages": f"/v1/Conversations/{sid}/Messages",
        "list_participants": f"/v1/Conversations/{sid}/Participants",
        "participant_conversations": f"/v1/ParticipantConversations?Address=%2B{CUSTOMER[1:]}",
    }
    return lambda name: len(rows(twilio.get(paths[name])))


@pytest.mark.parametrize("name", EVIDENCE)
def test_lists_lag(world: World, evidence: Callable[[str], int], turn: Turn, name: str) -> None:
    """What was created is shown only after the lag: every list, or the one that is named."""
    assert evidence(name) == 1
    world.settings = replace(world.settings, evidence_lag=3.0)
    assert evidence(name) == 0
    world.settings = replace(world.settings, evidence_lag={name: 3.0})
    assert [evidence(each) for each in EVIDENCE] == [int(each != name) for each in EVIDENCE]
    turn(2)
    assert evidence(name) == (1 if name in {"list_tasks", "events"} else 0)
    turn(1)
    assert evidence(name) == 1


def test_what_is_asked_for_by_its_name_does_not_lag(world: World, twilio: Caller) -> None:
    """A conversation is found by its UniqueName at once: it is the one true idempotency handle."""
    world.settings = replace(world.settings, evidence_lag=60.0)
    twilio.post("/v1/Conversations", {"UniqueName": "one"})
    assert twilio.get("/v1/Conversations/one").status == 200


def test_evidence_can_fail(world: World, evidence: Callable[[str], int]) -> None:
    """A read of evidence is struck by rules like any other request."""
    world.bring_faults(read_faults([{"fault": "lose_after", "on": "list_tasks", "first": 1}]))
    with pytest.raises(Disconnected):
        evidence("list_tasks")
    assert evidence("list_tasks") == 1


def summary(twilio: Caller) -> Any:
    """The counts."""
    return twilio.get("/_sandbox/ledger", {"summary": "1"}).body


def test_the_summary_counts_what_was_really_made(
    world: World, twilio: Caller, start: Start, conversation_sid: Callable[..., str]
) -> None:
    """By correlation id, also what was made although its answer was lost, and what was deleted."""
    world.bring_faults(read_faults([{"fault": "lose_after", "method": "POST", "every": 2}]))
    routing = {"attributes": {"flexplay": "aa"}}
    sid = conversation_sid(start(routing=routing))
    with pytest.raises(Disconnected):
        start(routing=routing)
    message = {"Body": "Hi", "Attributes": json.dumps({"flexplay": "aa"})}
    twilio.post(f"/v1/Conversations/{sid}/Messages", message)
    with pytest.raises(Disconnected):
        twilio.post("/v1/Conversations", {"Attributes": '{"flexplay":"bb"}'})
    twilio.post(f"/v1/Conversations/{sid}/Messages", {"Body": "Hi", "Attributes": '"flexplay"'})
    twilio.delete(f"/v1/Conversations/{sid}")
    assert summary(twilio) == {
        "interactions": {"aa": 2},
        "conversations": {"bb": 1},
        "messages": {"aa": 1},
        "reached": {},
        "uncorrelated": {"interactions": 0, "conversations": 2, "messages": 1, "reached": 0},
        "requests": 6,
        "faults": {"1 lose_after": 2},
    }


def test_a_message_reaches_or_does_not(twilio: Caller, open_sms: Callable[..., str]) -> None:
    """`reached` counts the messages that somebody has a receipt for."""
    message = {"Body": "Hi", "Attributes": '{"flexplay":"cc"}'}
    for sid in (open_sms(), str((twilio.post("/v1/Conversations").body or {})["sid"])):
        twilio.post(f"/v1/Conversations/{sid}/Messages", message)
    counted = summary(twilio)
    assert (counted["messages"], counted["reached"]) == ({"cc": 2}, {"cc": 1})


def test_what_was_refused_is_not_counted(twilio: Caller, start: Start) -> None:
    """Only what was made is."""
    start(channel={"type": "pigeon"})
    assert summary(twilio)["uncorrelated"]["interactions"] == 0


def test_a_reset_empties_the_counts(world: World, twilio: Caller, start: Start) -> None:
    """The rules stay, their counts begin again."""
    world.bring_faults(read_faults([{"fault": "drop_before", "first": 1}]))
    for _ in range(2):
        with pytest.raises(Disconnected):
            start()
        start()
        twilio.control("/_sandbox/reset", {})
    counted = summary(twilio)
    assert counted["uncorrelated"]["interactions"] == counted["requests"] == 0
    assert counted["faults"] == {"1 drop_before": 0}
