"""Being the customer, the agent, and the one who lets things go wrong."""

from collections.abc import Callable
from typing import Any

import pytest

from runner.sandbox.answers import Answer
from runner.sandbox.caller import Caller
from runner.sandbox.chaos import CHAOS
from runner.sandbox.state import World

CUSTOMER, SENDER = "+13115552368", "+19255551234"
Do = Callable[..., Any]
Start = Callable[..., Answer]
Turn = Callable[[float], None]
Sid = Callable[[Answer], str]


def bodies(world: World, sid: str) -> list[str | None]:
    """The texts of a conversation."""
    return [message.body for message in world.records.messages[sid]]


def receipt_of(twilio: Caller, sid: str) -> tuple[str, int]:
    """Posts a message, and says how it will end."""
    twilio.post(f"/v1/Conversations/{sid}/Messages", {"Body": "Hello"})
    [receipt] = twilio.world.records.messages[sid][-1].receipts
    return receipt.final, receipt.error_code


def test_a_customer_answers(world: World, open_sms: Callable[..., str], do: Do) -> None:
    """The message is theirs, and the page that comes is the conversation, filters and all."""
    sid = open_sms()
    page = f"/inbox/conversations/{sid}"
    done = do(f"{page}/reply", f"http://127.0.0.1:8080{page}?q=x&page=2", body="Yes\r\nplease")
    assert (done.status, done.location) == (303, f"{page}?q=x&page=2")
    assert bodies(world, sid) == ["Yes\nplease"]
    assert world.records.messages[sid][0].author == CUSTOMER
    assert do(f"{page}/reply", "http://elsewhere.example/x?q=1", body="!").location == page


@pytest.mark.parametrize("word", ["STOP", "stop", " Unsubscribe ", "CANCEL"])
def test_stop_words(twilio: Caller, open_sms: Callable[..., str], do: Do, word: str) -> None:
    """One word alone ends SMS from this sender with 21610; START brings them back."""
    sid = open_sms()
    do(f"/inbox/conversations/{sid}/reply", body="Please stop")
    assert receipt_of(twilio, sid) == ("delivered", 0)
    do(f"/inbox/conversations/{sid}/reply", body=word)
    assert receipt_of(twilio, sid) == ("failed", 21610)
    do(f"/inbox/conversations/{sid}/reply", body="Start")
    assert receipt_of(twilio, sid) == ("delivered", 0)


def test_whatsapp_has_no_stop_words_and_a_window(twilio: Caller, do: Do, world: World) -> None:
    """What a WhatsApp customer writes opens the window, whatever it is."""
    do("/inbox/write", address="whatsapp:+13115552368", proxy_address="whatsapp:+1925", body="STOP")
    [sid] = world.records.conversations
    assert receipt_of(twilio, sid) == ("delivered", 0)
    assert world.records.opted_out == set()


def test_a_reply_opens_the_window(twilio: Caller, do: Do) -> None:
    """Free text fails with 63016 before, and gets there after."""
    sid = (twilio.post("/v1/Conversations").body or {})["sid"]
    binding = {
        "MessagingBinding.Address": f"whatsapp:{CUSTOMER}",
        "MessagingBinding.ProxyAddress": f"whatsapp:{SENDER}",
    }
    twilio.post(f"/v1/Conversations/{sid}/Participants", binding)
    assert receipt_of(twilio, sid) == ("failed", 63016)
    do(f"/inbox/conversations/{sid}/reply", body="Hello?")
    assert receipt_of(twilio, sid) == ("delivered", 0)


def test_the_agent_answers(
    world: World, start: Start, turn: Turn, conversation_sid: Sid, do: Do
) -> None:
    """In the name of the Task's worker, with a receipt; no request is noted for it."""
    sid = conversation_sid(start(None, {"worker_sid": "WK" + "0" * 28 + "00a7"}))
    turn(1)
    assert do(f"/inbox/conversations/{sid}/answer", body="How can I help?").status == 303
    [message] = world.records.messages[sid]
    assert (message.author, message.body) == ("agent-00a7", "How can I help?")
    assert [receipt.final for receipt in message.receipts] == ["delivered"]
    assert world.requests_seen == 1
    do(f"/inbox/conversations/{sid}/close")
    refused = do(f"/inbox/conversations/{sid}/answer", body="Hello?")
    assert (refused.status, "final closed state" in refused.main.text) == (400, True)


