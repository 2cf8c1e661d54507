"""The preview's page in a real browser: whatever the messages hold, it can be read by everyone."""

import re
from collections.abc import Callable, Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

_EXAMPLES = Path(__file__).parent.parent / "preview" / "examples"
OpenPage = Callable[..., "Page"]
_FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture
def write_page(
    flexplay: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Return what writes the page of some examples, and returns its address."""

    def write(*names: str) -> str:
        monkeypatch.chdir(_EXAMPLES)
        flexplay("preview", *names, "--html", tmp_path / "page.html")
        return (tmp_path / "page.html").as_uri()

    return write


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 900), (360, 740)], ids=["desktop", "phone"])
def test_everyone_can_read_the_page(
    open_page: OpenPage,
    assert_accessible: Callable[["Page"], None],
    write_page: Callable[..., str],
    scheme: str,
    size: tuple[int, int],
) -> None:
    """All channels and hostile texts: axe finds nothing, and nothing reaches over the edge."""
    page = open_page(write_page("."), scheme=scheme, size=size)
    assert_accessible(page)
    assert page.evaluate(_FITS)
    assert page.title() == "4 playbooks: preview"


def test_the_page_needs_no_script(open_page: OpenPage, write_page: Callable[..., str]) -> None:
    """With scripts off, all that is there can be read; there is none in it."""
    page = open_page(write_page("hard-texts.yaml"), javascript=False)
    assert page.locator(".bubble").first.inner_text().startswith("Hi Ann, see you Monday")
    assert page.locator("script").count() == 0
    page.locator("summary").first.click()
    assert (
        "POST https://flex-api.twilio.com/v1/Interactions" in page.locator("pre").first.inner_text()
    )


def test_hostile_texts_are_texts(open_page: OpenPage, write_page: Callable[..., str]) -> None:
    """Markup in a message or a name is shown as it is written, and what is unseen by its name."""
    page = open_page(write_page("hard-texts.yaml"))
    card = page.locator("article", has_text="key hostile")
    said = card.locator(".bubble").text_content() or ""
    assert said.startswith('<script>alert(1)</script><img src=x onerror=alert(2)> & "quotes"')
    assert "[U+202E]gnirts desrever[U+202C]" in said
    assert card.locator("dd", has_text="<script>alert(1)</script>").count() == 1
    assert page.evaluate("document.body.innerHTML.includes('\\u202e')") is False


def test_right_to_left_text_runs_its_own_way(
    open_page: OpenPage, write_page: Callable[..., str]
) -> None:
    """An Arabic message begins on the right of its bubble, an English one on the left."""
    page = open_page(write_page("hard-texts.yaml"))

    def direction(key: str) -> str:
        bubble = page.locator("article", has_text=f"key {key}").locator(".bubble")
        found: str = bubble.evaluate("each => getComputedStyle(each).direction")
        return found

    assert (direction("arabic"), direction("hebrew"), direction("smart")) == ("rtl", "rtl", "ltr")


def test_segments_and_encoding_are_marked_until_switched_off(
    open_page: OpenPage, write_page: Callable[..., str]
) -> None:
    """Three segments have two cuts; without the marks the text is what the customer gets."""
    page = open_page(write_page("hard-texts.yaml"))
    card = page.locator("article", has_text="key smart")
    bubble = card.locator(".bubble")
    assert card.locator(".meters li").all_inner_texts()[2].split() == [
        "Segment",
        "3",
        "24",
        "of",
        "67",
    ]
    assert bubble.locator(".cut").all_inner_texts()[0].split() == ["(segment", "2", "begins)", "2"]
    assert bubble.locator("mark").first.inner_text() == "\N{RIGHT SINGLE QUOTATION MARK}"
    page.get_by_label("Mark segments").uncheck()
    assert bubble.locator(".cut").first.is_hidden()
    assert "will be glad to help you" in bubble.inner_text()


def test_a_mails_html_is_shut_in(open_page: Any, write_page: Callable[..., str]) -> None:
    """It is seen with its styles, its links lead nowhere, and it cannot reach the page."""
    open_page.allow_error("Blocked script execution")  # the test's own, which looks into the frame
    page = open_page(write_page("invoice-mail.yaml"))
    frame = page.frame_locator("iframe")
    assert frame.locator("h1").inner_text() == "Your invoice"
    green = frame.locator("h1").evaluate("each => getComputedStyle(each).color")
    assert green == "rgb(0, 170, 85)"
    assert page.locator("iframe").get_attribute("sandbox") == ""
    assert page.evaluate("document.querySelector('iframe').contentDocument") is None
    assert page.locator("h1").inner_text() == "invoice-mail"
    frame.locator("a").click()
    assert frame.locator("h1").inner_text() == "Your invoice"


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """Return the address of a server on this machine, and the paths that it was asked for."""
    asked: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Noting) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@pytest.mark.parametrize("policed", [True, False])
def test_the_policy_alone_keeps_a_mail_from_asking_anybody(
    open_page: Any,
    write_page: Callable[..., str],
    tmp_path: Path,
    listener: tuple[str, list[str]],
    *,
    policed: bool,
) -> None:
    """Were a mail's HTML not made quiet first, still nothing would leave and nothing would run.

    Without the policy its picture and its style sheet are asked for, which shows that it counts.
    """
    for text in ("violates the following", "Blocked script", "Failed to load"):
        open_page.allow_error(text)
    server, asked = listener
    loud = (
        f"<img src='{server}/picture'><style>@import '{server}/style';</style>"
        "<script>document.title = 'ran'</script>"
    )
    address, file = write_page("invoice-mail.yaml"), tmp_path / "page.html"
    html = file.read_text("utf-8").replace("&lt;h1&gt;", f"{escape(loud)}&lt;h1&gt;", 1)
    if not policed:
        html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    file.write_text(html, "utf-8")
    page = open_page(address)
    page.wait_for_load_state("networkidle")
    frame = page.frames[1]
    assert frame.locator("script").count() == 1
    assert frame.title() == ""
    assert sorted(asked) == ([] if policed else ["/picture", "/style"])


def test_keys_reach_everything_that_can_be_used(
    open_page: OpenPage, write_page: Callable[..., str]
) -> None:
    """The first Tab offers to skip the list, then come its links and the switch."""
    page = open_page(write_page("."))
    seen = []
    for _ in range(6):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("document.activeElement.textContent || document.activeElement.id")
        )
    assert seen[0] == "Skip to the messages"
    assert seen[1:5] == ["hard-texts", "invoice-mail", "offer", "web-hello"]
    assert seen[5] == "marks"


def test_headings_tell_the_page(open_page: OpenPage, write_page: Callable[..., str]) -> None:
    """One heading of the first level, then playbooks, messages, and what is said of each."""
    page = open_page(write_page("offer.yaml", "web-hello.yaml"))
    levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(each => each.tagName)")
    assert levels == ["H1", "H2", "H3", "H4", "H3", "H4", "H2", "H3", "H4"]
    assert page.locator("h1").inner_text() == "Messages of 2 playbooks"


def test_it_can_be_printed(open_page: OpenPage, write_page: Callable[..., str]) -> None:
    """On paper there is nothing to click, and nothing is cut off."""
    page = open_page(write_page("hard-texts.yaml"), size=(720, 1000))
    page.emulate_media(media="print")
    assert page.locator(".switch").is_hidden()
    assert page.locator("summary").first.is_hidden()
    assert page.evaluate(_FITS)
