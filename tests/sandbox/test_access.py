import httpx
import pytest

from runner.sandbox.access import Access
from runner.sandbox.call import Request
from runner.sandbox.control import CONTROLS
from runner.sandbox.server import SandboxServer


def status(access: Access, path: str, **headers: str) -> int | None:
    """How a request is turned away, if it is."""
    refused = access.refusal(Request("POST", path, headers=headers))
    return refused.status if refused else None


@pytest.mark.parametrize(
    ("host", "refused"),
    [
        ("127.0.0.1:8080", None),
        ("127.9.9.9", None),
        ("localhost", None),
        ("LOCALHOST:1", None),
        ("twilio.localhost:1", None),
        ("[::1]:8080", None),
        ("", None),
        ("rebound.example", 421),
        ("localhost.example", 421),
        ("127.0.0.1.example", 421),
        ("192.168.0.1", 421),
        ("[bad", 421),
    ],
)
def test_only_this_machine_is_called_on_loopback(host: str, refused: int | None) -> None:
    """Another name that was made to lead here is turned away, whatever it asks for."""
    for path in ("/v1/Conversations", "/_sandbox/ledger"):
        assert status(Access(), path, host=host) == refused


def test_a_page_elsewhere_may_not_turn_the_controls() -> None:
    """A browser says where a request comes from; only our own page may reset us."""
    here = {"host": "localhost:8"}
    assert status(Access(), "/_sandbox/reset", **here, origin="https://evil.example") == 403
    assert status(Access(), "/_sandbox/reset", **here, origin="null") == 403
    assert status(Access(), "/_sandbox/reset", **here, origin="http://localhost:9") == 403
    assert status(Access(), "/_sandbox/reset", **here, origin="http://localhost:8") is None
    assert status(Access(), "/v1/Conversations", **here, origin="https://evil.example") is None


def test_the_token_is_asked_for_where_others_reach_us() -> None:
    """Only below /_sandbox/; the host may then have any name."""
    access = Access("sesame")
    named = {"host": "build-7.example"}
    assert status(access, "/_sandbox/reset", **named) == 401
    assert status(access, "/_sandbox/reset", **named, **{"x-sandbox-token": "sésame"}) == 401
    assert status(access, "/_sandbox/reset", **named, **{"x-sandbox-token": "sesame"}) is None
    assert status(access, "/v1/Conversations", **named) is None


@pytest.mark.parametrize("path", [path.replace("*", "x") for path in CONTROLS])
def test_every_control_asks_for_the_token(path: str) -> None:
    """None is forgotten, and the name of the host does not help."""
    assert status(Access("sesame"), path, host="localhost") == 401
    assert status(Access(), path, host="rebound.example") == 421


def test_over_a_socket() -> None:
    """The server asks before it lets anything happen."""
    with SandboxServer(host="0.0.0.0", expose=True) as server:  # noqa: S104
        url = server.url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        token = {"X-Sandbox-Token": server.token}
        assert httpx.get(f"{url}/_sandbox/ledger").status_code == 401
        assert httpx.get(f"{url}/_sandbox/ledger", headers=token).status_code == 200
        assert httpx.get(f"{url}/v1/Conversations").status_code == 401
        assert len(server.world.requests) == 1
    with SandboxServer() as server:
        rebound = httpx.post(f"{server.url}/_sandbox/reset", headers={"Host": "evil.example"})
        assert rebound.status_code == 421
        assert server.token == ""
