import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from runner.sandbox.answers import Answer
from runner.sandbox.caller import Caller
from runner.sandbox.state import World

CUSTOMER = "+13115552368"
SENDER = "+19255551234"
Start = Callable[..., Answer]
Turn = Callable[[float], None]
Read = Callable[[Answer], str]


def test_the_documents_sms_example_is_answered_in_its_shape(start: Start) -> None:
    """The source document's SMS request gets an answer with every key of its example."""
    answer = start()
    assert answer.status == 200
    body = answer.body or {}
    assert set(body) >= {"sid", "channel", "routing", "interaction_context_sid", "url", "links"}
    properties = body["routing"]["properties"]
    assert properties["sid"].startswith("WT")
    assert properties["date_created"] == 1_795_368_600
    assert properties["routing_target"] == "WK" + "X" * 32
    assert body["channel"] == {"type": "sms", "sid": body["channel"]["sid"]}


def test_attributes_are_a_string_that_flex_added_to(start: Start) -> None:
    """Task attributes come back as a JSON string, the caller's with Flex's among them."""
    answer = start(routing={"attributes": {"customerName": "Ann", "customerAddress": "+1", "x": 1}})
    body = answer.body or {}
    attributes = json.loads(body["routing"]["properties"]["attributes"])
    assert attributes["x"] == 1
    assert attributes["customers"] == {"name": "Ann", "phone": "+1"}
    assert attributes["flexInteractionSid"] == body["sid"]
    assert attributes["flexInteractionChannelSid"] == body["channel"]["sid"]
    assert attributes["direction"] == "outbound"
    media = attributes["conversations"]["media"][0]
    assert media["sid"] == media["conversation_sid"] == attributes["conversationSid"]


def test_the_customer_joins_a_moment_later(
    twilio: Caller, start: Start, turn: Turn, conversation_sid: Read
) -> None:
    """Right after the 200 the conversation has no participant; after the delay it has."""
    path = f"/v1/Conversations/{conversation_sid(start())}/Participants"
    assert (twilio.get(path).body or {})["participants"] == []
    turn(1.0)
    [joined] = (twilio.get(path).body or {})["participants"]
    assert joined["messaging_binding"]["address"] == CUSTOMER
    assert joined["messaging_binding"]["proxy_address"] == SENDER
    assert joined["date_created"] == "2026-11-22T17:30:01Z"


def test_a_customer_in_another_open_conversation_never_joins(
    twilio: Caller, world: World, open_sms: Callable[[], str], start: Start, turn: Turn
) -> None:
    """The pair is bound elsewhere: 200, an active channel, and nobody there but the debugger."""
    open_sms()
    body = start().body or {}
    turn(60)
    path = f"/v1/Interactions/{body['sid']}/Channels/{body['channel']['sid']}"
    assert (twilio.get(path).body or {})["status"] == "active"
    conversation = json.loads(body["routing"]["properties"]["attributes"])["conversationSid"]
    members = twilio.get(f"/v1/Conversations/{conversation}/Participants").body or {}
    assert members["participants"] == []
    assert [entry["code"] for entry in world.records.debugger] == [80102]


def test_a_pair_is_only_free_again_when_its_conversation_is_closed(
    twilio: Caller, open_sms: Callable[[], str], start: Start, turn: Turn, conversation_sid: Read
) -> None:
    """Inactive counts as open; closed does not."""
    first = open_sms()
    twilio.post(f"/v1/Conversations/{first}", {"State": "inactive"})
    held = conversation_sid(start())
    turn(1)
    assert not (twilio.get(f"/v1/Conversations/{held}/Participants").body or {})["participants"]
    twilio.post(f"/v1/Conversations/{first}", {"State": "closed"})
    free = conversation_sid(start())
    turn(1)
    assert (twilio.get(f"/v1/Conversations/{free}/Participants").body or {})["participants"]


