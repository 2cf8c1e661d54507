"""How fast: evenly spaced slots, never more than a limit in any second, slower after a 429.

Twilio admits 20 Interactions a second and account, and three evaluations of task attributes:
https://www.twilio.com/docs/flex/developer/conversations/limits
https://www.twilio.com/en-us/changelog
"""

from typing import Protocol

from runner.delivery.clock import Clock
from runner.model.exchange import Bucket

PER_SECOND = {Bucket.INTERACTIONS: 20.0, Bucket.EVALUATIONS: 3.0}
_SHARE = 0.98
_SLOWER = 1.5
_RECOVERY = 0.98


class Slots(Protocol):
    """Who hands out the slots of a bucket: this process, or a journal to all that share it."""

    async def reserve(self, bucket: Bucket, interval: float) -> float:
        """Return in how many seconds the next request may leave.

        A slot that was missed is dropped, so nothing ever comes in a bunch.
        """
        ...

    async def delay(self, bucket: Bucket, wait: float) -> None:
        """Hand out no slot for so many seconds."""
        ...


class LocalSlots:
    """Slots of this process alone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next: dict[Bucket, float] = {}

    async def reserve(self, bucket: Bucket, interval: float) -> float:
        """Return in how many seconds the next request may leave."""
        now = self._clock.monotonic()
        mine = max(self._next.get(bucket, now), now)
        self._next[bucket] = mine + interval
        return mine - now

    async def delay(self, bucket: Bucket, wait: float) -> None:
        """Hand out no slot for so many seconds."""
        now = self._clock.monotonic()
        self._next[bucket] = max(self._next.get(bucket, now), now + wait)


class Pace:
    """Lets requests of one bucket leave: at 98 % of the limit, slower after a refusal.

    Args:
        bucket: what the requests have in common.
        per_second: the limit.
        clock: what waits.
        slots: who hands out the slots.
    """

    def __init__(self, bucket: Bucket, per_second: float, clock: Clock, slots: Slots) -> None:
        self._bucket = bucket
        self._clock = clock
        self._slots = slots
        self._best = 1.0 / (per_second * _SHARE)
        self._interval = self._best

    async def slot(self) -> None:
        """Return when the next request may leave."""
        wait = await self._slots.reserve(self._bucket, self._interval)
        self._interval = max(self._best, self._interval * _RECOVERY)
        if wait > 0:
            await self._clock.sleep(wait)

    async def refused(self, wait: float) -> None:
        """Slow down after a 429, and let nothing leave for `wait` seconds."""
        self._interval = min(self._interval * _SLOWER, self._best * 32)
        await self._slots.delay(self._bucket, wait)