def test_a_telephone_is_switched_off(
    twilio: Caller, open_sms: Callable[..., str], do: Do, turn: Turn, look: Callable[..., Any]
) -> None:
    """Messages then fail with the code that was chosen, and the page says what it means."""
    sid = open_sms()
    path = f"/inbox/conversations/{sid}"
    assert do(f"{path}/reach", code="30003").location == path
    assert receipt_of(twilio, sid) == ("undelivered", 30003)
    turn(5)
    page = look(path).main
    assert "Nothing gets through" in page.one("p", class_="banner").text
    assert "switched off" in page.one("p", class_="why").text
    assert page.one("select", name="code").one("option", selected="").attributes["value"] == "30003"
    assert do(f"{path}/reach", code="63016").status == 400
    do(f"{path}/reach", code="")
    assert receipt_of(twilio, sid) == ("delivered", 0)


def test_a_stranger_writes(world: World, do: Do, look: Callable[..., Any]) -> None:
    """A conversation is opened; the next message of the same two goes there too."""
    form = {"address": f" {CUSTOMER} ", "proxy_address": SENDER, "body": "Hello"}
    first = do("/inbox/write", **form)
    [sid] = world.records.conversations
    assert first.location == f"/inbox/conversations/{sid}"
    assert do("/inbox/write", **{**form, "body": "Anybody?"}).location == first.location
    assert bodies(world, sid) == ["Hello", "Anybody?"]
    assert SENDER in [each.attributes["value"] for each in look("/inbox/write").tree.all("option")]


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"address": "1"}, "1 is no sms address"),
        ({"address": SENDER}, "Both addresses are the same"),
        ({"address": "whatsapp:+13115552368"}, f"{SENDER} is no whatsapp address"),
        ({"body": " \n"}, "There is no message: write something"),
        ({"body": "x" * 40_000}, "The message is too long: the limit is 32,768 characters"),
    ],
)
def test_what_a_stranger_cannot_do(world: World, do: Do, form: dict[str, str], why: str) -> None:
    """The form comes back with what was written and what is wrong with it."""
    sent = {"address": CUSTOMER, "proxy_address": SENDER, "body": "Hello", **form}
    page = do("/inbox/write", **sent)
    assert page.status == 400
    assert page.main.one("p", role="alert").text == why
    assert page.main.one("input", id="address").attributes["value"] == sent["address"].strip()
    assert world.records.conversations == {}


def test_after_the_end_comes_the_next(world: World, open_sms: Callable[..., str], do: Do) -> None:
    """Closing frees the pair; a reply then opens another conversation with the same people."""
    sid = open_sms()
    do(f"/inbox/conversations/{sid}/close")
    do(f"/inbox/conversations/{sid}/close")
    assert world.records.conversations[sid].state == "closed"
    following = do(f"/inbox/conversations/{sid}/reply", body="One more thing")
    [_, new] = world.records.conversations
    assert following.location == f"/inbox/conversations/{new}"
    assert do(f"/inbox/conversations/{sid}/reply", body="And another").location.endswith(new)
    assert bodies(world, new) == ["One more thing", "And another"]


def test_a_closed_chat_stays_closed(
    world: World, start: Start, turn: Turn, conversation_sid: Sid, do: Do
) -> None:
    """Who has no address cannot begin another conversation."""
    channel = {"type": "web", "properties": {}, "participants": [{"identity": "visitor"}]}
    sid = conversation_sid(start(channel))
    turn(1)
    assert do(f"/inbox/conversations/{sid}/reply", body="Hi").status == 303
    do(f"/inbox/conversations/{sid}/close")
    assert do(f"/inbox/conversations/{sid}/reply", body="Hi").status == 400
    assert bodies(world, sid) == ["Hi"]


def test_one_of_several_writes(
    world: World, start: Start, turn: Turn, conversation_sid: Sid, do: Do
) -> None:
    """With several customers the form says who; nobody else can."""
    people = [
        {"level": "to", "name": "Ann", "address": "ann@example.org"},
        {"level": "cc", "name": "Bob", "address": "bob@example.org"},
    ]
    properties = {"from": "clinic@example.com", "from_name": "Clinic"}
    sid = conversation_sid(
        start({"type": "email", "properties": properties, "participants": people})
    )
    turn(1)
    world.advance()
    bob = list(world.records.participants[sid])[1]
    do(f"/inbox/conversations/{sid}/reply", body="Fine", member=bob)
    assert world.records.messages[sid][0].author == "bob@example.org"
    assert do(f"/inbox/conversations/{sid}/reply", body="Fine", member="MB0").status == 400


