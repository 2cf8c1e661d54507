"""Every page, over a world whose people write hostile things."""

import json
import shlex
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.sandbox.answers import Answer, TwilioError
from runner.sandbox.call import Request
from runner.sandbox.caller import Caller, Disconnected
from runner.sandbox.customers import read_all, reply
from runner.sandbox.inbox.conversation_page import show_conversation
from runner.sandbox.inbox.rooms import Inbox
from runner.sandbox.inbox.visit import Visit
from runner.sandbox.state import World

CUSTOMER, SENDER = "+13115552368", "+19255551234"
SCRIPT = "<script>alert(1)</script>"
PAGES = (
    *("/", "/inbox/tasks", "/inbox/requests", "/inbox/debugger", "/inbox/controls"),
    *("/inbox/help", "/inbox/write"),
)
Look = Callable[..., Any]
Start = Callable[..., Answer]
Sid = Callable[[Answer], str]


@pytest.fixture
def hostile(
    twilio: Caller, start: Start, turn: Callable[[float], None], conversation_sid: Sid
) -> tuple[str, str]:
    """A conversation and a Task in which everything that can be chosen is hostile."""
    attributes = {"customerName": SCRIPT, f"k{SCRIPT}": f'"{SCRIPT}\u202e'}
    started = start(None, {"attributes": attributes})
    sid, body = conversation_sid(started), started.body or {}
    turn(1)
    twilio.post(f"/v1/Conversations/{sid}", {"FriendlyName": SCRIPT, "UniqueName": f"u{SCRIPT}"})
    message = {"Author": f"a{SCRIPT}", "Body": f"{SCRIPT}\u202e\x00", "Subject": SCRIPT}
    twilio.post(f"/v1/Conversations/{sid}/Messages", message)
    twilio.get(f"/v1/Conversations/{SCRIPT}?{SCRIPT}={SCRIPT}")
    twilio.control("/_sandbox/faults", [{"fault": "slow", "name": SCRIPT}])
    return sid, body["routing"]["properties"]["sid"]


def test_nothing_hostile_becomes_markup(look: Look, hostile: tuple[str, str]) -> None:
    """The only scripts are ours, and no attribute of any element runs anything."""
    sid, task = hostile
    details = (f"/inbox/conversations/{sid}", f"/inbox/tasks/{task}")
    numbered = tuple(f"/inbox/requests/{n}" for n in (1, 2, 3, 4))
    for path in (*PAGES, *details, *numbered, f"/?q={SCRIPT}", f"/inbox/requests?q={SCRIPT}"):
        page = look(path)
        assert page.status == 200, path
        elements = page.tree.all()
        scripts = [each for each in elements if each.name == "script"]
        assert [script.text for script in scripts] == ["", ""]
        for script in scripts:
            assert (script.attributes["src"] or "").startswith("/inbox/static/")
        names = {name for each in elements for name in each.attributes}
        assert not [name for name in names if name.startswith("on") or name == "style"]
        assert "\u202e" not in page.source
        assert "\x00" not in page.source


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(body=st.text(min_size=1, max_size=300), author=st.text(min_size=1, max_size=40))
def test_any_message_is_shown_whole(
    twilio: Caller, open_sms: Callable[..., str], look: Look, body: str, author: str
) -> None:
    """Whatever is written, the page has one bubble for it, with that text and nothing else."""
    twilio.world.reset()
    sid = open_sms()
    encodable = body.encode("utf-8", "replace").decode()
    form = {"Body": encodable, "Author": author.encode("utf-8", "replace").decode()}
    posted = twilio.post(f"/v1/Conversations/{sid}/Messages", form)
    page = look(f"/inbox/conversations/{sid}")
    assert (posted.status, page.status) == (201, 200)
    [message] = page.tree.one("ol", id="thread").all("li", class_="msg")
    text = message.one("div", class_="text")
    marks = len(text.all("span", class_="unseen"))
    assert len(text.all()) == marks
    plain = "".join(each for each in text.inside if isinstance(each, str))
    assert len(plain) + marks == len(encodable)


def test_empty(look: Look) -> None:
    """Each list says that there is nothing, and the first page how to begin."""
    for path in PAGES:
        assert look(path).status == 200
    page = look("/")
    assert "Nobody has been written to yet." in page.main.text
    assert "--base-url http://127.0.0.1:8080" in page.main.text


