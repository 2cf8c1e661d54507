"""The browser's own guards."""

import asyncio
import json
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

GOOD = "<!doctype html><html lang=en><title>Sent</title><main><h1>Sent</h1><p>Two.</p></main>"
BAD = "<!doctype html><html><title>Sent</title><img src=data:,><p style=color:#eee>Pale.</p>"
OpenPage = Callable[..., "Page"]


def _page(tmp_path: Path, html: str) -> str:
    path = tmp_path / "page.html"
    path.write_text(html, encoding="utf-8")
    return path.as_uri()


def _complaints(browser: "Browser", url: str, *allowed: str) -> str:
    def visit() -> None:
        with sys.modules["flexplay_chromium"].watched_pages(browser) as pages:
            for text in allowed:
                pages.allow_error(text)
            pages(url)

    with pytest.raises(AssertionError, match="a page did what none should") as caught:
        visit()
    return str(caught.value)


@pytest.mark.parametrize(
    ("html", "asked"),
    [
        ("<img src=https://outside.example/a.png>", "https://outside.example/a.png"),
        ("<link rel=stylesheet href=http://192.0.2.1/a.css>", "http://192.0.2.1/a.css"),
        ("<script>fetch('https://127.0.0.1.outside.example/')</script>", ".outside.example/"),
        ("<iframe src=https://outside.example/></iframe>", "https://outside.example/"),
        ("<script>new WebSocket('wss://outside.example/s')</script>", "wss://outside.example/s"),
        ("<script>navigator.sendBeacon('http://outside.example/b')</script>", "example/b"),
    ],
    ids=["image", "style", "fetch", "frame", "websocket", "beacon"],
)
def test_a_request_beyond_this_machine_fails_the_test(
    browser: "Browser", tmp_path: Path, html: str, asked: str
) -> None:
    """Whatever a page asks of another machine is refused and reported."""
    found = _complaints(browser, _page(tmp_path, html), "Failed to load", "WebSocket", "CORS")
    assert "asked for " in found
    assert asked in found


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("console.error('no such recipient')", "logged an error: no such recipient"),
        ("undefined.name", "uncaught: "),
        ("Promise.reject(new Error('nobody waits'))", "uncaught: "),
    ],
    ids=["console", "exception", "promise"],
)
def test_an_error_in_the_page_fails_the_test(
    browser: "Browser", tmp_path: Path, script: str, said: str
) -> None:
    """An error that only the console shows is reported."""
    assert said in _complaints(browser, _page(tmp_path, f"<script>{script}</script>"))


def test_an_expected_error_is_allowed(open_page: Any, tmp_path: Path) -> None:
    """A test that causes an error itself names it beforehand."""
    open_page.allow_error("no such recipient")
    page = open_page(_page(tmp_path, "<script>console.error('no such recipient')</script><p>on"))
    assert page.inner_text("p") == "on"


def test_this_machine_is_allowed(open_page: OpenPage, tmp_path: Path) -> None:
    """A page may ask this machine's servers, files and its own data."""

    class Hello(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Hello) as server:
        Thread(target=server.serve_forever).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        script = f"<p><script>fetch('{address}').then(r=>r.text()).then(t=>document.title=t)"
        page = open_page(_page(tmp_path, script + "</script><img src=data:image/gif;base64,R0lG>"))
        page.wait_for_function("document.title === 'hello'")
        server.shutdown()


def test_the_reader_has_wishes(open_page: OpenPage, tmp_path: Path) -> None:
    """Colours, size and motion are what the test asks for."""
    page = open_page(_page(tmp_path, GOOD), scheme="dark", size=(390, 844), reduced_motion=True)
    asked = ["(prefers-color-scheme: dark)", "(width: 390px)", "(prefers-reduced-motion: reduce)"]
    told = page.evaluate(f"{json.dumps(asked)}.map(each => matchMedia(each).matches)")
    assert told == [True, True, True]
    plain = open_page(_page(tmp_path, GOOD))
    assert plain.evaluate(f"{json.dumps(asked)}.map(each => matchMedia(each).matches)") == [
        False,
        False,
        False,
    ]


def test_scripts_can_be_off(open_page: OpenPage, tmp_path: Path) -> None:
    """Without JavaScript the page's scripts do nothing."""
    html = "<p>written</p><script>document.querySelector('p').textContent = 'changed'</script>"
    assert open_page(_page(tmp_path, html)).inner_text("p") == "changed"
    assert open_page(_page(tmp_path, html), javascript=False).inner_text("p") == "written"


def test_axe_complains(
    open_page: OpenPage, assert_accessible: Callable[["Page"], None], tmp_path: Path
) -> None:
    """An image without a text and pale letters are found and named; a sound page passes."""
    with pytest.raises(AssertionError, match="image-alt") as caught:
        assert_accessible(open_page(_page(tmp_path, BAD)))
    assert "color-contrast" in str(caught.value)
    assert_accessible(open_page(_page(tmp_path, GOOD)))


def test_axe_passes_a_strict_policy(
    open_page: OpenPage, assert_accessible: Callable[["Page"], None], tmp_path: Path
) -> None:
    """A page whose policy allows no script is examined all the same."""
    policy = "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">"
    assert_accessible(open_page(_page(tmp_path, GOOD.replace("<title>", policy + "<title>"))))


def test_other_event_loops_run_beside_an_open_page(open_page: OpenPage, tmp_path: Path) -> None:
    """A test may run flexplay in this process while a page is open, and then use the page."""
    page = open_page(_page(tmp_path, GOOD))
    assert asyncio.run(asyncio.sleep(0, "done")) == "done"
    assert page.inner_text("p") == "Two."


def test_no_event_loop_is_left(chromium: object) -> None:
    """A test without a page has no running event loop, though the browser runs."""
    assert chromium
    assert asyncio.run(asyncio.sleep(0, "done")) == "done"
