"""Time as the executor knows it, so that no test and no dry run ever waits."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """A monotonic clock that can also sleep; seconds."""

    def monotonic(self) -> float:
        """Return the seconds since some fixed moment."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed on this clock."""
        ...


class SystemClock:
    """The machine's clock."""

    def monotonic(self) -> float:
        """Return the kernel's monotonic clock."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep for real."""
        await asyncio.sleep(seconds)


class LeapingClock:
    """A clock that leaps ahead instead of sleeping."""

    def __init__(self) -> None:
        self._now = 0.0

    def monotonic(self) -> float:
        """Return how far the sleeps have led."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Leap; other tasks get their turn."""
        self._now += max(seconds, 0.0)
        await asyncio.sleep(0)