def test_the_command_on_the_empty_page_works(twilio: Caller, look: Look, world: World) -> None:
    """What it says to type makes an interaction."""
    [_, command] = [each.text for each in look("/").main.all("pre")]
    words = shlex.split(command)
    fields = [after for word, after in pairwise(words) if word == "--data-urlencode"]
    assert words[3] == "http://127.0.0.1:8080/v1/Interactions"
    made = twilio.post("/v1/Interactions", dict(each.split("=", 1) for each in fields))
    assert (made.status, len(world.records.tasks)) == (200, 1)


@pytest.mark.parametrize(
    "path",
    [
        "/inbox/conversations/CH0",
        "/inbox/conversations/CH0/html/IM0",
        "/inbox/tasks/WT0",
        "/inbox/requests/0",
        "/inbox/requests/7",
        "/inbox/requests/²",
        "/inbox/requests/" + "9" * 30,
        "/inbox/static/none.js",
        "/inbox/static/../rooms.py",
        "/inbox/nothing",
        "/inbox/",
    ],
)
def test_what_is_not_there(look: Look, path: str) -> None:
    """A page that says so, not an error of ours."""
    page = look(path)
    assert page.status == 404
    assert page.main.one("h1").text == "Not here"


def test_the_customers_view(
    twilio: Caller,
    world: World,
    start: Start,
    turn: Callable[[float], None],
    conversation_sid: Sid,
    look: Look,
) -> None:
    """Our message is incoming and theirs outgoing; the device knows our number, not their name."""
    sid = conversation_sid(start())
    turn(1)
    twilio.post(f"/v1/Conversations/{sid}/Messages", {"Author": "Clinic", "Body": "Hello"})
    [member] = world.records.participants[sid].values()
    reply(world, world.records.conversations[sid], member, "Yes")
    page = look(f"/inbox/conversations/{sid}")
    ours, theirs = page.main.all("li", class_="msg")
    assert ours.has({"class_": "from-us"})
    assert theirs.has({"class_": "from-customer"})
    assert page.main.one("span", class_="sender").text == SENDER
    assert "1 segment · GSM-7" in ours.one("p", class_="below").text
    assert page.main.one("h2", id="title").text == "silly name"
    assert page.tree.one("title").text == "Conversation with silly name · Flex sandbox"


@pytest.mark.parametrize(("seconds", "words"), [(0, "Queued"), (1, "Sent"), (5, "Delivered")])
def test_delivery_states(
    twilio: Caller,
    open_sms: Callable[..., str],
    turn: Callable[[float], None],
    look: Look,
    seconds: float,
    words: str,
) -> None:
    """A receipt goes from queued to delivered as the clock goes on."""
    sid = open_sms()
    twilio.post(f"/v1/Conversations/{sid}/Messages", {"Body": "Hello"})
    turn(seconds)
    assert look(f"/inbox/conversations/{sid}").main.one("p", class_="below").text.count(words) == 1


def test_failures_say_why(twilio: Caller, turn: Callable[[float], None], look: Look) -> None:
    """21610 and 63016 are explained once, and the customer does not see the message."""
    sms = {"address": CUSTOMER, "proxy_address": SENDER, "body": "STOP"}
    stopped = (twilio.control("/_sandbox/conversations", sms).body or {})["sid"]
    whatsapp = (twilio.post("/v1/Conversations").body or {})["sid"]
    binding = {
        "MessagingBinding.Address": f"whatsapp:{CUSTOMER}",
        "MessagingBinding.ProxyAddress": f"whatsapp:{SENDER}",
    }
    twilio.post(f"/v1/Conversations/{whatsapp}/Participants", binding)
    for sid in (stopped, whatsapp, whatsapp):
        twilio.post(f"/v1/Conversations/{sid}/Messages", {"Body": "Hello"})
    turn(5)
    page = look(f"/inbox/conversations/{stopped}").main
    assert "Not delivered 21610" in page.text
    assert "The customer does not see this." in page.text
    assert "Opted out" in page.one("p", class_="banner").text
    page = look(f"/inbox/conversations/{whatsapp}").main
    assert page.text.count("Not delivered 63016") == 2 + 1  # the row of the list, too
    assert page.text.count("within 24 hours of the customer's last message") == 1
    assert "window is closed" in page.one("p", class_="banner").text
    assert len(page.all("li", class_="is-lost")) == 2


