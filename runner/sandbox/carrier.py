"""The world as an ASGI application, and its faults carried out on real connections."""

import asyncio
import socket
import struct
import sys
from collections.abc import Callable

from runner.sandbox.access import Access
from runner.sandbox.answers import Answer, error_body
from runner.sandbox.app import answer
from runner.sandbox.asgi import Message, Receive, Send, until_gone
from runner.sandbox.call import Request
from runner.sandbox.inbox.rooms import Inbox
from runner.sandbox.inbox.stream import stream
from runner.sandbox.inbox.visit import EVENTS
from runner.sandbox.state import World

# Where the server puts the connection's asyncio transport, in the state of the scope.
TRANSPORT = "flexplay.transport"
_LARGEST_BODY = 1 << 20
# A close that lingers for no time is a reset: socket(7), SO_LINGER.
_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class AsgiApp:
    """The world as an ASGI application: one request, one answer, and the inbox over it.

    A fault that cuts the connection needs its transport in `scope["state"]`. Whoever serves it may
    put into `ending` what says that the server ends, so that open pages do not hold it up.
    """

    ending: Callable[[], bool]

    def __init__(self, world: World, access: Access) -> None:
        self._world = world
        self._access = access
        self._inbox = Inbox(world, access.token)
        self.ending = lambda: False

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        try:
            body = await _read_body(receive)
        except ConnectionError:
            return  # half a request is none
        if body is None:
            answered = Answer(413, error_body(413, 20413, "Request entity too large"))
        else:
            request = _request(scope, body)
            refused = self._access.refusal(request)
            if refused is None and self._inbox.serves(request.path):
                await self._show(request, receive, send)
                return
            answered = refused or answer(self._world, request)
        await _carry(answered, scope, receive, send)

    async def _show(self, request: Request, receive: Receive, send: Send) -> None:
        """Serve the inbox, which no fault strikes and no ledger notes."""
        if request.path == EVENTS and self._inbox.refusal(request) is None:
            await stream(self._world, receive, send, self.ending)
            return
        await _send_answer(send, self._inbox.answer(request))


async def _carry(answered: Answer, scope: Message, receive: Receive, send: Send) -> None:
    """Let the caller see what the answer's fault says, or the answer."""
    fault = answered.fault
    if fault is None:
        await _send_answer(send, answered)
        return
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.ending == "answered":
        await _send_answer(send, answered)
        return
    if fault.ending == "cut_short":
        await _send_half(send, answered)
    if fault.ending != "silence":
        _cut(scope["state"][TRANSPORT], reset=fault.ending == "reset")
    await until_gone(receive)  # before, the server would answer in our place


def _cut(transport: asyncio.Transport, *, reset: bool) -> None:
    """End the connection now."""
    if reset:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


async def _read_body(receive: Receive) -> bytes | None:
    """The whole body, or None when it is too large to be one of ours.

    Raises:
        ConnectionError: the caller went away in the middle of it.
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        body += message.get("body", b"")
        if len(body) > _LARGEST_BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _request(scope: Message, body: bytes) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    server_host, server_port = scope["server"]
    host = headers.get("host") or f"{server_host}:{server_port}"
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body,
        origin=f"http://{host}",
    )


async def _send_answer(send: Send, answered: Answer) -> None:
    body = answered.encoded()
    await _send_start(send, answered, len(body))
    await send({"type": "http.response.body", "body": body})


async def _send_half(send: Send, answered: Answer) -> None:
    """Promise the whole body and give half of it."""
    body = answered.encoded()
    await _send_start(send, answered, len(body))
    half = body[: len(body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})


async def _send_start(send: Send, answered: Answer, length: int) -> None:
    headers = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in answered.headers]
    if answered.content_type is not None:
        headers.append((b"content-type", answered.content_type.encode("latin-1")))
    if answered.status != 204:
        headers.append((b"content-length", str(length).encode()))
    await send({"type": "http.response.start", "status": answered.status, "headers": headers})
