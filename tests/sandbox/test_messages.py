import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from runner.sandbox.caller import Caller
from runner.sandbox.state import World

CUSTOMER = "+13115552368"
CONTENT = "HX" + "0" * 32
Open = Callable[..., str]
Turn = Callable[[float], None]


@pytest.fixture
def messages(open_sms: Open) -> str:
    """Where messages of a conversation with an SMS customer are posted."""
    return f"/v1/Conversations/{open_sms()}/Messages"


def test_a_message_is_created(twilio: Caller, messages: str) -> None:
    """201 with author, body, attributes as given, and links."""
    form = {"Author": "Clinic", "Body": "Hi", "Attributes": '{"flexplay":"0a"}', "Subject": "S"}
    created = twilio.post(messages, form)
    body = created.body or {}
    assert created.status == 201
    assert body["sid"].startswith("IM")
    assert (body["author"], body["body"]) == ("Clinic", "Hi")
    assert body["attributes"] == '{"flexplay":"0a"}'
    assert twilio.get(f"{messages}/{body['sid']}").body == body


def test_the_defaults_of_a_message(twilio: Caller, messages: str) -> None:
    """Without an author it is system's, attributes are an empty object."""
    body = twilio.post(messages, {"Body": "Hi"}).body or {}
    assert (body["author"], body["attributes"], body["participant_sid"]) == ("system", "{}", None)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, 50503),
        ({"Body": ""}, 50503),
        ({"Body": "x" * 1601}, 50504),
        ({"Body": "Hi", "Attributes": "x"}, 50304),
        ({"Body": "Hi", "Attributes": '"' + "x" * 4095 + '"'}, 50303),
        ({"Body": "Hi", "Author": "x" * 257}, 20001),
        ({"ContentSid": "HX1"}, 50526),
        ({"Body": "Hi", "ContentVariables": "{}"}, 50528),
        ({"ContentSid": CONTENT, "ContentVariables": "x"}, 50527),
        ({"ContentSid": CONTENT, "ContentVariables": '{"1":1}'}, 50527),
        ({"ContentSid": CONTENT, "ContentVariables": json.dumps({"k" * 17: "v"})}, 50540),
        ({"ContentSid": CONTENT, "ContentVariables": json.dumps({"1": "v" * 257})}, 50541),
        (
            {
                "ContentSid": CONTENT,
                "ContentVariables": json.dumps({str(n): "" for n in range(101)}),
            },
            50529,
        ),
        ({"MediaSid": "ME0"}, 50507),
    ],
)
def test_bad_messages(
    twilio: Caller, world: World, messages: str, form: dict[str, str], code: int
) -> None:
    """Each fault has its code, and nothing is stored."""
    refused = twilio.post(messages, form)
    assert (refused.status, (refused.body or {})["code"]) == (400, code)
    assert not any(world.records.messages.values())


def test_sixteen_hundred_characters_are_not_bytes(twilio: Caller, messages: str) -> None:
    """The limit of SMS counts characters."""
    assert twilio.post(messages, {"Body": "é" * 1600}).status == 201


def test_chat_takes_longer_messages(twilio: Caller) -> None:
    """Without an SMS or WhatsApp binding the limit is chat's."""
    sid = (twilio.post("/v1/Conversations").body or {})["sid"]
    assert twilio.post(f"/v1/Conversations/{sid}/Messages", {"Body": "x" * 1601}).status == 201


def test_a_template_outweighs_a_body(twilio: Caller, messages: str) -> None:
    """With ContentSid the Body is ignored."""
    form = {"ContentSid": CONTENT, "ContentVariables": '{"1":"Ann"}', "Body": "x"}
    body = twilio.post(messages, form).body or {}
    assert (body["content_sid"], body["body"]) == (CONTENT, None)


def test_messages_are_listed_in_either_order(twilio: Caller, messages: str) -> None:
    """Ascending by default, descending when asked, page by page."""
    for text in "abc":
        twilio.post(messages, {"Body": text})

    def bodies(**query: str) -> list[str]:
        return [m["body"] for m in (twilio.get(messages, query).body or {})["messages"]]

    assert bodies() == bodies(Order="asc") == ["a", "b", "c"]
    page = twilio.get(messages, {"Order": "desc", "PageSize": "2"}).body or {}
    assert [m["body"] for m in page["messages"]] == ["c", "b"]
    twilio.post(messages, {"Body": "d"})
    rest = twilio.get(page["meta"]["next_page_url"].removeprefix("http://127.0.0.1")).body or {}
    assert [m["body"] for m in rest["messages"]] == ["a"]
    assert twilio.get(messages, {"Order": "up"}).status == 400


