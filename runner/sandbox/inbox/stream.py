"""Tells open pages that something has changed, by server-sent events.

https://html.spec.whatwg.org/multipage/server-sent-events.html. An event says only that; the page
asks again for what it shows. However much happens, there are no more than a few events a second,
and nothing is computed for pages that are not open.
"""

import asyncio
from collections.abc import Callable

from runner.sandbox.asgi import Message, Receive, Send, until_gone
from runner.sandbox.state import World

PULSE = 0.4
_QUIET = 20.0
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
]


class Watch:
    """Notices that what pages show may have changed since it was last asked.

    Receipts are a matter of the clock: what was posted changes by itself twice, when it is sent and
    when it is delivered, so those moments count as changes too.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen = world.changes
        self._due: list[float] = []

    def has_changed(self) -> bool:
        """Let what is due happen, and say whether a look is worth while."""
        world = self._world
        with world.lock:
            world.advance()
            now, settings = world.now, world.settings
            changed = world.changes != self._seen
            if changed:
                self._seen = world.changes
                self._due = [now + settings.sent_delay, now + settings.delivered_delay]
            due = [moment for moment in self._due if moment <= now]
            self._due = [moment for moment in self._due if moment > now]
            return changed or bool(due)


async def stream(world: World, receive: Receive, send: Send, ending: Callable[[], bool]) -> None:
    """Send events until the page is closed, or the server is `ending`."""
    watch, silent = Watch(world), 0.0
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send(_part(b"retry: 1000\n\n"))
    gone = asyncio.ensure_future(until_gone(receive))
    try:
        while not (gone.done() or ending()):
            await asyncio.wait({gone}, timeout=PULSE)
            silent += PULSE
            if watch.has_changed():
                await send(_part(f"event: change\ndata: {world.changes}\n\n".encode()))
                silent = 0.0
            elif silent >= _QUIET:
                await send(_part(b": still here\n\n"))
                silent = 0.0
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()


def _part(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}