def test_a_customer_elsewhere(
    twilio: Caller, start: Start, turn: Callable[[float], None], conversation_sid: Sid, look: Look
) -> None:
    """80102 is nowhere in the API; the page tells it, and that nobody is reached."""
    twilio.control("/_sandbox/conversations", {"address": CUSTOMER, "proxy_address": SENDER})
    sid = conversation_sid(start())
    turn(1)
    twilio.post(f"/v1/Conversations/{sid}/Messages", {"Body": "Hello"})
    page = look(f"/inbox/conversations/{sid}").main
    assert "80102 Participant Already In Interaction." in page.text
    assert "Reached nobody" in page.text
    assert "Nobody is in this conversation" in page.one("p", class_="banner").text
    assert not page.all("form", id="composer")
    assert "80102" in look("/inbox/debugger").main.text


def test_templates(twilio: Caller, open_sms: Callable[..., str], look: Look) -> None:
    """A content template is shown by its SID and its variables, which is all that is known here."""
    sid = open_sms()
    form = {"ContentSid": "HX" + "a" * 32, "ContentVariables": json.dumps({"1": "<Ann>"})}
    twilio.post(f"/v1/Conversations/{sid}/Messages", form)
    bubble = look(f"/inbox/conversations/{sid}").main.one("div", class_="template")
    assert bubble.text == f"Content templateHX{'a' * 32}{{{{1}}}}<Ann>"


def test_read(twilio: Caller, world: World, turn: Callable[[float], None], look: Look) -> None:
    """Who looks at WhatsApp is seen to have read; SMS does not tell."""
    pair = {"address": f"whatsapp:{CUSTOMER}", "proxy_address": f"whatsapp:{SENDER}"}
    sid = (twilio.control("/_sandbox/conversations", pair).body or {})["sid"]
    twilio.post(f"/v1/Conversations/{sid}/Messages", {"Body": "Hello"})
    conversation = world.records.conversations[sid]
    assert read_all(world, conversation) == 0
    turn(5)
    twilio.get(f"/v1/Conversations/{sid}")
    assert (read_all(world, conversation), read_all(world, conversation)) == (1, 0)
    assert look(f"/inbox/conversations/{sid}").main.all("span", class_="is-read")
    messages = twilio.get(f"/v1/Conversations/{sid}/Messages").body or {}
    assert messages["messages"][1]["delivery"]["read"] == "all"


def test_mail(
    twilio: Caller, start: Start, turn: Callable[[float], None], look: Look, conversation_sid: Sid
) -> None:
    """Sender, receivers by their level, subject; HTML only in a frame that may do nothing."""
    people = [
        {"level": "to", "name": "Ann", "address": "ann@example.org"},
        {"level": "cc", "name": "Bob", "address": "bob@example.org"},
    ]
    properties = {"from": "clinic@example.com", "from_name": "Clinic"}
    channel = {"type": "email", "properties": properties, "participants": people}
    sid = conversation_sid(start(channel))
    turn(1)
    body = "<p onclick=alert(1)>Hi</p><script>alert(1)</script>"
    form = {"Author": "clinic@example.com", "Subject": "Your <b>visit</b>", "Body": body}
    twilio.post(f"/v1/Conversations/{sid}/Messages", form)
    mail = look(f"/inbox/conversations/{sid}").main.one("article", class_="mail")
    headers = mail.one("dl", class_="mail-headers")
    pairs = dict(
        zip((e.text for e in headers.all("dt")), (e.text for e in headers.all("dd")), strict=True)
    )
    assert pairs["From"] == "clinic@example.com"
    assert (pairs["To"], pairs["Cc"]) == ("Ann <ann@example.org>", "Bob <bob@example.org>")
    assert mail.one("h3").text == "Your <b>visit</b>"
    assert mail.one("div", class_="text").text == body
    frame = mail.one("iframe")
    assert frame.attributes["sandbox"] == ""
    shown = look(frame.attributes["src"] or "")
    assert shown.source == body
    policy = shown.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script-src" not in policy


def test_requests_are_laid_out(twilio: Caller, start: Start, look: Look) -> None:
    """Channel and Routing as the JSON that they are, the answer, and links to what it made."""
    started = start()
    page = look("/inbox/requests/1").main
    assert [each.text for each in page.one("dl", class_="fields").all("dt")] == [
        "Channel",
        "Routing",
    ]
    assert '"initiated_by": "agent"' in page.one("dl", class_="fields").text
    assert "HTTP 200 OK" in page.text
    task = (started.body or {})["routing"]["properties"]["sid"]
    assert page.all("a", href=f"/inbox/tasks/{task}")
    twilio.post("/v1/Conversations", {"UniqueName": "a"})
    twilio.post("/v1/Conversations", {"UniqueName": "a"})
    assert "50353" in look("/inbox/requests/3").main.text


