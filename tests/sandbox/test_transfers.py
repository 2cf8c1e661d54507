import json
from collections.abc import Callable
from typing import Any

import pytest

from runner.sandbox.answers import JSON_TYPE, Answer
from runner.sandbox.app import answer
from runner.sandbox.call import Request
from runner.sandbox.caller import Caller

Start = Callable[..., Answer]
HEX = "0123456789abcdef" * 2
Send = Callable[[str, Any], Answer]


@pytest.fixture
def path(start: Start) -> str:
    """Where transfers of a new interaction's channel are posted."""
    created = start().body or {}
    return f"/v1/Interactions/{created['sid']}/Channels/{created['channel']['sid']}/Transfers"


@pytest.fixture
def send(twilio: Caller) -> Send:
    """Posts JSON, which is what transfers take."""

    def sent(path: str, body: Any) -> Answer:
        headers = {**twilio._headers, "content-type": JSON_TYPE}
        data = json.dumps(body).encode()
        return answer(twilio.world, Request("POST", path, "", headers, data))

    return sent


def test_a_transfer_begins_and_ends(
    twilio: Caller, path: str, send: Send, turn: Callable[[float], None]
) -> None:
    """201 and active; an update changes the status and the date; it can be read."""
    wish = {"type": "warm", "from": f"UT{HEX}", "to": f"WQ{HEX}", "note_sid": f"KQ{HEX}"}
    created = send(path, wish)
    body = created.body or {}
    assert created.status == 201
    assert {name: body[name] for name in wish} == wish
    assert (body["status"], body["summary_sid"], body["sid"][:2]) == ("active", None, "UX")
    turn(5)
    changed = send(f"{path}/{body['sid']}", {"status": "completed"}).body or {}
    assert changed["status"] == "completed"
    assert changed["date_updated"] > changed["date_created"] == body["date_created"]
    assert twilio.get(f"{path}/{body['sid']}").body == changed


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"type": "hot"},
        {"type": "cold", "status": "gone"},
        {"type": "cold", "from": "UT1"},
        {"type": "cold", "to": 5},
        {"type": ["cold"]},
        [],
    ],
)
def test_transfers_that_are_refused(path: str, send: Send, wish: Any) -> None:
    """400: a type that is none, a status, a SID, a body that is no object."""
    assert send(path, wish).status == 400


def test_a_transfer_that_is_not_there(twilio: Caller, path: str, send: Send, start: Start) -> None:
    """404 for another's, and for none."""
    sid = (send(path, {"type": "cold"}).body or {})["sid"]
    other = start(address="+13115550000").body or {}
    elsewhere = f"/v1/Interactions/{other['sid']}/Channels/{other['channel']['sid']}/Transfers"
    assert twilio.get(f"{elsewhere}/{sid}").status == 404
    assert twilio.get(f"{path}/UX1").status == 404


def test_a_closed_channel_is_not_transferred(twilio: Caller, path: str, send: Send) -> None:
    """45354, as for an invite."""
    twilio.post(path.removesuffix("/Transfers"), {"Status": "closed"})
    assert (send(path, {"type": "cold"}).body or {})["code"] == 45354
