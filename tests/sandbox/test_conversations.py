from collections.abc import Callable
from typing import Any

import pytest

from runner.sandbox.answers import Answer
from runner.sandbox.caller import Caller

CUSTOMER = "+13115552368"
SENDER = "+19255551234"
PAIR = {"MessagingBinding.Address": CUSTOMER, "MessagingBinding.ProxyAddress": SENDER}
Open = Callable[..., str]


def _refusal(answer: Answer) -> tuple[int, int]:
    return answer.status, (answer.body or {})["code"]


def test_a_conversation_is_created_and_found_by_either_name(twilio: Caller) -> None:
    """201, and GET by SID and by UniqueName."""
    form = {"UniqueName": "a/b c", "FriendlyName": "Ann", "Attributes": '{"a":1}'}
    created = twilio.post("/v1/Conversations", form)
    body = created.body or {}
    assert created.status == 201
    assert (body["state"], body["date_created"]) == ("active", "2026-11-22T17:30:00Z")
    for name in (body["sid"], "a%2Fb%20c"):
        assert twilio.get(f"/v1/Conversations/{name}").body == body


def test_a_unique_name_is_unique(twilio: Caller) -> None:
    """A repeated name is 50353 with HTTP 409, until the first is deleted."""
    first = twilio.post("/v1/Conversations", {"UniqueName": "one"}).body or {}
    assert _refusal(twilio.post("/v1/Conversations", {"UniqueName": "one"})) == (409, 50353)
    assert twilio.delete("/v1/Conversations/one").status == 204
    assert twilio.get(f"/v1/Conversations/{first['sid']}").status == 404
    assert twilio.post("/v1/Conversations", {"UniqueName": "one"}).status == 201


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"Attributes": "x"}, 50304),
        ({"Attributes": '"' + "é" * 8192 + '"'}, 50303),
        ({"State": "open"}, 50378),
        ({"State": "closed"}, 50384),
        ({"UniqueName": "CH" + "0" * 32}, 50390),
        ({"FriendlyName": "x" * 257}, 20001),
    ],
)
def test_bad_conversations(twilio: Caller, form: dict[str, str], code: int) -> None:
    """Each fault has its code."""
    assert _refusal(twilio.post("/v1/Conversations", form)) == (400, code)


def test_an_update_changes_what_it_names(twilio: Caller) -> None:
    """State, Attributes, FriendlyName and UniqueName change; closed is final."""
    sid = (twilio.post("/v1/Conversations", {"UniqueName": "one"}).body or {})["sid"]
    form = {"State": "inactive", "Attributes": '{"b":2}', "UniqueName": "two"}
    body = twilio.post("/v1/Conversations/one", form).body or {}
    assert (body["state"], body["attributes"], body["unique_name"]) == (
        "inactive",
        '{"b":2}',
        "two",
    )
    assert twilio.get("/v1/Conversations/one").status == 404
    twilio.post(f"/v1/Conversations/{sid}", {"State": "closed"})
    assert _refusal(twilio.post(f"/v1/Conversations/{sid}", {"State": "active"})) == (400, 50377)


def test_lists_are_paged_by_token(twilio: Caller) -> None:
    """Following next_page_url reads every row once, though rows come and go meanwhile."""
    sids = [(twilio.post("/v1/Conversations").body or {})["sid"] for _ in range(5)]
    page = twilio.get("/v1/Conversations", {"PageSize": "2", "State": "active"}).body or {}
    twilio.delete(f"/v1/Conversations/{sids[1]}")
    seen = [row["sid"] for row in page["conversations"]]
    while page["meta"]["next_page_url"]:
        path = page["meta"]["next_page_url"].removeprefix("http://127.0.0.1")
        assert "State=active" in path
        page = twilio.get(path).body or {}
        seen += [row["sid"] for row in page["conversations"]]
    assert seen == sids
    assert (page["meta"]["page"], page["meta"]["page_size"]) == (2, 2)
    assert page["meta"]["key"] == "conversations"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"PageSize": "101"}, 20007),
        ({"PageSize": "0"}, 20001),
        ({"PageSize": "x"}, 20001),
        ({"PageToken": "x"}, 20001),
        ({"State": "x"}, 50378),
        ({"StartDate": "x"}, 20001),
    ],
)
def test_bad_lists(twilio: Caller, query: dict[str, str], code: int) -> None:
    """A list refuses what it can't use."""
    assert _refusal(twilio.get("/v1/Conversations", query)) == (400, code)


