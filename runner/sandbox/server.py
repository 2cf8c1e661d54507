"""The stand-in on a socket. The only module that knows uvicorn."""

import asyncio
import contextlib
import secrets
import socket
import threading
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any, Self

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from runner.sandbox.access import Access, is_loopback
from runner.sandbox.carrier import TRANSPORT, AsgiApp
from runner.sandbox.state import World

LOOPBACK = "127.0.0.1"
_BACKLOG = 2048
# Longer than anybody's: a connection that is closed while it waits would be a fault nobody ordered.
_KEEP_ALIVE = 600
_STOP_WITHIN = 10.0


class _TellsTransport:
    """Hands each request its connection, which a fault may cut; ASGI has no word for that."""

    app_state: dict[str, Any]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.app_state = {**self.app_state, TRANSPORT: transport}
        super().connection_made(transport)  # type: ignore[misc]


_Protocol = type("_Protocol", (_TellsTransport, AutoHTTPProtocol), {})


class _ReadyServer(uvicorn.Server):
    """A uvicorn server that says when it listens."""

    def __init__(self, app: AsgiApp, announce: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=_Protocol,
                timeout_keep_alive=_KEEP_ALIVE,
                log_config=None,
                log_level="critical",
                access_log=False,
                server_header=False,
                lifespan="off",
                ws="none",
                timeout_graceful_shutdown=1,
            )
        )
        self._announce = announce
        app.ending = lambda: self.should_exit

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()


class SandboxServer:
    """A stand-in in a thread of its own, for `with`: `.url` and `.world` are there once entered.

    Args:
        world: what it serves; a new one unless given.
        port: 0 is any free one.
        host: loopback, unless `expose` is true.
        expose: allow a host that other machines reach; /_sandbox/ then needs `.token`.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        port: int = 0,
        host: str = LOOPBACK,
        expose: bool = False,
    ) -> None:
        self.world = world or World()
        self.url = ""
        self.token = "" if is_loopback(host) else secrets.token_urlsafe()
        self._listen = partial(_listen, host, port, expose=expose)
        self._ready = threading.Event()
        self._server = _ReadyServer(AsgiApp(self.world, Access(self.token)), self._ready.set)
        self._thread = threading.Thread(target=self._run, name="flexplay-sandbox", daemon=True)

    def __enter__(self) -> Self:
        self._socket = self._listen()
        self.url = _origin(self._socket)
        self._thread.start()
        self._ready.wait()
        if not self._server.started:
            self._socket.close()
            raise RuntimeError("the sandbox did not start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join(_STOP_WITHIN)
        self._socket.close()

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._ready.set()


def serve(
    port: int,
    *,
    announce: Callable[[str], None],
    world: World | None = None,
    host: str = LOOPBACK,
    token: str = "",
) -> None:
    """Serve in the foreground until interrupted; `announce` gets the URL once it listens.

    Raises:
        ValueError: other machines reach the host, and there is no token for /_sandbox/.
    """
    listening = _listen(host, port, expose=bool(token))
    url = _origin(listening)
    server = _ReadyServer(AsgiApp(world or World(), Access(token)), lambda: announce(url))
    with listening, contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


def _listen(host: str, port: int, *, expose: bool) -> socket.socket:
    if not is_loopback(host) and not expose:
        raise ValueError(f"{host} may be reached by other machines: say so, or use {LOOPBACK}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio turns Nagle's delay off only where it is.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def _origin(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
