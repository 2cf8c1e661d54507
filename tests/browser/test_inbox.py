"""The sandbox's inbox in a real browser: live, by keyboard, for everyone, and safe."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from runner.sandbox.caller import Caller
from runner.sandbox.server import SandboxServer
from runner.sandbox.state import World
from runner.sandbox.values import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page, expect
else:
    expect = pytest.importorskip("playwright.sync_api").expect

CUSTOMER, SENDER = "+13115552368", "+19255551234"
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
SCRIPT = "<img src=x onerror='window.struck=1'><script>window.struck=1</script>"
PEOPLE: dict[str, list[dict[str, str]]] = {
    "sms": [{"address": CUSTOMER, "proxy_address": SENDER}],
    "whatsapp": [{"address": f"whatsapp:{CUSTOMER}", "proxy_address": f"whatsapp:{SENDER}"}],
    "messenger": [{"address": "messenger:100", "proxy_address": "messenger:200"}],
    "email": [{"level": "to", "name": "Ann", "address": "ann@example.org"}],
    "web": [{"identity": "visitor"}],
}
OpenPage = Callable[..., "Page"]


class Flex:
    """A sandbox with its inbox, and what fills it."""

    def __init__(self, server: SandboxServer) -> None:
        self.world = server.world
        self.url = server.url
        self.twilio = Caller(server.world)

    def start(self, kind: str, name: str = "Ann") -> str:
        """Begin a conversation, and give its SID."""
        sender = {"from": "clinic@example.com", "from_name": "Clinic"}
        channel = {
            "type": kind,
            "initiated_by": "agent",
            "properties": sender if kind == "email" else {},
            "participants": PEOPLE[kind],
        }
        routing = {
            "workspace_sid": "WS" + "0" * 32,
            "queue_sid": "WQ" + "0" * 32,
            "worker_sid": "WK" + "0" * 32,
            "attributes": {"customerName": name},
        }
        form = {"Channel": json.dumps(channel), "Routing": json.dumps({"properties": routing})}
        body = self.twilio.post("/v1/Interactions", form).body or {}
        attributes = json.loads(body["routing"]["properties"]["attributes"])
        return str(attributes["conversationSid"])

    def post(self, sid: str, text: str, **more: str) -> None:
        """Post a message as an agent."""
        form = {"Author": "Clinic", "Body": text, **more}
        assert self.twilio.post(f"/v1/Conversations/{sid}/Messages", form).status == 201

    def first_message(self, sid: str) -> str | None:
        """What was written first in a conversation."""
        return self.world.records.messages[sid][0].body


@pytest.fixture
def flex() -> Iterator[Flex]:
    """A sandbox whose customers join at once."""
    with SandboxServer(World(Settings(join_delay=0, delivered_delay=0))) as server:
        yield Flex(server)


@pytest.fixture
def everything(flex: Flex) -> dict[str, str]:
    """A conversation on every channel with hostile names and texts, a failure, and faults."""
    sids = {kind: flex.start(kind, f"Ann {SCRIPT}") for kind in PEOPLE}
    for sid in sids.values():
        flex.post(sid, f"{SCRIPT} \u202etxet desrever \u0007 مرحبا " + "long" * 60, Author=SCRIPT)
    template = {"ContentSid": "HX" + "a" * 32, "ContentVariables": json.dumps({"1": SCRIPT})}
    flex.post(sids["whatsapp"], "", **template)
    flex.twilio.control(
        "/_sandbox/conversations",
        {"address": "+13115550001", "proxy_address": SENDER, "body": SCRIPT},
    )
    flex.twilio.control("/_sandbox/faults", [{"fault": "slow", "name": SCRIPT, "delay": 0.001}])
    flex.twilio.get("/v1/Conversations/none")
    return sids


def paths(sids: dict[str, str], flex: Flex) -> list[str]:
    """Every kind of page there is."""
    [task, *_] = flex.world.records.tasks
    return [
        *("/", "/?q=nothing", "/inbox/tasks", f"/inbox/tasks/{task}", "/inbox/requests"),
        *("/inbox/requests/1", "/inbox/debugger", "/inbox/controls", "/inbox/help"),
        *("/inbox/write", *(f"/inbox/conversations/{sid}" for sid in sids.values())),
    ]


@pytest.mark.parametrize(
    ("scheme", "size"),
    [("light", (1280, 900)), ("dark", (360, 740))],
    ids=["desktop", "phone"],
)
def test_everyone_can_read_every_page(
    flex: Flex,
    everything: dict[str, str],
    open_page: OpenPage,
    assert_accessible: Callable[["Page"], None],
    *,
    scheme: str,
    size: tuple[int, int],
) -> None:
    """Axe finds nothing, nothing reaches over the edge, and nothing hostile has run."""
    page = open_page(f"{flex.url}/", scheme=scheme, size=size)
    for path in paths(everything, flex):
        page.goto(flex.url + path)
        assert_accessible(page)
        assert page.evaluate(FITS), path
        assert page.evaluate("window.struck") is None


@pytest.mark.parametrize("size", [(320, 600), (768, 900), (1920, 1080)], ids=str)
def test_nothing_reaches_over_the_edge(
    flex: Flex, everything: dict[str, str], open_page: OpenPage, size: tuple[int, int]
) -> None:
    """From the smallest telephone to a wide screen."""
    page = open_page(f"{flex.url}/", size=size)
    for path in paths(everything, flex):
        page.goto(flex.url + path)
        assert page.evaluate(FITS), path


def test_the_policy_holds(flex: Flex, open_page: Any) -> None:
    """Even a script of ours that went wrong cannot make text into markup, or into a script."""
    open_page.allow_error("This document requires 'Trusted")
    page = open_page(f"{flex.url}/")
    for wrong in (
        "document.body.innerHTML = '<b>x</b>'",
        "document.body.setAttribute('onclick', 'window.struck=1')",
        "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))",
    ):
        with pytest.raises(Exception, match="This document requires 'Trusted"):
            page.evaluate(wrong)


def test_mail_as_html_can_do_nothing(flex: Flex, open_page: Any) -> None:
    """In its frame a mail is laid out, and neither its scripts nor its pictures do anything."""
    open_page.allow_error("Content Security Policy")
    open_page.allow_error("Blocked ")
    sid = flex.start("email")
    flex.post(
        sid,
        "<h1>Hello</h1><img src=/inbox/static/icon.svg onerror='top.struck=1'>"
        "<script>top.struck=1</script>"
        "<form action=/inbox/reset method=post><button>Go</button></form>",
    )
    page = open_page(f"{flex.url}/inbox/conversations/{sid}")
    page.locator("summary", has_text="Look at it as HTML").click()
    frame = page.frame_locator("iframe")
    assert frame.locator("h1").inner_text() == "Hello"
    frame.locator("button").click()
    assert page.evaluate("window.struck") is None
    assert flex.world.requests_seen == 2


def test_the_page_is_live(flex: Flex, open_page: OpenPage) -> None:
    """What happens is shown without a reload; focus, and what is being written, stay."""
    first = flex.start("sms", "Ann")
    flex.post(first, "Hello Ann")
    page = open_page(f"{flex.url}/inbox/conversations/{first}")
    page.evaluate("window.same = true")
    page.locator("#reply").fill("I am just writ")
    page.locator("#reply").focus()
    flex.post(first, "One more thing")
    page.locator(".bubble", has_text="One more thing").wait_for()
    flex.start("whatsapp", "Bob")
    page.locator(".row", has_text="Bob").wait_for()
    assert page.locator("#reply").input_value() == "I am just writ"
    assert page.evaluate("document.activeElement.id") == "reply"
    page.locator(f"#row-{first} a").focus()
    second = flex.start("web", "Cleo")
    flex.post(second, "Hello Cleo")
    page.locator(".row", has_text="Hello Cleo").wait_for()
    assert page.evaluate("document.activeElement.closest('.row').id") == f"row-{first}"
    assert page.evaluate("window.same") is True


def test_holding_still(flex: Flex, open_page: OpenPage) -> None:
    """Whoever reads can stop the page from moving, and let it go on."""
    other, page = open_page(f"{flex.url}/"), open_page(f"{flex.url}/")
    live = page.locator("#live")
    page.keyboard.press("l")
    assert (live.get_attribute("aria-pressed"), live.inner_text().strip()) == ("false", "Held")
    flex.start("sms", "Ann")
    other.locator(".row", has_text="Ann").wait_for()
    assert page.locator(".row").count() == 0
    page.keyboard.press("l")
    page.locator(".row", has_text="Ann").wait_for()
    assert live.get_attribute("aria-pressed") == "true"


def test_answering_as_the_customer(flex: Flex, open_page: OpenPage) -> None:
    """Enter sends, the field is empty again, and the message is theirs; STOP is one press."""
    sid = flex.start("sms")
    flex.post(sid, "Hello")
    page = open_page(f"{flex.url}/inbox/conversations/{sid}?channel=sms")
    page.keyboard.press("w")
    page.keyboard.type("Yes")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("please")
    page.keyboard.press("Enter")
    bubble = page.locator(".from-customer .text")
    bubble.wait_for()
    assert bubble.inner_text() == "Yes\nplease"
    expect(page.locator("#reply")).to_have_value("")
    assert page.url.endswith("?channel=sms")
    page.get_by_role("button", name="STOP").click()
    page.locator(".banner", has_text="Opted out").wait_for()
    page.get_by_label("Answer as the agent").fill("Are you sure?")
    page.keyboard.press("Enter")
    page.locator(".why", has_text="21610").wait_for()


def test_a_complaint_stays_to_be_read(flex: Flex, open_page: Any) -> None:
    """What is wrong with a form is not swept away by what happens meanwhile."""
    open_page.allow_error("400 (Bad Request)")
    page = open_page(f"{flex.url}/inbox/write")
    page.get_by_label("From: the customer's address").fill("nobody")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("alert").wait_for()
    assert page.url.endswith("/inbox/write")
    flex.start("sms")
    other = open_page(f"{flex.url}/")
    flex.start("web", "Bob")
    other.locator(".row", has_text="Bob").wait_for()
    assert page.get_by_role("alert").inner_text() == "nobody is no sms address"
    page.get_by_label("From: the customer's address").fill("+13115550009")
    page.get_by_role("button", name="Send").click()
    page.locator("#title", has_text="+13115550009").wait_for()


def test_a_day_at_the_keyboard(flex: Flex, open_page: OpenPage) -> None:
    """Skip, search, walk the list, open, go to the tasks, accept one: no mouse."""
    for kind, name in (("sms", "Ann"), ("web", "Bob"), ("email", "Cleo")):
        flex.start(kind, name)
    page = open_page(f"{flex.url}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "list"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent.includes('Bob')") is True
    page.keyboard.press("Enter")
    page.locator("#title", has_text="Bob").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("cleo")
    expect(page.locator(".row")).to_have_count(1)
    page.wait_for_url("**?q=cleo")
    assert page.locator("#title").inner_text() == "Bob"
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.wait_for_url("**/inbox/tasks")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator(".detail-head .task-pending").wait_for()
    page.get_by_role("button", name="Accept").focus()
    page.keyboard.press("Enter")
    page.locator(".detail-head .task-assigned").wait_for()
    page.go_back()
    page.wait_for_url("**/inbox/tasks")


def test_shortcuts_can_be_off(flex: Flex, open_page: OpenPage) -> None:
    """Who dictates turns single keys off, and they stay off."""
    page = open_page(f"{flex.url}/inbox/help")
    page.get_by_label("Shortcuts of a single key are on").uncheck()
    page.goto(f"{flex.url}/")
    page.keyboard.press("t")
    page.goto(f"{flex.url}/inbox/help")
    assert not page.get_by_label("Shortcuts of a single key are on").is_checked()
    page.get_by_label("Shortcuts of a single key are on").check()
    page.locator("h2").first.click()
    page.keyboard.press("t")
    page.wait_for_url("**/inbox/tasks")


def test_the_live_region_does_not_chatter(flex: Flex, open_page: OpenPage) -> None:
    """Thirty messages in a rush are told in one sentence, those of others not at all."""
    sid, other = flex.start("sms"), flex.start("web")
    flex.post(sid, "Number 0.")
    page = open_page(f"{flex.url}/inbox/conversations/{sid}")
    page.evaluate(
        "window.said = []; new MutationObserver(() => said.push(document.getElementById('said')"
        ".textContent)).observe(document.getElementById('said'), {childList: true})"
    )
    for number in range(1, 31):
        flex.post(sid, f"Number {number}.")
        flex.post(other, "Hello")
    page.locator(".bubble", has_text="Number 30.").wait_for()
    said = page.evaluate("window.said")
    assert len(said) == 1
    assert said[0].endswith("in this conversation")


def test_without_a_script(flex: Flex, open_page: OpenPage) -> None:
    """Write, answer, filter, accept, faults and reset: forms and links are enough."""
    page = open_page(f"{flex.url}/", javascript=False)
    page.get_by_role("link", name="Write as a customer").first.click()
    page.get_by_role("button", name="Send").click()
    assert page.locator(".from-customer .text").inner_text() == "Hello"
    page.get_by_label("Write as the customer").fill("Anybody?")
    page.get_by_role("button", name="Send").click()
    assert page.locator(".from-customer").count() == 2
    page.get_by_label("Channel").select_option("email")
    page.get_by_role("button", name="Apply").click()
    assert page.locator(".row").count() == 0
    flex.start("web", "Bob")
    page.goto(f"{flex.url}/inbox/tasks")
    page.locator(".row a").click()
    page.get_by_role("button", name="Accept").click()
    assert page.locator(".detail-head .task-assigned").count() == 1
    page.goto(f"{flex.url}/inbox/controls")
    page.get_by_role("button", name="Start the chaos mixture").click()
    assert page.locator("tbody tr").count() == 6
    page.get_by_role("button", name="Turn all faults off").click()
    page.locator("summary", has_text="Forget everything").click()
    page.get_by_role("button", name="Yes, forget everything").click()
    assert "Nobody has been written to yet." in page.locator("main").inner_text()
    assert flex.world.records.conversations == {}


def test_colours_can_be_chosen(flex: Flex, open_page: OpenPage) -> None:
    """System, light, dark; the choice outlives the page."""
    page = open_page(f"{flex.url}/", scheme="light")
    ground = "getComputedStyle(document.querySelector('.pane.list')).backgroundColor"
    bright = page.evaluate(ground)
    page.get_by_role("button", name="Colours: system").click()
    page.get_by_role("button", name="Colours: light").click()
    page.get_by_role("button", name="Colours: dark").wait_for()
    assert page.evaluate(ground) != bright
    page.reload()
    assert page.evaluate(ground) != bright


def test_less_motion(flex: Flex, open_page: OpenPage) -> None:
    """Who asks for less motion gets none: new rows are just there."""
    flex.start("sms", "Ann")
    name = "row => (row.classList.add('is-new'), getComputedStyle(row.firstChild).animationName)"
    moves = [
        open_page(f"{flex.url}/", reduced_motion=wish).locator(".row").evaluate(name)
        for wish in (True, False)
    ]
    assert moves == ["none", "arrive"]


def test_another_site_changes_nothing(flex: Flex, open_page: Any) -> None:
    """A page elsewhere that sends our form is refused, and cannot look into us either."""
    open_page.allow_error("403")
    open_page.allow_error("frame")
    open_page.allow_error("CORS")
    open_page.allow_error("Failed to load resource")
    flex.start("sms")
    page = open_page()
    html = (
        f"<form action='{flex.url}/inbox/reset' method=post><button>Win</button></form>"
        f"<iframe src='{flex.url}/'></iframe>"
    )
    elsewhere = "http://localhost:9/"
    page.route(f"{elsewhere}**", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(elsewhere)
    read = page.evaluate(f"fetch('{flex.url}/').then(() => 'read', () => 'refused')")
    assert read == "refused"
    page.get_by_role("button", name="Win").click()
    page.locator("h1", has_text="That came from elsewhere").wait_for()
    assert len(flex.world.records.conversations) == 1