@pytest.mark.parametrize(
    ("fault", "words", "processed"),
    [
        ("lose_after", "the caller never got the answer", True),
        ("drop_before", "the request was not processed", False),
        ("truncate", "truncate", True),
        ("rate_limit", "HTTP 429", False),
    ],
)
def test_faults_are_told(
    twilio: Caller, look: Look, fault: str, words: str, *, processed: bool
) -> None:
    """What struck the request, by which rule, and whether it was done all the same."""
    twilio.control("/_sandbox/faults", [{"fault": fault, "name": "mine"}])
    with suppress(Disconnected):
        twilio.post("/v1/Conversations")
    page = look("/inbox/requests/1").main
    assert words in page.text
    assert "mine" in page.one("div", class_="mishap").text
    assert bool(twilio.world.records.conversations) == processed
    listed = look("/inbox/requests?outcome=fault").main
    assert len(listed.all("li", class_="row")) == 1


def test_only_the_latest_answers_are_kept(twilio: Caller, look: Look) -> None:
    """An answer that is no longer kept is said to be."""
    twilio.world.answers = type(twilio.world.answers)(maxlen=1)
    twilio.post("/v1/Conversations")
    twilio.post("/v1/Conversations")
    assert "no longer kept" in look("/inbox/requests/1").main.text
    assert "HTTP 201" in look("/inbox/requests/2").main.text


def test_a_long_conversation_is_shown_by_its_end(
    twilio: Caller, open_sms: Callable[..., str], look: Look
) -> None:
    """A hundred messages, and a link to those before."""
    sid = open_sms()
    for number in range(105):
        twilio.post(f"/v1/Conversations/{sid}/Messages", {"Body": f"Number {number}."})
    page = look(f"/inbox/conversations/{sid}").main
    assert len(page.all("li", class_="msg")) == 100
    assert "Number 104." in page.text
    earlier = page.one("p", class_="earlier").one("a")
    assert earlier.text == "5 earlier messages"
    before = look(earlier.attributes["href"] or "").main.one("ol", id="thread")
    assert [m.one("div", class_="text").text for m in before.all("li", class_="msg")] == [
        f"Number {number}." for number in range(5)
    ]


def test_pages_read_and_change_nothing(
    twilio: Caller, start: Start, look: Look, world: World
) -> None:
    """Looking takes no SID, writes no request down, and is struck by no fault."""
    start()
    twilio.control("/_sandbox/faults", [{"fault": "drop_before"}])
    before = (world.requests_seen, len(world.requests), world._chance.getstate())
    for path in PAGES:
        assert look(path).status == 200
    assert (world.requests_seen, len(world.requests), world._chance.getstate()) == before


def test_deleted_things_stay_to_be_seen(
    twilio: Caller, open_sms: Callable[..., str], look: Look
) -> None:
    """What the API has forgotten is marked, and nothing can be written there."""
    sid = open_sms()
    twilio.delete(f"/v1/Conversations/{sid}")
    page = look(f"/inbox/conversations/{sid}").main
    assert "deleted" in page.one("header", class_="detail-head").text
    assert not page.all("form", id="composer")
    assert sid not in look("/").source
    assert sid in look("/?state=deleted").source


def test_landmarks_and_names(look: Look, hostile: tuple[str, str]) -> None:
    """A skip link, one heading of the first level, labelled sections, a quiet live region."""
    sid, _ = hostile
    for path in (*PAGES, f"/inbox/conversations/{sid}"):
        tree = look(path).tree
        skip = tree.one("a", class_="skip").attributes["href"] or ""
        assert len([each for each in tree.all() if each.attributes.get("id") == skip[1:]]) == 1
        assert len(tree.all("h1")) == 1
        assert tree.one("main").attributes["id"] == "main"
        assert tree.one("", role="status").text == ""
        ids = [each.attributes["id"] for each in tree.all() if "id" in each.attributes]
        assert len(ids) == len(set(ids))
        for field in (*tree.all("input"), *tree.all("select"), *tree.all("textarea")):
            hidden = field.attributes.get("type") == "hidden"
            labels = {each.attributes.get("for") for each in tree.all("label")}
            inside = any(field in label.all() for label in tree.all("label"))
            named = "aria-label" in field.attributes or field.attributes.get("id") in labels
            assert hidden or named or inside, (path, field.attributes)


def test_a_page_is_made_for_what_is_asked(world: World) -> None:
    """A conversation that is not there is Twilio's 404 inside, which the room turns into a page."""
    with pytest.raises(TwilioError):
        show_conversation(Visit(world, Request("GET", "/"), ("CH0",)))
    assert Inbox(world).serves("/")
    assert not Inbox(world).serves("/v1/Interactions")