def test_a_list_is_filtered_by_day(twilio: Caller, turn: Callable[[float], None]) -> None:
    """StartDate and EndDate are whole days, both included."""
    first = (twilio.post("/v1/Conversations").body or {})["sid"]
    turn(86_400)
    second = (twilio.post("/v1/Conversations").body or {})["sid"]

    def listed(**query: str) -> list[str]:
        rows = (twilio.get("/v1/Conversations", query).body or {})["conversations"]
        return [row["sid"] for row in rows]

    assert listed(StartDate="2026-11-23") == [second]
    assert listed(EndDate="2026-11-22") == [first]
    assert listed(StartDate="2026-11-22", EndDate="2026-11-23") == [first, second]


def test_a_bound_pair_is_refused_loudly(twilio: Caller, open_sms: Open) -> None:
    """50416 names the open conversation, be it another or the same one."""
    sid = open_sms()
    other = (twilio.post("/v1/Conversations").body or {})["sid"]
    for conversation in (other, sid):
        refused = twilio.post(f"/v1/Conversations/{conversation}/Participants", PAIR)
        assert _refusal(refused) == (409, 50416)
        assert (refused.body or {})["message"] == (
            f"A binding for this participant and proxy address already exists in Conversation {sid}"
        )


def test_another_sender_may_write_to_the_same_customer(twilio: Caller, open_sms: Open) -> None:
    """It is the pair that is bound, not the address."""
    open_sms()
    other = (twilio.post("/v1/Conversations").body or {})["sid"]
    pair = {**PAIR, "MessagingBinding.ProxyAddress": "+19255550000"}
    assert twilio.post(f"/v1/Conversations/{other}/Participants", pair).status == 201


@pytest.mark.parametrize("how", ["participant", "conversation", "close"])
def test_a_pair_becomes_free(twilio: Caller, open_sms: Open, how: str) -> None:
    """Removing the participant, deleting or closing the conversation frees the pair."""
    path = f"/v1/Conversations/{open_sms()}"
    if how == "participant":
        [member] = (twilio.get(f"{path}/Participants").body or {})["participants"]
        assert twilio.delete(f"{path}/Participants/{member['sid']}").status == 204
        assert twilio.get(f"{path}/Participants/{member['sid']}").status == 404
    elif how == "conversation":
        twilio.delete(path)
    else:
        twilio.post(path, {"State": "closed"})
    other = (twilio.post("/v1/Conversations").body or {})["sid"]
    assert twilio.post(f"/v1/Conversations/{other}/Participants", PAIR).status == 201


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({}, 400, 20001),
        ({"Identity": "ann", **PAIR}, 400, 20001),
        ({"Identity": "x" * 257}, 400, 20001),
        ({"MessagingBinding.Address": CUSTOMER}, 400, 50412),
        ({"MessagingBinding.ProxyAddress": SENDER}, 400, 50411),
        ({**PAIR, "MessagingBinding.Address": "311"}, 400, 50407),
        ({**PAIR, "MessagingBinding.ProxyAddress": "925"}, 400, 50408),
        ({**PAIR, "MessagingBinding.Address": SENDER}, 400, 50409),
        ({**PAIR, "MessagingBinding.Address": "whatsapp:" + CUSTOMER}, 400, 50414),
        ({**PAIR, "Attributes": "x"}, 400, 50304),
    ],
)
def test_bad_participants(twilio: Caller, form: dict[str, str], status: int, code: int) -> None:
    """Each fault has its code."""
    sid = (twilio.post("/v1/Conversations").body or {})["sid"]
    assert _refusal(twilio.post(f"/v1/Conversations/{sid}/Participants", form)) == (status, code)


