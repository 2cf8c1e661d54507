import json
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from runner.sandbox.control import read_faults
from runner.sandbox.server import SandboxServer
from runner.sandbox.state import World

AUTH = ("AC" + "0" * 32, "any")
PATH = "/v1/Conversations"


@pytest.fixture
def served() -> Iterator[SandboxServer]:
    """A running stand-in."""
    with SandboxServer() as server:
        yield server


@pytest.fixture
def client(served: SandboxServer) -> Iterator[httpx.Client]:
    """Calls `served`, and is patient."""
    with httpx.Client(base_url=served.url, auth=AUTH, timeout=20) as client:
        yield client


def bring(world: World, *rules: Any) -> None:
    """Bring fault rules over a world."""
    world.bring_faults(read_faults(list(rules)))


@pytest.mark.parametrize(
    ("rule", "error", "why", "processed"),
    [
        ({"fault": "lose_after"}, httpx.RemoteProtocolError, "without sending a response", 1),
        ({"fault": "drop_before"}, httpx.RemoteProtocolError, "without sending a response", 0),
        ({"fault": "cut_short"}, httpx.RemoteProtocolError, "without sending complete message", 1),
        ({"fault": "reset"}, httpx.ReadError, "reset", 1),
        ({"fault": "reset", "processed": False}, httpx.ReadError, "reset", 0),
    ],
)
def test_cuts_are_real(
    served: SandboxServer,
    client: httpx.Client,
    rule: Any,
    error: type[Exception],
    why: str,
    processed: int,
) -> None:
    """Clients see the connection close or reset, on a fresh one and on one that was used before."""
    for turn in range(2):
        bring(served.world, rule)
        with pytest.raises(error, match=why):
            client.post(PATH)
        assert len(served.world.records.conversations) == processed * (turn + 1) + turn
        bring(served.world)
        assert client.post(PATH).status_code == 201


@pytest.mark.parametrize("processed", [True, False])
def test_a_hang_lasts_until_the_client_gives_up(
    served: SandboxServer,
    client: httpx.Client,
    processed: bool,  # noqa: FBT001
) -> None:
    """ReadTimeout; the request is processed or not, as the rule says."""
    bring(served.world, {"fault": "hang", "processed": processed, "first": 1})
    with pytest.raises(httpx.ReadTimeout):
        client.post(PATH, timeout=0.05)
    assert len(served.world.records.conversations) == processed
    assert client.post(PATH).status_code == 201


def test_a_slow_answer_comes(served: SandboxServer, client: httpx.Client) -> None:
    """An impatient client times out, a patient one gets the answer; both were processed."""
    bring(served.world, {"fault": "slow", "delay": 0.2})
    with pytest.raises(httpx.ReadTimeout):
        client.post(PATH, timeout=0.05)
    assert client.post(PATH).status_code == 201
    assert len(served.world.records.conversations) == 2


def test_slow_ones_do_not_hold_up_others(served: SandboxServer, client: httpx.Client) -> None:
    """While one request hangs, another is answered."""
    bring(served.world, {"fault": "hang", "first": 1})
    hanging = threading.Thread(target=_post_and_give_up, args=(served.url,))
    hanging.start()
    while not served.world.requests_seen:
        client.get("/_sandbox/faults")
    assert client.post(PATH).status_code == 201
    hanging.join()


def _post_and_give_up(url: str) -> None:
    with httpx.Client(auth=AUTH) as client, pytest.raises(httpx.ReadTimeout):
        client.post(url + PATH, timeout=0.3)


@pytest.mark.parametrize(
    ("rule", "status", "content_type"),
    [
        ({"fault": "error_before"}, 503, "application/json"),
        ({"fault": "error_after", "status": 502}, 502, "text/html; charset=utf-8"),
        ({"fault": "html", "status": 200}, 200, "text/html; charset=utf-8"),
        ({"fault": "nonsense"}, 200, "application/json"),
        ({"fault": "truncate"}, 201, "application/json"),
    ],
)
def test_answers_that_arrive_but_help_nobody(
    served: SandboxServer, client: httpx.Client, rule: Any, status: int, content_type: str
) -> None:
    """They are whole as far as HTTP goes, and the connection lives on."""
    bring(served.world, rule)
    answered = client.post(PATH)
    assert (answered.status_code, answered.headers["content-type"]) == (status, content_type)
    if rule["fault"] == "truncate":
        with pytest.raises(json.JSONDecodeError):
            answered.json()


def test_half_a_request_is_none(served: SandboxServer, client: httpx.Client) -> None:
    """A client that dies in the middle of its form has asked for nothing."""
    address = ("127.0.0.1", int(served.url.rpartition(":")[2]))
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic QUMxOng=\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 30\r\n\r\n"
    )
    with socket.create_connection(address) as dying:
        dying.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        dying.sendall(head.encode() + b"FriendlyName=x")
    for _ in range(20):
        assert client.get(PATH).json()["conversations"] == []


def test_a_server_with_hanging_clients_ends() -> None:
    """The exit does not wait until a hang is given up: it ends the connection."""
    with SandboxServer() as server:
        bring(server.world, {"fault": "hang"})
        waiting = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
        waiting.sendall(f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        with httpx.Client(base_url=server.url) as client:
            while not server.world.requests_seen:
                client.get("/_sandbox/faults")
    with waiting:
        assert not waiting.recv(100).startswith(b"HTTP/1.1 2")
