"""Who comes in, and what a page may do."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from runner.sandbox.answers import Answer
from runner.sandbox.call import FORM, Request
from runner.sandbox.inbox.rooms import Inbox
from runner.sandbox.server import SandboxServer
from runner.sandbox.state import World

HERE = {"host": "127.0.0.1:8080", "content-type": FORM}


def post(inbox: Inbox, **headers: str) -> int:
    """How a reset is answered that comes with these headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request("POST", "/inbox/reset", "", {**HERE, **named}, b"", "http://127.0.0.1:8080")
    return inbox.answer(request).status


def test_only_our_own_pages_change_anything(inbox: Inbox, world: World) -> None:
    """A page elsewhere can make a browser send a form here; the browser says where it is from."""
    world.requests_seen = 7
    assert post(inbox, origin="https://evil.example") == 403
    assert post(inbox, origin="null") == 403
    assert post(inbox, origin="http://127.0.0.1:9") == 403
    assert post(inbox, origin="http://127.0.0.1:8080.evil.example") == 403
    assert post(inbox, sec_fetch_site="cross-site") == 403
    assert post(inbox, sec_fetch_site="same-site") == 403
    assert post(inbox) == 403
    assert world.requests_seen == 7
    assert post(inbox, sec_fetch_site="same-origin") == 303
    assert world.requests_seen == 0
    assert post(inbox, origin="http://127.0.0.1:8080") == 303


@pytest.mark.parametrize("path", ["/", "/inbox/help", "/inbox/nothing", "/inbox/tasks/WT0"])
def test_pages_keep_to_themselves(look: Callable[..., Any], path: str) -> None:
    """No inline script or style, nothing from elsewhere, no frame around us, no copy kept."""
    headers = look(path).headers
    policy = dict(each.split(" ", 1) for each in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    for what in ("script-src", "style-src", "img-src", "connect-src", "form-action", "frame-src"):
        assert policy[what] == "'self'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_everything_comes_from_here(look: Callable[..., Any]) -> None:
    """Whatever a page fetches by itself is one of our own files, which may be kept for ever."""
    page = look("/")
    sources = [each.attributes["src"] for each in page.tree.all("script")]
    sources += [each.attributes["href"] for each in page.tree.all("link")]
    assert len(sources) == 5
    for source in sources:
        fetched = look(source)
        assert fetched.status == 200
        assert "immutable" in fetched.headers["Cache-Control"]
        assert "http://" not in fetched.source.replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in fetched.source
        assert "@import" not in fetched.source


def entered(inbox: Inbox, answered: Answer, host: str = "build:8080") -> str:
    """The page that comes with the cookie of an answer."""
    cookies = [value for name, value in answered.headers if name == "Set-Cookie"]
    headers = {"host": host, "cookie": "; ".join(each.partition(";")[0] for each in cookies)}
    page = inbox.answer(Request("GET", "/", "", headers, origin=f"http://{host}")).page
    return page.data.decode() if page else ""


def test_the_token_is_asked_for(world: World) -> None:
    """Where other machines come in, the address with the token, or a form, opens the inbox."""
    inbox = Inbox(world, "sesame")
    here = {"host": "build:8080", "origin": "http://build:8080", "content-type": FORM}

    def ask(method: str, path: str, query: str = "", body: bytes = b"") -> Answer:
        return inbox.answer(Request(method, path, query, here, body, "http://build:8080"))

    assert ask("GET", "/").status == 401
    assert ask("GET", "/inbox/tasks").status == 401
    assert ask("POST", "/inbox/reset").status == 401
    assert ask("GET", "/inbox/static/inbox.css").status == 200
    assert ask("GET", "/inbox/enter").status == 401
    assert ask("GET", "/inbox/enter", "token=wrong").status == 401
    assert ask("POST", "/inbox/enter", body=b"token=w%C3%B6").status == 401
    for opened in (
        ask("GET", "/inbox/enter", "token=sesame"),
        ask("POST", "/inbox/enter", body=b"token=sesame"),
    ):
        assert (opened.status, dict(opened.headers)["Location"]) == (303, "/")
        assert "HttpOnly; SameSite=Lax" in dict(opened.headers)["Set-Cookie"]
        assert "Nobody has been written to yet" in entered(inbox, opened)
        assert "Token" in entered(inbox, opened, "build:9")  # another port is another sandbox


def test_no_token_no_cookie(inbox: Inbox) -> None:
    """On loopback the address for others leads to the inbox all the same."""
    opened = inbox.answer(Request("GET", "/inbox/enter", "token=x", HERE))
    assert (opened.status, "Set-Cookie" in dict(opened.headers)) == (303, False)


def test_over_a_socket() -> None:
    """Pages and files come; a name that was made to lead here, or another's page, gets nothing."""
    with SandboxServer() as server, httpx.Client(base_url=server.url) as browser:
        page = browser.get("/")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert browser.get("/", headers={"Host": "rebound.example"}).status_code == 421
        evil = {"Origin": "https://evil.example"}
        assert browser.post("/inbox/reset", headers=evil).status_code == 403
        ours = {"Origin": server.url}
        form = {"address": "+13115552368", "proxy_address": "+19255551234", "body": "Hi"}
        written = browser.post("/inbox/write", data=form, headers=ours, follow_redirects=True)
        assert "+13115552368" in written.text
        assert browser.get("/inbox/help?%ff=1").status_code == 400
        assert server.world.requests_seen == 0
    with SandboxServer(host="0.0.0.0", expose=True) as server:  # noqa: S104
        url = server.url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        assert httpx.get(f"{url}/inbox/events").status_code == 401
