"""The door to httpx, against real servers on this machine that misbehave."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from runner.delivery.transport import FAILURES, HttpTransport, trusted
from runner.model.errors import NoReply, NotSent
from runner.model.exchange import Product, Reply, Request
from runner.model.secret import Secret

POST = Request("POST", Product.FLEX, "/v1/Interactions", form=(("Channel", '{"a":"+1 é"}'),))
GET = Request("GET", Product.CONVERSATIONS, "/v1/X", query=(("Address", "+13115550141"),))


@contextmanager
def serving(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one connection with `answer` and give the URL."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def send(request: Request, url: str, timeout: float = 5.0) -> Reply:
    """Send one request through a transport of its own."""

    async def go() -> Reply:
        transport = HttpTransport("AC1", Secret("s3cret"), url, timeout, lambda: 7.0)
        try:
            return await transport.send(request)
        finally:
            await transport.close()

    return asyncio.run(go())


def read_request(connection: socket.socket) -> bytes:
    """Read what the client sends, head and body."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ),
        0,
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def test_every_failure_of_httpx_is_sorted() -> None:
    """When httpx grows an exception, this fails until someone decides what it means."""
    found = {
        value
        for value in vars(httpx).values()
        if isinstance(value, type) and issubclass(value, Exception)
    }
    direct = {kind for kind in found if not any(issubclass(kind, known) for known in FAILURES)}
    assert direct == set()
    leaves = {
        kind for kind in found if not any(kind is not x and issubclass(x, kind) for x in found)
    }
    unsorted = {kind for kind in leaves if kind not in FAILURES and not _sorted_by_parent(kind)}
    assert unsorted == set()


def _sorted_by_parent(kind: type[Exception]) -> bool:
    """Tell whether a parent more telling than `HTTPError` sorts it, or it cannot happen here."""
    never = (httpx.HTTPStatusError,)
    parents = [
        known for known in FAILURES if issubclass(kind, known) and known is not httpx.HTTPError
    ]
    return bool(parents) or kind in never


def test_the_table_goes_from_special_to_general() -> None:
    """No entry is hidden behind an earlier, more general one."""
    kinds = list(FAILURES)
    for index, kind in enumerate(kinds):
        assert not any(issubclass(kind, earlier) for earlier in kinds[:index]), kind


def test_what_leaves_is_the_form_and_nothing_else() -> None:
    """Method, path, basic authentication and the percent-encoded form are on the wire."""
    seen: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        seen.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRetry-After: 3\r\n\r\n{}")

    with serving(answer) as url:
        got = send(POST, url)
    assert got == Reply(200, b"{}", 7.0, 3.0)
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/Interactions HTTP/1.1")
    assert b"Authorization: Basic QUMxOnMzY3JldA==" in head
    assert b"Content-Type: application/x-www-form-urlencoded" in head
    assert body == b"Channel=%7B%22a%22%3A%22%2B1+%C3%A9%22%7D"


def test_a_plus_in_a_query_is_percent_encoded() -> None:
    """A bare `+` would be a blank to Twilio, and would find no open conversation."""
    seen: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        seen.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with serving(answer) as url:
        send(GET, url)
    assert seen[0].startswith(b"GET /v1/X?Address=%2B13115550141 HTTP/1.1")


def test_nobody_listening_is_not_sent() -> None:
    """A refused connection means that nothing left."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NotSent):
        send(POST, f"http://127.0.0.1:{port}")


def _hang_up(connection: socket.socket) -> None:
    read_request(connection)


def _reset(connection: socket.socket) -> None:
    read_request(connection)
    linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def _half_an_answer(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"sid":')


def _no_http(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"\x00\x01\x02 not http\r\n\r\n")


@pytest.mark.parametrize("answer", [_hang_up, _reset, _half_an_answer, _no_http])
def test_a_lost_answer_is_no_reply(answer: Callable[[socket.socket], None]) -> None:
    """Once the request has left, no failure may be taken for "not sent"."""
    with serving(answer) as url, pytest.raises(NoReply):
        send(POST, url)


def test_a_server_that_hangs_is_no_reply() -> None:
    """A read time-out says nothing about what the server did."""
    done = threading.Event()

    def hang(connection: socket.socket) -> None:
        read_request(connection)
        done.wait(30)

    with serving(hang) as url:
        with pytest.raises(NoReply):
            send(POST, url, timeout=0.05)
        done.set()


def test_redirects_are_not_followed() -> None:
    """A redirect is an answer like any other: nothing is posted elsewhere."""

    def answer(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
        )

    with serving(answer) as url:
        assert send(POST, url).status == 302


@pytest.mark.parametrize("value", ["soon", "-1", "inf", "nan", ""])
def test_a_retry_after_that_is_no_number_is_ignored(value: str) -> None:
    """Only a finite number of seconds counts."""

    def answer(connection: socket.socket) -> None:
        read_request(connection)
        head = f"HTTP/1.1 429 Too Many\r\nRetry-After: {value}\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(head.encode())

    with serving(answer) as url:
        assert send(POST, url).retry_after is None


@pytest.mark.parametrize(
    ("value", "date"),
    [("Sun, 22 Nov 2026 17:30:00 GMT", 1_795_368_600.0), ("yesterday", None), ("", None)],
)
def test_twilio_says_what_its_clock_shows(value: str, date: float | None) -> None:
    """The date of an answer is kept; one that is none is not."""

    def answer(connection: socket.socket) -> None:
        read_request(connection)
        head = f"HTTP/1.1 200 OK\r\nDate: {value}\r\nContent-Length: 2\r\n\r\n{{}}"
        connection.sendall(head.encode())

    with serving(answer) as url:
        assert send(GET, url).date == date


def test_whom_to_trust_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every worker has a transport of its own, and reading the certificates takes long."""
    create, read = httpx.create_ssl_context, 0

    def count() -> ssl.SSLContext:
        nonlocal read
        read += 1
        return create()

    monkeypatch.setattr(httpx, "create_ssl_context", count)
    trusted.cache_clear()
    for _ in range(3):
        HttpTransport("AC1", Secret("s3cret"), None, 5.0, lambda: 7.0)
    assert read == 1