def _receipts(twilio: Caller, messages: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    answer = twilio.get(f"{messages}/{body['sid']}/Receipts")
    return list((answer.body or {})["delivery_receipts"])


def test_receipts_progress_by_the_clock(twilio: Caller, messages: str, turn: Turn) -> None:
    """First inside Twilio, then sent, then delivered."""
    body = twilio.post(messages, {"Body": "Hi"}).body or {}
    seen = []
    for pause in (0, 1, 4):
        turn(pause)
        [receipt] = _receipts(twilio, messages, body)
        seen.append(receipt["status"])
    assert seen == [None, "sent", "delivered"]
    assert receipt["channel_message_sid"].startswith("SM")
    delivery = (twilio.get(f"{messages}/{body['sid']}").body or {})["delivery"]
    assert (delivery["total"], delivery["delivered"], delivery["failed"]) == (1, "all", "none")


def test_the_author_gets_nothing(twilio: Caller, messages: str) -> None:
    """A message whose author is the customer's address reaches nobody."""
    body = twilio.post(messages, {"Body": "Hi", "Author": CUSTOMER}).body or {}
    assert body["participant_sid"].startswith("MB")
    assert body["delivery"] is None
    assert _receipts(twilio, messages, body) == []


def test_a_conversation_without_a_customer_reaches_nobody(twilio: Caller) -> None:
    """201 all the same."""
    sid = (twilio.post("/v1/Conversations").body or {})["sid"]
    path = f"/v1/Conversations/{sid}/Messages"
    posted = twilio.post(path, {"Body": "Hi"})
    assert posted.status == 201
    assert _receipts(twilio, path, posted.body or {}) == []


@pytest.fixture
def whatsapp(twilio: Caller) -> str:
    """Where messages of a conversation with a WhatsApp customer are posted."""
    sid = (twilio.post("/v1/Conversations").body or {})["sid"]
    pair = {
        "MessagingBinding.Address": f"whatsapp:{CUSTOMER}",
        "MessagingBinding.ProxyAddress": "whatsapp:+19251235555",
    }
    twilio.post(f"/v1/Conversations/{sid}/Participants", pair)
    return f"/v1/Conversations/{sid}/Messages"


def _fate(twilio: Caller, turn: Turn, messages: str, form: dict[str, str]) -> tuple[str, int]:
    posted = twilio.post(messages, form)
    assert posted.status == 201
    turn(5)
    [receipt] = _receipts(twilio, messages, posted.body or {})
    return receipt["status"], receipt["error_code"]


def test_free_text_outside_the_whatsapp_window(twilio: Caller, turn: Turn, whatsapp: str) -> None:
    """201, and 63016 in the receipt."""
    assert _fate(twilio, turn, whatsapp, {"Body": "Hi"}) == ("failed", 63016)


def test_a_template_outside_the_whatsapp_window(twilio: Caller, turn: Turn, whatsapp: str) -> None:
    """A template may open a conversation."""
    assert _fate(twilio, turn, whatsapp, {"ContentSid": CONTENT}) == ("delivered", 0)


def test_the_whatsapp_window_opens_for_a_day(twilio: Caller, turn: Turn, whatsapp: str) -> None:
    """For 24 hours after the customer wrote, free text is delivered."""
    twilio.post(whatsapp, {"Author": f"whatsapp:{CUSTOMER}", "Body": "Hello?"})
    assert _fate(twilio, turn, whatsapp, {"Body": "Hi"}) == ("delivered", 0)
    turn(86_400)
    assert _fate(twilio, turn, whatsapp, {"Body": "Hi"}) == ("failed", 63016)


def test_the_whatsapp_window_can_be_left_out(twilio: Caller, turn: Turn, whatsapp: str) -> None:
    """With the setting off everything is delivered."""
    twilio.world.settings = replace(twilio.world.settings, whatsapp_window=False)
    assert _fate(twilio, turn, whatsapp, {"Body": "Hi"}) == ("delivered", 0)


def test_unknown_messages(twilio: Caller, messages: str) -> None:
    """An unknown message is 20404, an unknown conversation 50350."""
    assert (twilio.get(f"{messages}/IM0").body or {})["code"] == 20404
    assert (twilio.get("/v1/Conversations/CH0/Messages").body or {})["code"] == 50350


def test_a_message_is_changed(twilio: Caller, messages: str, turn: Callable[[float], None]) -> None:
    """What is given is changed, the rest stays; no receipt comes of it."""
    form = {"Author": "Clinic", "Body": "Hi", "Attributes": '{"a":1}'}
    sid = (twilio.post(messages, form).body or {})["sid"]
    before = twilio.get(f"{messages}/{sid}/Receipts").body
    turn(60)
    changed = twilio.post(f"{messages}/{sid}", {"Body": "Ho"}).body or {}
    assert (changed["author"], changed["body"], changed["attributes"]) == (
        "Clinic",
        "Ho",
        '{"a":1}',
    )
    assert changed["date_updated"] > changed["date_created"]
    assert twilio.get(f"{messages}/{sid}").body == changed
    after = twilio.get(f"{messages}/{sid}/Receipts").body or {}
    assert len(after["delivery_receipts"]) == len((before or {})["delivery_receipts"]) == 1
    assert twilio.post(f"{messages}/{sid}", {"Body": ""}).status == 400


def test_a_message_is_deleted(twilio: Caller, messages: str) -> None:
    """404 afterwards; the indexes of those that follow go on."""
    first, second = ((twilio.post(messages, {"Body": text}).body or {}) for text in "ab")
    assert twilio.delete(f"{messages}/{first['sid']}").status == 204
    assert twilio.get(f"{messages}/{first['sid']}").status == 404
    third = twilio.post(messages, {"Body": "c"}).body or {}
    assert third["index"] == second["index"] + 1


def test_one_receipt(twilio: Caller, messages: str) -> None:
    """It can be fetched by its SID; another's cannot."""
    sid = (twilio.post(messages, {"Body": "Hi"}).body or {})["sid"]
    [receipt] = (twilio.get(f"{messages}/{sid}/Receipts").body or {})["delivery_receipts"]
    assert twilio.get(f"{messages}/{sid}/Receipts/{receipt['sid']}").body == receipt
    assert twilio.get(f"{messages}/{sid}/Receipts/DY1").status == 404
