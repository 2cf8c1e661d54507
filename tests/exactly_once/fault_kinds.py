"""What can go wrong at one point of a run: with a request, or with a write to the journal."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol, TypeAlias

from runner.model.errors import NoReply, NotSent
from runner.model.exchange import Reply


class Line(Protocol):
    """The line to Twilio as a fault sees it."""

    def process(self) -> Reply:
        """Let Twilio process the request now, and return its answer."""
        ...

    def process_later(self, seconds: float) -> None:
        """Let Twilio process the request when nobody waits for the answer any more."""
        ...

    def reply(self, status: int, body: bytes, retry_after: float | None = None) -> Reply:
        """Return an answer that is not Twilio's."""
        ...

    async def rest(self, seconds: float) -> None:
        """Let time pass."""
        ...

    async def die(self) -> Reply:
        """Kill the process; never returns."""
        ...

    def write_as_customer(self) -> None:
        """Let the customer open a conversation of their own, if the pair is free."""
        ...

    def interrupt(self) -> None:
        """Send the process the first SIGINT."""
        ...


Fault: TypeAlias = Callable[[Line], Awaitable[Reply]]
_PAGE = b"<html><head><title>Sorry</title></head><body>Come back later.</body></html>"
TIMEOUT = 30.0
LATE = 20.0


def _error(status: int, code: int) -> bytes:
    return json.dumps({"code": code, "message": "Sorry", "status": status}).encode()


async def _unsent(_: Line) -> Reply:
    raise NotSent("connect error")


async def _dropped(_: Line) -> Reply:
    raise NoReply("server disconnected")


async def _lost(line: Line) -> Reply:
    line.process()
    raise NoReply("server disconnected")


async def _late(line: Line) -> Reply:
    line.process_later(LATE)
    raise NoReply("server disconnected")


async def _hangs(line: Line) -> Reply:
    await line.rest(TIMEOUT)
    raise NoReply("read timeout")


async def _hangs_after(line: Line) -> Reply:
    line.process()
    return await _hangs(line)


async def _truncated(line: Line) -> Reply:
    whole = line.process()
    return replace(whole, body=whole.body[: len(whole.body) // 2])


async def _crash_before(line: Line) -> Reply:
    return await line.die()


async def _crash_after(line: Line) -> Reply:
    line.process()
    return await line.die()


async def _crash_late(line: Line) -> Reply:
    line.process_later(LATE)
    return await line.die()


async def _customer_writes(line: Line) -> Reply:
    line.write_as_customer()
    return line.process()


async def _interrupted(line: Line) -> Reply:
    line.interrupt()
    return line.process()


def _instead(status: int, body: bytes, retry_after: float | None = None) -> Fault:
    async def answer(line: Line) -> Reply:
        return line.reply(status, body, retry_after)

    return answer


def _after(status: int, body: bytes) -> Fault:
    async def answer(line: Line) -> Reply:
        line.process()
        return line.reply(status, body)

    return answer


REQUEST_FAULTS: dict[str, Fault] = {
    "never left": _unsent,
    "dropped before": _dropped,
    "answer lost": _lost,
    "processed late": _late,
    "hangs before": _hangs,
    "hangs after": _hangs_after,
    "500 before": _instead(500, _error(500, 20500)),
    "500 after": _after(500, _error(500, 20500)),
    "503 before": _instead(503, _error(503, 20503)),
    "503 after": _after(503, _error(503, 20503)),
    "502 page before": _instead(502, _PAGE),
    "502 page after": _after(502, _PAGE),
    "429": _instead(429, _error(429, 20429), 2.0),
    "half an answer": _truncated,
    "200 page before": _instead(200, _PAGE),
    "200 page after": _after(200, _PAGE),
    "200 nonsense before": _instead(200, b'{"status":"ok"}'),
    "200 nonsense after": _after(200, b'{"status":"ok"}'),
    "200 null before": _instead(200, b"null"),
    "201 nothing after": _after(201, b""),
}
"""After each of these the process goes on."""

REQUEST_CRASHES: dict[str, Fault] = {
    "crash before it leaves": _crash_before,
    "crash, processed": _crash_after,
    "crash, processed late": _crash_late,
}
EVENTS: dict[str, Fault] = {
    "the customer writes first": _customer_writes,
    "the first SIGINT": _interrupted,
}
"""Nothing is wrong with the request; something else happens before it is processed."""

WRITE_CRASHES = ("crash before the commit", "crash after the commit")
WRITE_FAULTS = ("the disk is full", "committed, but an error is told")