def test_the_channel_is_set_up_and_then_active(twilio: Caller, start: Start, turn: Turn) -> None:
    """The getters tell setup from active, one by one and in the list."""
    body = start().body or {}
    path = f"/v1/Interactions/{body['sid']}/Channels"
    one = f"{path}/{body['channel']['sid']}"
    assert (twilio.get(one).body or {})["status"] == "setup"
    turn(1)
    listed = twilio.get(path).body or {}
    assert [channel["status"] for channel in listed["channels"]] == ["active"]
    assert listed["meta"]["key"] == "channels"
    assert twilio.get(f"/v1/Interactions/{body['sid']}").status == 200


def test_without_routing_there_is_no_task(twilio: Caller, turn: Turn) -> None:
    """Routing left out: routing null, but a conversation that the customer joins."""
    form = {"Channel": json.dumps(_channel())}
    assert (twilio.post("/v1/Interactions", form).body or {})["routing"] is None
    turn(1)
    found = twilio.get("/v1/ParticipantConversations", {"Address": CUSTOMER}).body or {}
    assert len(found["conversations"]) == 1


def test_a_given_conversation_is_used(
    twilio: Caller, open_sms: Callable[[], str], start: Start, turn: Turn, conversation_sid: Read
) -> None:
    """Conversation first: media_channel_sid, and no participants in the interaction."""
    sid = open_sms()
    answer = start({"properties": {"media_channel_sid": sid}, "participants": []})
    turn(1)
    assert conversation_sid(answer) == sid
    assert (twilio.get("/v1/Conversations").body or {})["meta"]["next_page_url"] is None


@pytest.mark.parametrize(
    ("spoil", "code"), [("close", 45354), ("delete", 45376), ("map", 45353), ("later", 45376)]
)
def test_a_useless_conversation_fails_later(
    twilio: Caller,
    open_sms: Callable[[], str],
    start: Start,
    turn: Turn,
    spoil: str,
    code: int,
) -> None:
    """The POST answers 200; channel and Task tell afterwards."""
    sid = open_sms()
    channel = {"properties": {"media_channel_sid": sid}, "participants": []}
    if spoil == "close":
        twilio.post(f"/v1/Conversations/{sid}", {"State": "closed"})
    elif spoil == "delete":
        twilio.delete(f"/v1/Conversations/{sid}")
    elif spoil == "map":
        start(channel)
    body = start(channel).body or {}
    if spoil == "later":
        twilio.post(f"/v1/Conversations/{sid}", {"State": "closed"})
    turn(1)
    path = f"/v1/Interactions/{body['sid']}/Channels/{body['channel']['sid']}"
    shown = twilio.get(path).body or {}
    assert (shown["status"], shown["error_code"]) == ("failed", code)
    task = twilio.get(f"/v1/Workspaces/WS{'X' * 32}/Tasks/{body['routing']['properties']['sid']}")
    assert (task.body or {})["assignment_status"] == "canceled"


@pytest.mark.parametrize(
    ("routing", "status"), [({"Routing": '{"status":"closed"}'}, "completed"), ({}, "wrapping")]
)
def test_closing_the_channel(
    twilio: Caller, start: Start, turn: Turn, routing: dict[str, str], status: str
) -> None:
    """A close completes the Task (or sets it wrapping), closes the conversation, frees the pair."""
    body = start().body or {}
    turn(1)
    path = f"/v1/Interactions/{body['sid']}/Channels/{body['channel']['sid']}"
    assert (twilio.post(path, {"Status": "closed", **routing}).body or {})["status"] == "closed"
    task = f"/v1/Workspaces/WS{'X' * 32}/Tasks/{body['routing']['properties']['sid']}"
    assert (twilio.get(task).body or {})["assignment_status"] == status
    found = twilio.get("/v1/ParticipantConversations", {"Address": CUSTOMER}).body or {}
    assert [row["conversation_state"] for row in found["conversations"]] == ["closed"]
    start()
    turn(1)
    found = twilio.get("/v1/ParticipantConversations", {"Address": CUSTOMER}).body or {}
    assert {row["conversation_state"] for row in found["conversations"]} == {"closed", "active"}


