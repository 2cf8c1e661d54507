import json
from collections.abc import Callable
from typing import Any

import pytest

from runner.sandbox.answers import Answer
from runner.sandbox.app import answer
from runner.sandbox.call import Request
from runner.sandbox.caller import Caller
from runner.sandbox.state import World

CUSTOMER = "+13115552368"
SENDER = "+19255551234"
PAIR = {"address": CUSTOMER, "proxy_address": SENDER}
BINDING = {"MessagingBinding.Address": CUSTOMER, "MessagingBinding.ProxyAddress": SENDER}

Turn = Callable[[float], None]
Start = Callable[..., Answer]


def body(answered: Answer) -> Any:
    """The body of an answer that is as it should be."""
    assert answered.status < 300
    return answered.body


def test_a_customer_writes_first(twilio: Caller) -> None:
    """Their conversation is open, holds their message and has nothing of ours."""
    opened = body(twilio.control("/_sandbox/conversations", {**PAIR, "body": "Are you there?"}))
    [row] = body(twilio.get("/v1/ParticipantConversations", {"Address": CUSTOMER}))["conversations"]
    assert (row["conversation_sid"], row["conversation_state"]) == (opened["sid"], "active")
    messages = body(twilio.get(f"/v1/Conversations/{opened['sid']}/Messages"))["messages"]
    assert [(m["author"], m["body"]) for m in messages] == [(CUSTOMER, "Are you there?")]
    assert messages[0]["participant_sid"] == row["participant_sid"]
    assert twilio.world.records.interactions == {}


def test_their_pair_is_taken(
    twilio: Caller, start: Start, turn: Turn, conversation_sid: Callable[..., str]
) -> None:
    """An interaction for them is accepted and silently without them, as at Twilio."""
    twilio.control("/_sandbox/conversations", {**PAIR, "state": "inactive"})
    sid = conversation_sid(start())
    turn(1)
    assert body(twilio.get(f"/v1/Conversations/{sid}/Participants"))["participants"] == []
    again = twilio.control("/_sandbox/conversations", PAIR)
    assert (again.status, (again.body or {})["code"]) == (409, 50416)


def test_a_whatsapp_message_opens_the_window(twilio: Caller) -> None:
    """After the customer wrote, free text reaches them."""
    pair = {name: f"whatsapp:{address}" for name, address in PAIR.items()}
    sid = body(twilio.control("/_sandbox/conversations", pair))["sid"]
    message = body(twilio.post(f"/v1/Conversations/{sid}/Messages", {"Body": "Hi"}))
    [receipt] = twilio.world.records.messages[sid][-1].receipts
    assert (receipt.final, message["index"]) == ("delivered", 1)


def test_a_conversation_ends(twilio: Caller) -> None:
    """`closed` frees the pair and is final."""
    sid = body(twilio.control("/_sandbox/conversations", PAIR))["sid"]
    path = f"/_sandbox/conversations/{sid}"
    assert body(twilio.control(path, {"state": "inactive"}))["state"] == "inactive"
    assert body(twilio.control(path, {"state": "closed"}))["state"] == "closed"
    assert twilio.control(path, {"state": "active"}).status == 400
    assert twilio.control("/_sandbox/conversations", PAIR).status == 201
    assert twilio.control("/_sandbox/conversations/CH0", {"state": "closed"}).status == 404


@pytest.mark.parametrize(
    ("status", "channel", "conversation"),
    [
        ("assigned", "active", "active"),
        ("wrapping", "active", "active"),
        ("canceled", "active", "active"),
        ("completed", "closed", "closed"),
    ],
)
def test_an_agent_at_work(
    twilio: Caller, start: Start, turn: Turn, status: str, channel: str, conversation: str
) -> None:
    """A Task goes into a status; completing it closes channel and conversation too."""
    task = body(start())["routing"]["properties"]["sid"]
    turn(1)
    changed = body(twilio.control(f"/_sandbox/tasks/{task}", {"status": status}))
    assert changed["assignment_status"] == status
    ledger = body(twilio.get("/_sandbox/ledger"))
    assert ledger["interactions"][0]["channel"]["status"] == channel
    assert ledger["conversations"][0]["state"] == conversation
    assert ledger["tasks"][0]["assignment_status"] == status


@pytest.mark.parametrize("status", ["completed", "canceled"])
def test_a_task_that_is_over_vanishes(
    twilio: Caller, start: Start, turn: Turn, status: str
) -> None:
    """Five minutes later the Task is gone; its Events stay for 30 days."""
    task = body(start())["routing"]["properties"]["sid"]
    workspace = f"/v1/Workspaces/WS{'X' * 32}"
    twilio.control(f"/_sandbox/tasks/{task}", {"status": status})
    turn(299)
    assert len(body(twilio.get(f"{workspace}/Tasks"))["tasks"]) == 1
    turn(1)
    assert body(twilio.get(f"{workspace}/Tasks"))["tasks"] == []
    assert twilio.control(f"/_sandbox/tasks/{task}", {"status": status}).status == 404
    asked = {"TaskSid": task, "EventType": "task.created", "Minutes": "43200"}
    turn(29 * 86_400)
    assert len(body(twilio.get(f"{workspace}/Events", asked))["events"]) == 1
    turn(86_400)
    assert body(twilio.get(f"{workspace}/Events", asked))["events"] == []


