import json
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.sandbox.answers import Answer
from runner.sandbox.app import answer
from runner.sandbox.call import FORM, Request
from runner.sandbox.caller import Caller
from runner.sandbox.state import World

BASIC = "Basic QUMxOng="  # AC1:x
Start = Callable[..., Answer]


@pytest.mark.parametrize(
    "header", ["", "Bearer x", "Basic !", "Basic QUMxOg==", "Basic OmE=", "Basic YW5uOng="]
)
def test_a_call_without_credentials(world: World, header: str) -> None:
    """401 with 20003 and a challenge: none, another scheme, half a pair, no account or key."""
    refused = answer(world, Request("GET", "/v1/Conversations", headers={"authorization": header}))
    assert refused.status == 401
    assert refused.body == {
        "code": 20003,
        "message": "Authenticate",
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    }
    assert ("WWW-Authenticate", 'Basic realm="Twilio API"') in refused.headers


def test_configured_credentials_are_the_only_ones(world: World) -> None:
    """With credentials configured the password counts."""
    world.settings = replace(
        world.settings, credentials={"SK1": "right"}, account_sid="AC" + "9" * 32
    )
    path = "/v1/Conversations"
    assert Caller(world, "SK1", "wrong").get(path).status == 401
    assert Caller(world, "AC1", "right").get(path).status == 401
    assert (Caller(world, "SK1", "right").post(path).body or {})["account_sid"] == "AC" + "9" * 32


def test_the_account_is_the_user_where_it_can_be(world: World) -> None:
    """The SID of an account is the account; a key and an invented name get a made-up one."""
    account = "AC" + "1b" * 16
    assert (Caller(world, account).post("/v1/Conversations").body or {})["account_sid"] == account
    for user in ("SK1", "AC1"):
        made_up = (Caller(world, user).post("/v1/Conversations").body or {})["account_sid"]
        assert made_up == world.made_up_account


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v2/Interactions", "/v1/Foo", "/v1/Conversations/", "x", "/_sandbox/x"]
)
def test_unknown_paths(twilio: Caller, path: str) -> None:
    """404 with 20404 in Twilio's shape."""
    refused = twilio.get(path)
    assert (refused.status, (refused.body or {})["code"]) == (404, 20404)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/Interactions"), ("PUT", "/v1/Conversations")]
)
def test_wrong_methods(world: World, method: str, path: str) -> None:
    """405 with 20004; there is no list of interactions."""
    refused = answer(world, Request(method, path, headers={"authorization": BASIC}))
    assert (refused.status, (refused.body or {})["code"]) == (405, 20004)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"FriendlyName":"x"}'),
        ("", b"FriendlyName=x"),
        (FORM, b"FriendlyName=%ff"),
        (FORM, b"FriendlyName=\xff"),
        (FORM, b"&".join(b"x=1" for _ in range(1001))),
    ],
)
def test_a_body_that_is_no_form(world: World, content_type: str, body: bytes) -> None:
    """400: JSON is not what Twilio takes."""
    headers = {"authorization": BASIC, "content-type": content_type}
    assert answer(world, Request("POST", "/v1/Conversations", "", headers, body)).status == 400


def test_a_form_may_name_its_charset(world: World) -> None:
    """Parameters of the content type do not matter."""
    headers = {"authorization": BASIC, "content-type": f"{FORM}; charset=utf-8"}
    request = Request("POST", "/v1/Conversations", "", headers, b"FriendlyName=%C3%A9")
    assert (answer(world, request).body or {})["friendly_name"] == "é"