def test_an_agent_at_work(
    world: World, start: Start, turn: Turn, conversation_sid: Sid, do: Do, look: Callable[..., Any]
) -> None:
    """Accept, wrap up, complete: the last closes the conversation. The page offers what fits."""
    started = start()
    turn(1)
    task = (started.body or {})["routing"]["properties"]["sid"]
    path = f"/inbox/tasks/{task}"

    def offered() -> list[str]:
        buttons = look(path).main.one("article", class_="task").all("button")
        return [button.text for button in buttons]

    assert offered() == ["Accept", "Cancel"]
    assert do(f"{path}/status", status="completed").status == 400
    assert do(f"{path}/status", status="assigned").location == path
    assert offered() == ["Wrap up", "Complete"]
    do(f"{path}/status", status="wrapping")
    assert offered() == ["Complete"]
    do(f"{path}/status", status="completed")
    assert world.records.conversations[conversation_sid(started)].state == "closed"
    assert offered() == []
    turn(300)
    assert "deleted at Twilio" in look(path).main.text
    assert do(f"{path}/status", status="completed").status == 404


def test_faults_on_and_off(world: World, do: Do, look: Callable[..., Any]) -> None:
    """The mixture is the one of `--chaos`; off takes the lag of lists away too."""
    assert do("/inbox/faults", plan="chaos").location == "/inbox/controls"
    assert list(world.faults.plan.given) == CHAOS["rules"]
    assert world.settings.evidence_lag == 0.5
    assert "lost after" in look("/inbox/controls").main.one("table").text
    do("/inbox/faults", plan="off")
    assert world.faults.plan.rules == ()
    assert world.settings.evidence_lag == 0
    assert do("/inbox/faults", plan="more").status == 400


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ("{", "This is not JSON: "),
        ("[NaN]", "This is not JSON: "),
        ('[{"fault":"boom"}]', "rule 1: fault must be one of "),
        ("[[]]", "rule 1 must be an object"),
    ],
)
def test_rules_of_ones_own(world: World, do: Do, rules: str, why: str) -> None:
    """Good ones are in force; of bad ones the page says what is wrong, and keeps them."""
    do("/inbox/faults", plan="own", rules='[{"fault":"hang","first":1}]')
    assert [rule.fault for rule in world.faults.plan.rules] == ["hang"]
    page = do("/inbox/faults", plan="own", rules=rules)
    assert page.status == 400
    assert page.main.one("p", role="alert").text.startswith(why)
    assert page.main.one("textarea").text == rules
    assert [rule.fault for rule in world.faults.plan.rules] == ["hang"]


def test_reset(world: World, open_sms: Callable[..., str], do: Do) -> None:
    """Everything is forgotten but the rules."""
    open_sms()
    do("/inbox/faults", plan="chaos")
    assert do("/inbox/reset").location == "/"
    assert (world.records.conversations, len(world.requests), len(world.answers)) == ({}, 0, 0)
    assert world.faults.plan.rules


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_colours(do: Do, look: Callable[..., Any], theme: str) -> None:
    """They are kept in a cookie, and one comes back to where one was."""
    done = do("/inbox/theme", "http://127.0.0.1:8080/inbox/tasks?status=pending", theme=theme)
    assert done.location == "/inbox/tasks?status=pending"
    cookie = done.headers["Set-Cookie"].partition(";")[0]
    page = look("/inbox/help", cookie=cookie)
    assert page.tree.one("html").attributes.get("data-theme") == (
        None if theme == "system" else theme
    )
    assert do("/inbox/theme", "http://127.0.0.1:8080//evil.example/x", theme=theme).location == "/"
    assert do("/inbox/theme", theme="pink").status == 400


@pytest.mark.parametrize(
    "path",
    [
        "/inbox/conversations/CH0/reply",
        "/inbox/conversations/CH0/read",
        "/inbox/conversations/CH0/close",
        "/inbox/conversations/CH0/reach",
        "/inbox/conversations/CH0/answer",
        "/inbox/tasks/WT0/status",
        "/inbox/nothing",
        "/",
    ],
)
def test_nothing_to_do_there(do: Do, world: World, path: str) -> None:
    """What is not there cannot be changed."""
    assert do(path, body="x", status="assigned").status == 404
    assert world.records.conversations == {}