@pytest.mark.parametrize(
    ("status", "events"),
    [
        ("assigned", ["task.created"]),
        ("wrapping", ["task.wrapup", "task.created"]),
        ("canceled", ["task.canceled", "task.created"]),
    ],
)
def test_the_events_of_a_task(twilio: Caller, start: Start, status: str, events: list[str]) -> None:
    """The Task's own changes are logged under TaskRouter's names, reservations are not."""
    task = body(start())["routing"]["properties"]["sid"]
    twilio.control(f"/_sandbox/tasks/{task}", {"status": status})
    logged = body(twilio.get(f"/v1/Workspaces/WS{'X' * 32}/Events"))["events"]
    assert [each["event_type"] for each in logged] == events


def test_who_opted_out_gets_nothing(
    twilio: Caller, open_sms: Callable[..., str], turn: Turn
) -> None:
    """The message is accepted, and its receipt says failed with 21610; until they opt in again."""
    path = f"/v1/Conversations/{open_sms()}/Messages"
    assert body(twilio.control("/_sandbox/optouts", PAIR)) == {"optouts": [PAIR]}
    refused = body(twilio.post(path, {"Body": "Hi"}))["sid"]
    assert body(twilio.control("/_sandbox/optouts", {**PAIR, "opted_out": False}))["optouts"] == []
    welcome = body(twilio.post(path, {"Body": "Hi"}))["sid"]
    turn(5)
    receipts = [
        body(twilio.get(f"{path}/{sid}/Receipts"))["delivery_receipts"][0]
        for sid in (refused, welcome)
    ]
    assert [(r["status"], r["error_code"]) for r in receipts] == [
        ("failed", 21610),
        ("delivered", 0),
    ]


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        (30003, [(None, 0), ("sent", 0), ("undelivered", 30003)]),
        (21614, [(None, 0), (None, 0), ("failed", 21614)]),
        (None, [(None, 0), ("sent", 0), ("delivered", 0)]),
    ],
)
def test_what_a_carrier_does_not_deliver(
    twilio: Caller, open_sms: Callable[..., str], turn: Turn, code: int | None, seen: list[Any]
) -> None:
    """The receipt progresses to `undelivered` with a carrier's code, to `failed` with Twilio's."""
    path = f"/v1/Conversations/{open_sms()}/Messages"
    twilio.control("/_sandbox/undeliverable", {"address": CUSTOMER})
    wish = {"address": CUSTOMER, "error_code": code}
    listed = {} if code is None else {CUSTOMER: code}
    assert body(twilio.control("/_sandbox/undeliverable", wish)) == {"undeliverable": listed}
    sid = body(twilio.post(path, {"Body": "Hi"}))["sid"]
    found = []
    for seconds in (0, 1, 4):
        turn(seconds)
        [receipt] = body(twilio.get(f"{path}/{sid}/Receipts"))["delivery_receipts"]
        found.append((receipt["status"], receipt["error_code"]))
    assert found == seen


@pytest.mark.parametrize(
    ("path", "wish", "why"),
    [
        ("conversations", [], "The body must be a JSON object"),
        ("conversations", {}, "address must be a text"),
        ("conversations", {**PAIR, "address": "1"}, "1 is no sms address"),
        ("conversations", {**PAIR, "body": ""}, "body must be a text"),
        ("conversations", {**PAIR, "state": "shut"}, "state must be one of active, "),
        ("optouts", {**PAIR, "opted_out": "no"}, "opted_out must be true or false"),
        ("undeliverable", {"address": CUSTOMER, "error_code": "x"}, "error_code must be a code"),
        ("tasks/WT0", {"status": "lost"}, "status must be one of reserved, "),
        ("tasks/WT0", {"status": ["completed"]}, "status must be one of reserved, "),
        ("tasks/WT0", {}, "status must be one of reserved, "),
    ],
)
def test_controls_say_what_they_need(twilio: Caller, path: str, wish: Any, why: str) -> None:
    """400, and the world is as it was."""
    refused = twilio.control(f"/_sandbox/{path}", wish)
    assert refused.status == 400
    assert (refused.body or {})["message"].startswith(why)
    assert not twilio.world.records.conversations


@pytest.mark.parametrize("sent", [b"{", b"\xff", b'{"a":NaN}'])
def test_controls_need_json(world: World, sent: bytes) -> None:
    """What is no JSON is refused."""
    refused = answer(world, Request("POST", "/_sandbox/faults", body=sent))
    assert (refused.status, (refused.body or {})["message"]) == (400, "The body is not JSON")


def test_the_ledger_shows_the_lag(twilio: Caller, start: Start) -> None:
    """Lag by list is among the settings, and is JSON."""
    start()
    twilio.control("/_sandbox/faults", {"evidence_lag": {"events": 1}})
    assert json.loads(twilio.get("/_sandbox/ledger").encoded())["settings"]["evidence_lag"] == {
        "events": 1
    }