def test_the_ledger_tells_everything(
    twilio: Caller,
    start: Start,
    turn: Callable[[float], None],
    conversation_sid: Callable[[Answer], str],
) -> None:
    """What is stored with all its parts, and every request with its form."""
    sid = conversation_sid(start())
    turn(1)
    twilio.post(f"/v1/Conversations/{sid}/Messages", {"Author": "Clinic", "Body": "Hi"})
    twilio.get("/v1/ParticipantConversations", {"Address": "+1"})
    ledger = twilio.get("/_sandbox/ledger").body or {}
    [conversation] = ledger["conversations"]
    assert len(ledger["interactions"]) == len(ledger["tasks"]) == 1
    assert [message["body"] for message in conversation["messages"]] == ["Hi"]
    assert len(conversation["participants"]) == len(conversation["messages"][0]["receipts"]) == 1
    assert [r["method"] for r in ledger["requests"]] == ["POST", "POST", "GET"]
    assert ledger["requests"][1]["form"] == {"Author": "Clinic", "Body": "Hi"}
    assert ledger["requests"][2]["query"] == "Address=%2B1"
    assert not any("authorization" in str(request).lower() for request in ledger["requests"])


def test_the_ledger_remembers_what_was_deleted(twilio: Caller) -> None:
    """A deleted conversation is marked, not gone."""
    twilio.post("/v1/Conversations", {"UniqueName": "one"})
    twilio.delete("/v1/Conversations/one")
    [conversation] = (twilio.get("/_sandbox/ledger").body or {})["conversations"]
    assert conversation["deleted"]


def test_the_ledger_needs_no_credentials(world: World) -> None:
    """It is for people: a browser shows it."""
    world.settings = replace(world.settings, credentials={"SK1": "hush"})
    shown = answer(world, Request("GET", "/_sandbox/ledger"))
    assert shown.status == 200
    assert b"hush" not in shown.encoded()


def test_a_reset_forgets_everything(twilio: Caller, start: Start) -> None:
    """Nothing is left, and a seeded world begins again with the same SIDs."""
    first = start().body
    assert twilio.post("/_sandbox/reset").status == 204
    ledger = twilio.get("/_sandbox/ledger").body or {}
    assert not any(ledger[name] for name in ("interactions", "conversations", "tasks", "requests"))
    twilio.post("/_sandbox/reset")
    assert start().body == first


def test_a_seed_makes_the_sids() -> None:
    """SIDs are a prefix and 32 hexadecimal digits from the injected chance."""
    again = World(chance=random.Random(7))  # noqa: S311
    assert again.sid("CH") == f"CH{random.Random(7).getrandbits(128):032x}"  # noqa: S311


def test_every_answer_has_a_request_id(twilio: Caller) -> None:
    """Twilio-Request-Id is on errors too."""
    for path in ("/v1/Conversations", "/v1/Foo"):
        assert dict(twilio.get(path).headers)["Twilio-Request-Id"].startswith("RQ")


def test_time_never_runs_backwards(world: World, turn: Callable[[float], None]) -> None:
    """A clock that is set back does not undo what has happened."""
    before = world.now
    turn(-100)
    world.advance()
    assert world.now == before


@settings(deadline=None)
@given(
    path=st.sampled_from(
        ["/v1/Interactions", "/v1/Conversations", "/v1/Conversations/x/Messages", "/_sandbox/x"]
    ),
    body=st.binary(max_size=200),
    query=st.text(max_size=50),
)
def test_whatever_comes_is_answered(path: str, body: bytes, query: str) -> None:
    """Garbage gets an answer in Twilio's shape, never an exception."""
    headers = {"authorization": BASIC, "content-type": FORM}
    for method in ("POST", "GET"):
        answered = answer(World(), Request(method, path, query, headers, body))
        assert answered.encoded() is not None
        assert answered.status in {200, 201, 400, 404, 405}


@settings(deadline=None)
@given(
    value=st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5)
)
def test_whatever_channel_comes_is_answered(value: object) -> None:
    """Any JSON at all in Channel's keys is refused, not tripped over."""
    caller = Caller(World())
    for key in ("type", "participants", "properties", "initiated_by"):
        channel = {"type": "sms", "initiated_by": "api", key: value}
        assert caller.post("/v1/Interactions", {"Channel": json.dumps(channel)}).status in {
            200,
            400,
        }