def test_a_second_close_is_only_logged(twilio: Caller, world: World, start: Start) -> None:
    """Closing twice changes nothing and leaves 80906 in the debugger."""
    body = start().body or {}
    path = f"/v1/Interactions/{body['sid']}/Channels/{body['channel']['sid']}"
    assert [twilio.post(path, {"Status": "closed"}).status for _ in range(2)] == [200, 200]
    assert [entry["code"] for entry in world.records.debugger] == [80906]


def test_a_parked_channel_keeps_its_conversation(twilio: Caller, start: Start, turn: Turn) -> None:
    """Inactive with Routing completes the Task and leaves the conversation open."""
    body = start().body or {}
    turn(1)
    path = f"/v1/Interactions/{body['sid']}/Channels/{body['channel']['sid']}"
    form = {"Status": "inactive", "Routing": '{"status":"closed"}'}
    assert (twilio.post(path, form).body or {})["status"] == "inactive"
    found = twilio.get("/v1/ParticipantConversations", {"Address": CUSTOMER}).body or {}
    assert found["conversations"][0]["conversation_state"] == "active"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, 45358),
        ({"Status": "open"}, 45359),
        ({"Status": "inactive"}, 45358),
        ({"Status": "closed", "Routing": '{"status":"x"}'}, 45359),
        ({"Status": "closed", "Routing": "x"}, 45004),
    ],
)
def test_bad_closes(twilio: Caller, start: Start, form: dict[str, str], code: int) -> None:
    """A close without a proper status is refused."""
    body = start().body or {}
    path = f"/v1/Interactions/{body['sid']}/Channels/{body['channel']['sid']}"
    refused = twilio.post(path, form)
    assert (refused.status, (refused.body or {})["code"]) == (400, code)


PAIR = {"address": CUSTOMER, "proxy_address": SENDER}


def _channel(**changes: Any) -> dict[str, Any]:
    return {"type": "sms", "initiated_by": "agent", "participants": [PAIR], **changes}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "fax"}, 45004),
        ({"type": ["sms"]}, 45004),
        ({"initiated_by": "me"}, 45004),
        ({"initiated_by": "customer"}, 45004),
        ({"sid": "UO" + "X" * 32}, 45004),
        ({"properties": []}, 45004),
        ({"properties": {"media_channel_sid": "CH1"}}, 45004),
        ({"participants": []}, 45355),
        ({"participants": {}}, 45004),
        ({"participants": "x"}, 45004),
        ({"participants": ["x"]}, 45004),
        ({"participants": [{}]}, 45351),
        ({"participants": [{"address": CUSTOMER}]}, 45351),
        ({"participants": [{"proxy_address": SENDER}]}, 45351),
        ({"participants": [{"identity": "ann", **PAIR}]}, 45351),
        ({"participants": [{"identity": "ann"}]}, 45004),
        ({"participants": [{**PAIR, "address": "+1311-555-2368"}]}, 45004),
        ({"participants": [{**PAIR, "address": 13115552368}]}, 45004),
        ({"participants": [{**PAIR, "address": SENDER}]}, 45004),
        ({"type": "whatsapp"}, 45004),
        ({"type": "email"}, 45004),
    ],
)
def test_bad_channels(twilio: Caller, changes: dict[str, Any], code: int) -> None:
    """Each fault in Channel is refused with its code."""
    refused = twilio.post("/v1/Interactions", {"Channel": json.dumps(_channel(**changes))})
    assert (refused.status, (refused.body or {})["code"]) == (400, code)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"Channel": ""},
        {"Channel": "{"},
        {"Channel": "[]"},
        {"Channel": '{"type":NaN}'},
        {"Channel": json.dumps(_channel()), "Routing": "x"},
        {"Channel": json.dumps(_channel()), "Routing": "{}"},
        {"Channel": json.dumps(_channel()), "InteractionContextSid": "HQ1"},
        {"Channel": json.dumps(_channel()), "WebhookTtid": "x"},
    ],
)
def test_bad_forms(twilio: Caller, form: dict[str, str]) -> None:
    """Fields that are not what Twilio documents are refused."""
    refused = twilio.post("/v1/Interactions", form)
    assert (refused.status, (refused.body or {})["code"]) == (400, 45004)


