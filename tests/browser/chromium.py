"""A real browser for the tests of pages; `tests/conftest.py` makes its fixtures known to all.

`open_page(url)` opens a page in a context of its own, and the test fails at its end if a page asked
for anything beyond this machine, logged an error or left one uncaught. `assert_accessible(page)`
asks axe-core. Debian's Chromium is driven by Playwright.
"""

import asyncio
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_AXE = Path(__file__).parent.parent / "node" / "node_modules" / "axe-core" / "axe.min.js"
_AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    # A name or an address beyond this machine is not found, whoever in the browser asks for it.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]",
)
_LOOPBACK = r"(?:https?|wss?)://(?:127(?:\.\d+){3}|localhost|\[::1\])(?::\d+)?(?:[/?#]|$)"
OUTSIDE = re.compile(rf"^(?!{_LOOPBACK}|(?:about|blob|data|file):)")


class Chromium:
    """A running browser.

    Playwright's synchronous API marks its event loop as the running one of the thread. It is set
    aside wherever no page is open, and for every `asyncio.run` while one is, so that a test may
    run flexplay in its own process and look at a page.
    """

    def __init__(self, program: str) -> None:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow to import

        self._playwright = sync_playwright().start()
        self._browser: Browser = self._playwright.chromium.launch(
            executable_path=program,
            args=list(_ARGUMENTS),
            chromium_sandbox=os.getuid() != 0,
        )
        self._loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)

    @contextmanager
    def in_use(self) -> Iterator["Browser"]:
        """Lend the browser; its loop is the thread's running loop meanwhile."""
        asyncio._set_running_loop(self._loop)
        try:
            yield self._browser
        finally:
            asyncio._set_running_loop(None)

    def stop(self) -> None:
        """End the browser."""
        with self.in_use() as browser:
            browser.close()
            self._playwright.stop()


class Pages:
    """Opens pages, and notes what none of them should do."""

    def __init__(self, browser: "Browser") -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._allowed: list[str] = []
        self._complaints: list[str] = []

    def __call__(
        self,
        url: str = "about:blank",
        *,
        scheme: str = "light",
        size: tuple[int, int] = (1280, 800),
        reduced_motion: bool = False,
        javascript: bool = True,
        **options: Any,
    ) -> "Page":
        """Open a page in a new context.

        Args:
            url: where to go.
            scheme: the reader's colours, `light` or `dark`.
            size: width and height of the viewport in CSS pixels.
            reduced_motion: whether the reader wants less motion.
            javascript: whether scripts run.
            options: anything else that Playwright's `new_context` takes (`locale`, `timezone_id`,
                `forced_colors`, `has_touch`, `device_scale_factor`, …).
        """
        context = self._browser.new_context(
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce" if reduced_motion else "no-preference",
            java_script_enabled=javascript,
            service_workers="block",
            **options,
        )
        self._contexts.append(context)
        context.set_default_timeout(20_000)
        context.route(OUTSIDE, _refuse)
        context.on("request", lambda request: self._requested(request.url))
        context.on("console", lambda said: self._logged(said.type, said.text))
        context.on("weberror", lambda error: self._complaints.append(f"uncaught: {error.error}"))
        page = context.new_page()
        page.on("websocket", lambda socket: self._requested(socket.url))
        page.goto(url)
        return page

    def allow_error(self, text: str) -> None:
        """Allow error messages in the console that contain a text, where a test causes them."""
        self._allowed.append(text)

    def _requested(self, url: str) -> None:
        if OUTSIDE.match(url):
            self._complaints.append(f"asked for {url[:200]}")

    def _logged(self, kind: str, text: str) -> None:
        if kind == "error" and not any(allowed in text for allowed in self._allowed):
            self._complaints.append(f"logged an error: {text}")

    def close(self) -> list[str]:
        """Close every page and return what they did that they should not."""
        for context in self._contexts:
            for page in context.pages:
                page.evaluate("0")  # what the page did before is told before this is answered
            context.unroute_all(behavior="ignoreErrors")
            context.close()
        return self._complaints


def _refuse(route: "Route") -> None:
    route.abort("blockedbyclient")


@contextmanager
def watched_pages(browser: "Browser") -> Iterator[Pages]:
    """Lend pages.

    Raises:
        AssertionError: a page asked for something beyond this machine or logged an error.
    """
    pages = Pages(browser)
    try:
        yield pages
    finally:
        complaints = pages.close()
    if complaints:
        raise AssertionError("\n".join(["a page did what none should:", *complaints]))


def check_accessible(page: "Page") -> None:
    """Ask axe-core about a page as it stands; it must have been opened with JavaScript.

    Raises:
        AssertionError: it violates a rule of WCAG 2.2 AA, or a practice that axe recommends.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    tags = {"runOnly": {"type": "tag", "values": list(_AXE_TAGS)}, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", tags)["violations"]
    lines = [
        f"{each['id']} ({each['impact']}): {each['help']}: {node['html'][:200]}\n"
        f"  {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]
    if lines:
        raise AssertionError("\n".join([f"axe found {len(lines)} on {page.url}:", *lines]))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Return the running browser."""
    pytest.importorskip("playwright", reason="playwright is not installed: pip install '.[dev]'")
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        pytest.skip("no Chromium is installed: sh tests/browser/install.sh")
    browser = Chromium(program)
    yield browser
    browser.stop()


@pytest.fixture
def browser(chromium: Chromium, monkeypatch: pytest.MonkeyPatch) -> Iterator["Browser"]:
    """Return Playwright's browser; what opens pages in it is better off with `open_page`."""
    run = asyncio.run

    def run_apart(*arguments: Any, **options: Any) -> Any:
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        try:
            return run(*arguments, **options)
        finally:
            asyncio._set_running_loop(loop)

    with chromium.in_use() as lent:
        monkeypatch.setattr(asyncio, "run", run_apart)
        yield lent


@pytest.fixture
def open_page(browser: "Browser") -> Iterator[Pages]:
    """Return what opens pages; a test fails whose page did what none should."""
    with watched_pages(browser) as pages:
        yield pages


@pytest.fixture
def assert_accessible() -> Callable[["Page"], None]:
    """Return the check that axe-core finds nothing on a page."""
    if not _AXE.is_file():
        pytest.skip("tests/node/node_modules has no axe-core: run `npm ci` in tests/node")
    return check_accessible
