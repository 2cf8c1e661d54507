"""The comparison with Twilio's descriptions sees what it is there to see."""

from collections.abc import Callable
from typing import Any

import pytest

from runner.sandbox import app
from runner.sandbox.answers import Answer
from runner.sandbox.call import FORM, Request
from runner.sandbox.caller import Caller
from runner.sandbox.state import World

CONVERSATION = "/v1/Conversations/CH" + "0123456789abcdef" * 2
See = Callable[..., set[tuple[str, str, str]]]


@pytest.fixture
def see(contract: Any) -> See:
    """Compares an exchange and gives side, place and rule of each departure."""

    def seen(*exchange: Any, **more: Any) -> set[tuple[str, str, str]]:
        found = contract.departures(contract.Exchange(*exchange, **more))
        return {(departure.side, departure.where, departure.what) for departure in found}

    return seen


def test_an_answer_that_is_not_as_described(see: See) -> None:
    """A property that is missing, one too many, a value of another form, one that is not listed."""
    answer = {"sid": "CH1", "state": "asleep", "colour": "red", "unique_name": 5}
    found = see("GET", CONVERSATION, status=200, answer=answer)
    assert found >= {
        ("answer", "", "colour is unknown"),
        ("answer", "", "friendly_name is missing"),
        ("answer", ".sid", "pattern ^CH[0-9a-fA-F]{32}$"),
        ("answer", ".unique_name", "type string"),
    }
    assert any(where == ".state" and what.startswith("enum") for _, where, what in found)


def test_an_answer_in_another_form(see: See) -> None:
    """A status that is not described, and no body where there is to be one."""
    assert see("GET", CONVERSATION, status=201) == {("answer", "", "ResponseNotFound")}
    assert see("DELETE", CONVERSATION, status=204) == set()


@pytest.mark.parametrize(
    ("request_", "departure"),
    [
        (("PUT", CONVERSATION), ("", "OperationNotFound")),
        (("GET", "/v1/Conversations/x/y"), ("", "PathNotFound")),
        (("GET", "/v2/Elsewhere"), ("", "StopIteration")),
        (("GET", "/v1/Conversations", "Colour=red"), ("Colour", "unknown")),
        (("GET", "/v1/Conversations", "PageSize=many"), ("PageSize", "CastError")),
        (("POST", "/v1/Conversations", "", "Colour=red"), ("Colour", "unknown")),
        (
            ("POST", CONVERSATION + "/Messages", "", "ContentSid=HX1"),
            (".ContentSid", "minLength 34"),
        ),
        (("POST", "/v1/Interactions", "", "Routing={}"), ("", "Channel is missing")),
        (
            ("GET", "/v1/Workspaces/WS1/Tasks"),
            ("WorkspaceSid", "pattern ^WS[0-9a-fA-F]{32}$"),
        ),
    ],
)
def test_a_request_that_is_not_as_described(
    see: See, request_: tuple[str, ...], departure: tuple[str, str]
) -> None:
    """Method, path, parameters and form fields: their names, types and patterns."""
    assert ("request", *departure) in see(*request_)


def test_the_placeholders_of_the_documents(see: See) -> None:
    """`WSXXXX…` counts as a SID, here as in the stand-in."""
    assert see("GET", f"/v1/Workspaces/WS{'X' * 32}/Tasks") == set()


def test_whatever_a_test_asks_is_seen(contract: Any) -> None:
    """Answers are compared in every test; a request only where it is flexplay's or an SDK's."""
    world = World()
    headers = {**Caller(world)._headers, "content-type": FORM}
    request = Request("POST", "/v1/Conversations", "", headers, b"Colour=red")
    answered = app._process(world, request)
    assert contract._seen(request, answered) == set()
    ours = Request(
        "POST", "/v1/Conversations", "", {**headers, "user-agent": "flexplay"}, b"Colour=red"
    )
    [departure] = contract._seen(ours, answered)
    assert str(departure) == "CreateConversation request Colour unknown"
    bad = Answer(201, {**(answered.body or {}), "state": "asleep"})
    [departure] = contract._seen(request, bad)
    assert (departure.side, departure.where) == ("answer", ".state")
    assert contract._seen(request, Answer(404, {"code": 1}))