def test_an_identity_is_once_in_a_conversation(twilio: Caller) -> None:
    """50433 with HTTP 409 in the same conversation; other conversations are open to it."""
    for _ in range(2):
        sid = (twilio.post("/v1/Conversations").body or {})["sid"]
        path = f"/v1/Conversations/{sid}/Participants"
        added = twilio.post(path, {"Identity": "ann"})
        assert added.status == 201
        assert twilio.get(f"{path}/{(added.body or {})['sid']}").body == added.body
        assert _refusal(twilio.post(path, {"Identity": "ann"})) == (409, 50433)
    found = twilio.get("/v1/ParticipantConversations", {"Identity": "ann"}).body or {}
    assert len(found["conversations"]) == 2


def test_a_closed_conversation_takes_nobody(twilio: Caller, open_sms: Open) -> None:
    """Neither participants nor messages: 50377."""
    path = f"/v1/Conversations/{open_sms()}"
    twilio.post(path, {"State": "closed"})
    assert _refusal(twilio.post(f"{path}/Participants", {"Identity": "ann"})) == (400, 50377)
    assert _refusal(twilio.post(f"{path}/Messages", {"Body": "Hi"})) == (400, 50377)


def _found(twilio: Caller, address: str) -> list[Any]:
    answer = twilio.get("/v1/ParticipantConversations", {"Address": address})
    return list((answer.body or {})["conversations"])


def test_participant_conversations_match_exactly(twilio: Caller, open_sms: Open) -> None:
    """One row a conversation with its state and binding, only for that very address."""
    sid = open_sms()
    [row] = _found(twilio, CUSTOMER)
    assert (row["conversation_sid"], row["conversation_state"]) == (sid, "active")
    assert row["participant_messaging_binding"]["proxy_address"] == SENDER
    assert _found(twilio, CUSTOMER[:-1]) == []
    twilio.delete(f"/v1/Conversations/{sid}")
    assert _found(twilio, CUSTOMER) == []


def test_a_bare_plus_is_a_space(twilio: Caller, open_sms: Open) -> None:
    """The trap of Twilio's own: an unencoded plus finds nobody."""
    open_sms()
    bare = twilio.get(f"/v1/ParticipantConversations?Address={CUSTOMER}").body or {}
    assert bare["conversations"] == []


def test_participant_conversations_are_sorted_by_sid(twilio: Caller, open_sms: Open) -> None:
    """Sorted by conversation SID, not by date, at most 50 on a page."""
    sids = []
    for _ in range(51):
        sids.append(open_sms())
        twilio.post(f"/v1/Conversations/{sids[-1]}", {"State": "closed"})
    body = twilio.get("/v1/ParticipantConversations", {"Address": "+13115552368"}).body or {}
    assert [row["conversation_sid"] for row in body["conversations"]] == sorted(sids)[:50]
    more = twilio.get(body["meta"]["next_page_url"].removeprefix("http://127.0.0.1")).body or {}
    assert [row["conversation_sid"] for row in more["conversations"]] == sorted(sids)[50:]


@pytest.mark.parametrize("query", [{}, {"Address": "+1", "Identity": "ann"}])
def test_one_key_at_a_time(twilio: Caller, query: dict[str, str]) -> None:
    """50451 unless there is exactly one of Address and Identity."""
    assert _refusal(twilio.get("/v1/ParticipantConversations", query)) == (400, 50451)


def test_a_participant_is_changed(
    twilio: Caller, open_sms: Callable[[str], str], turn: Callable[[float], None]
) -> None:
    """Attributes change, who they are does not, and look-ups see the same one."""
    path = f"/v1/Conversations/{open_sms('+13115552368')}/Participants"
    [before] = (twilio.get(path).body or {})["participants"]
    turn(60)
    changed = twilio.post(f"{path}/{before['sid']}", {"Attributes": '{"vip":true}'}).body or {}
    assert changed["attributes"] == '{"vip":true}'
    assert changed["messaging_binding"] == before["messaging_binding"]
    assert changed["date_updated"] > before["date_updated"]
    assert (twilio.get(path).body or {})["participants"] == [changed]
    found = twilio.get("/v1/ParticipantConversations", {"Address": "+13115552368"}).body or {}
    assert [row["participant_sid"] for row in found["conversations"]] == [changed["sid"]]
    assert twilio.post(f"{path}/{before['sid']}", {"Attributes": "{"}).status == 400