@pytest.mark.parametrize(
    "routing",
    [
        {"workspace_sid": None},
        {"workspace_sid": "WS1"},
        {"queue_sid": None},
        {"worker_sid": None},
        {"worker_sid": "WX" + "0" * 32},
        {"priority": "1"},
        {"timeout": True},
        {"attributes": "{}"},
        {"attributes": {"x": "y" * 4096}},
    ],
)
def test_bad_routing(start: Start, routing: dict[str, Any]) -> None:
    """Each fault in Routing is refused."""
    assert start(routing=routing).status == 400


def test_attributes_may_have_4096_characters(start: Start) -> None:
    """The limit of the caller's attributes is exact, and counts characters, not bytes."""
    filled = {"x": "é" * (4096 - len('{"x":""}'))}
    assert start(routing={"attributes": filled}).status == 200
    assert start(routing={"attributes": {"x": filled["x"] + "é"}}).status == 400


@pytest.mark.parametrize(
    ("kind", "properties", "participant"),
    [
        (
            "whatsapp",
            {},
            {"address": "whatsapp:+13115552368", "proxy_address": "whatsapp:+19251235555"},
        ),
        ("chat", {}, {"identity": "ann"}),
        ("web", {}, {"identity": "ann"}),
        ("messenger", {}, {"address": "messenger:1", "proxy_address": "messenger:2"}),
        ("gbm", {}, {"address": "a", "proxy_address": "b"}),
        (
            "email",
            {"from": "us@example.com", "from_name": "Us"},
            {"level": "to", "name": "Ann", "address": "ann@example.org"},
        ),
    ],
)
def test_every_channel(
    start: Start, kind: str, properties: dict[str, str], participant: dict[str, str]
) -> None:
    """All of Flex's channels take a participant of their own kind."""
    channel = {"type": kind, "properties": properties, "participants": [participant]}
    assert start(channel).status == 200


def test_context_and_webhook_are_kept(
    twilio: Caller, sms_form: Callable[..., dict[str, str]]
) -> None:
    """The two other fields are taken, and the webhook can be changed."""
    webhook = "flex_interactionwebhook_" + "0" * 26
    form = {**sms_form(), "InteractionContextSid": "HQ" + "0" * 32, "WebhookTtid": webhook}
    body = twilio.post("/v1/Interactions", form).body or {}
    assert (body["interaction_context_sid"], body["webhook_ttid"]) == ("HQ" + "0" * 32, webhook)
    other = "flex_interactionwebhook_" + "1" * 26
    changed = twilio.post(f"/v1/Interactions/{body['sid']}", {"WebhookTtid": other})
    assert (changed.body or {})["webhook_ttid"] == other


def test_too_many_a_second_are_refused_and_not_done(world: World, start: Start, turn: Turn) -> None:
    """Above the limit 429 with 20429, and nothing has been processed."""
    world.settings = replace(world.settings, interactions_per_second=2)
    answers = [start() for _ in range(3)]
    assert [a.status for a in answers] == [200, 200, 429]
    assert (answers[-1].body or {})["code"] == 20429
    assert len(world.records.interactions) == 2
    turn(1)
    assert start().status == 200


@pytest.mark.parametrize("path", ["/v1/Interactions/KD0", "/v1/Interactions/KD0/Channels"])
def test_unknown_interactions(twilio: Caller, path: str) -> None:
    """What does not exist is 404 with 20404."""
    answer = twilio.get(path)
    assert (answer.status, (answer.body or {})["code"]) == (404, 20404)


def test_unknown_channels(twilio: Caller, start: Start) -> None:
    """A channel is only found under its own interaction."""
    body = start().body or {}
    assert twilio.get(f"/v1/Interactions/{body['sid']}/Channels/UO0").status == 404
