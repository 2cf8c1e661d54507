"""Events that tell open pages to look again."""

import asyncio
from collections.abc import Callable, MutableMapping
from contextlib import ExitStack
from typing import Any

import httpx

from runner.sandbox.caller import Caller
from runner.sandbox.inbox import stream as module
from runner.sandbox.inbox.stream import Watch, stream
from runner.sandbox.server import SandboxServer
from runner.sandbox.state import World

Turn = Callable[[float], None]


def test_a_watch_sees_changes_once(world: World, twilio: Caller, turn: Turn) -> None:
    """However many requests there were, one look is enough; then again when receipts change."""
    watch = Watch(world)
    assert not watch.has_changed()
    for _ in range(100):
        twilio.get("/v1/Conversations")
    assert watch.has_changed()
    assert not watch.has_changed()
    turn(1)  # sent
    assert watch.has_changed()
    turn(3)
    assert not watch.has_changed()
    turn(1)  # delivered
    assert watch.has_changed()
    turn(1000)
    assert not watch.has_changed()


def test_what_is_due_is_a_change(world: World, start: Callable[..., Any], turn: Turn) -> None:
    """A customer joins without any request; the page that is open learns of it."""
    start()
    watch = Watch(world)
    turn(0.5)
    assert not watch.has_changed()
    turn(0.5)
    assert watch.has_changed()


def test_controls_and_resets_are_changes(world: World, twilio: Caller) -> None:
    """Whoever turns the controls changes what the inbox shows."""
    watch = Watch(world)
    twilio.control("/_sandbox/faults", [])
    assert watch.has_changed()
    world.reset()
    assert watch.has_changed()


def test_the_stream_ends_with_the_page(world: World, monkeypatch: Any) -> None:
    """It begins at once, says that something changed, and leaves nothing running."""
    monkeypatch.setattr(module, "PULSE", 0.001)
    sent: list[MutableMapping[str, Any]] = []
    gone = asyncio.Event()

    async def receive() -> MutableMapping[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)
        if len(sent) == 2:
            world.changes += 1
        if b"event: change" in message.get("body", b""):
            gone.set()

    asyncio.run(stream(world, receive, send, lambda: False))
    kinds = [message.get("body", b"") for message in sent]
    assert kinds[1] == b"retry: 1000\n\n"
    assert kinds[2].startswith(b"event: change\ndata: ")
    assert kinds[-1] == b""


def test_a_quiet_stream_says_that_it_is_there(world: World, monkeypatch: Any) -> None:
    """A comment now and then keeps the connection, and nothing is asked of the page."""
    monkeypatch.setattr(module, "PULSE", 0.001)
    monkeypatch.setattr(module, "_QUIET", 0.002)
    sent: list[bytes] = []

    async def receive() -> MutableMapping[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message.get("body", b""))

    asyncio.run(stream(world, receive, send, lambda: len(sent) > 2))
    assert sent[2] == b": still here\n\n"


def test_over_a_socket() -> None:
    """A request to the API makes an event, and the server ends although somebody listens."""
    with (
        SandboxServer() as server,
        httpx.Client(base_url=server.url, timeout=30) as client,
        client.stream("GET", "/inbox/events") as events,
    ):
        assert events.headers["content-type"] == "text/event-stream; charset=utf-8"
        lines = events.iter_lines()
        assert next(lines) == "retry: 1000"
        httpx.get(f"{server.url}/v1/Conversations")
        assert "event: change" in lines


def test_the_end_of_the_server_is_the_end_of_the_stream() -> None:
    """An open page hears the end properly, and does not hold the server up."""
    with httpx.Client(timeout=30) as client, ExitStack() as listening:
        with SandboxServer() as server:
            opened = client.stream("GET", f"{server.url}/inbox/events")
            lines = listening.enter_context(opened).iter_lines()
            assert next(lines) == "retry: 1000"
        assert [line for line in lines if line] == []
