"""One clock for Twilio's stand-in, for every process and for the journals; nobody waits on it.

The event loop leaps to the next timer as soon as nothing is left to do, so a simulated month takes
as long as what happens in it.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from typing import Any, TypeVar

BEGIN = 1_795_368_600.0  # 2026-11-22T17:30:00Z

T = TypeVar("T")


class VirtualTime:
    """Time that passes only when it is let pass."""

    def __init__(self) -> None:
        self.elapsed = 0.0

    def __call__(self) -> float:
        """Return seconds since 1970, as the stand-in's clock."""
        return BEGIN + self.elapsed

    def leap(self, seconds: float) -> None:
        """Let time pass."""
        self.elapsed += seconds


class WallClock:
    """A process's clock: set wrong by so many seconds, but running evenly."""

    def __init__(self, time: VirtualTime, wrong: float = 0.0) -> None:
        self._time = time
        self._wrong = wrong

    def now(self) -> float:
        """Return seconds since 1970, as a journal's clock."""
        return self._time() + self._wrong

    def instant(self) -> datetime:
        """Return what time it is, as an executor's clock."""
        return datetime.fromtimestamp(self.now(), UTC)

    def monotonic(self) -> float:
        """Return seconds since the simulation began, as an executor's clock."""
        return self._time.elapsed

    async def sleep(self, seconds: float) -> None:
        """Sleep on the loop, whose time is virtual."""
        await asyncio.sleep(max(seconds, 0.0))


class _LeapingSelector(selectors.SelectSelector):
    """Instead of waiting for a socket, lets the time pass."""

    def __init__(self, time: VirtualTime) -> None:
        super().__init__()
        self._time = time

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if events:
            return events
        if timeout is None:
            raise AssertionError("everybody waits, and for nothing that could happen")
        self._time.leap(timeout)
        return []


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self, time: VirtualTime) -> None:
        super().__init__(_LeapingSelector(time))
        self._virtual = time

    def time(self) -> float:
        return self._virtual.elapsed


def run_virtually(time: VirtualTime, main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on virtual time."""
    with asyncio.Runner(loop_factory=lambda: _VirtualLoop(time)) as runner:
        return runner.run(main)


class Killed(BaseException):
    """The process has ended: whoever waits for an answer waits for ever."""


class InlineExecutor(Executor):
    """Does at once what a journal's thread would do, so that nothing runs beside the loop."""

    def submit(self, work: Callable[..., T], /, *arguments: Any, **named: Any) -> Future[T]:
        """Return a future that has its result, or never gets one."""
        future: Future[T] = Future()
        try:
            future.set_result(work(*arguments, **named))
        except Exception as error:  # noqa: BLE001 - it is the caller's
            future.set_exception(error)
        except Killed:
            pass
        return future
