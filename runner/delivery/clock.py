"""Time as the executor knows it, so that no test and no dry run ever waits."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """A monotonic clock that can also sleep, in seconds, and the clock on the wall."""

    def instant(self) -> datetime:
        """Return what time it is, in UTC; it may be set back or forward."""
        ...

    def monotonic(self) -> float:
        """Return the seconds since some fixed moment."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed on this clock."""
        ...


class SystemClock:
    """The machine's clock."""

    def instant(self) -> datetime:
        """Return the kernel's time of day."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the kernel's monotonic clock."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep for real."""
        await asyncio.sleep(seconds)


class LeapingClock:
    """A clock that leaps ahead instead of sleeping.

    Args:
        begin: what time it is before the first leap.
    """

    def __init__(self, begin: datetime = _BEGIN) -> None:
        self._begin = begin
        self._now = 0.0

    def instant(self) -> datetime:
        """Return how late the sleeps have made it."""
        return self._begin + timedelta(seconds=self._now)

    def monotonic(self) -> float:
        """Return how far the sleeps have led."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Leap; other tasks get their turn."""
        self._now += max(seconds, 0.0)
        await asyncio.sleep(0)
