"""A run that waits: for the instant that it was scheduled for, and for the hours of its recipients.

Deliveries are sent in turns. Who is held until some instant is not told of, but comes again in the
next turn; in between the run does nothing but look, now and then, whether it is to stop.
"""

import math
from array import array
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from runner.delivery.clock import Clock
from runner.execute import Judge, Stop
from runner.model.delivery import Delivery
from runner.model.errors import Refused
from runner.model.outcome import Expired, Held, Outcome
from runner.model.wait import Wait
from runner.policy.schedule import refuse_late

_NAP = 1.0
_LOOK = 5.0
_APART = timedelta(minutes=1)
"""Turns begin so far apart at least: each goes over all recipients."""
FOREVER = datetime.max.replace(tzinfo=UTC)


Tell = Callable[[Wait, datetime], None]
"""Is told, about once a second, what a run waits for, and what time it is."""


def latest_opening(patience: timedelta | None, now: datetime) -> datetime | None:
    """Return until when a run waits; None if it does not."""
    if patience is None:
        return None
    return now + patience if patience < FOREVER - now else FOREVER


def is_worth_waiting(outcome: Outcome, latest: datetime | None) -> bool:
    """Tell whether a delivery may be sent by `latest`; None for a run that does not wait."""
    if latest is None or not isinstance(outcome, Held) or outcome.until is None:
        return False
    return outcome.until <= latest


def with_patience(judge: Judge, latest: datetime | None) -> Judge:
    """Return the judgement of a run that waits: what may be sent by `latest` is not held."""

    def decide(delivery: Delivery) -> Held | Expired | None:
        outcome = judge(delivery)
        return None if outcome and is_worth_waiting(outcome, latest) else outcome

    return decide


class WaitingRoom:
    """Which of a run's deliveries come again, and from when: eight bytes for each.

    Args:
        latest: until when somebody may wait; None for a run that does not.
    """

    def __init__(self, latest: datetime | None) -> None:
        self._latest = latest
        self._opens = array("d")  # by the place in the run; 0.0 for who does not wait
        self._under_way: dict[str, int] = {}

    def first(self, deliveries: Iterator[Delivery]) -> Iterator[Delivery]:
        """Yield everybody: the first turn."""
        for number, delivery in enumerate(deliveries):
            self._opens.append(0.0)
            self._under_way[delivery.key] = number
            yield delivery

    def due(self, deliveries: Iterator[Delivery], now: datetime) -> Iterator[Delivery]:
        """Yield who may be sent by now, out of the same deliveries in the same order."""
        for number, delivery in zip(range(len(self._opens)), deliveries, strict=False):
            if 0.0 < self._opens[number] <= now.timestamp():
                self._opens[number] = 0.0
                self._under_way[delivery.key] = number
                yield delivery

    def left(self, deliveries: Iterator[Delivery]) -> Iterator[tuple[Delivery, Held]]:
        """Yield who still waits, and no longer shall."""
        for number, delivery in zip(range(len(self._opens)), deliveries, strict=False):
            opens = self._opens[number]
            if opens:
                until = datetime.fromtimestamp(opens, UTC)
                yield delivery, Held(f"may be sent from {until:%Y-%m-%d %H:%M} UTC", until=until)

    def keep(self, delivery: Delivery, outcome: Outcome) -> bool:
        """Tell whether a delivery that is under way comes again, and remember from when."""
        number = self._under_way.pop(delivery.key)
        if not (isinstance(outcome, Held) and is_worth_waiting(outcome, self._latest)):
            return False
        if outcome.until:
            self._opens[number] = outcome.until.timestamp()
        return True

    def next_wait(self, began: datetime) -> Wait | None:
        """Return what to wait for after a turn that began then; None if nobody waits."""
        first, last, people = math.inf, 0.0, 0
        for opens in self._opens:
            if opens:
                first, last, people = min(first, opens), max(last, opens), people + 1
        if not people:
            return None
        soonest = max(datetime.fromtimestamp(first, UTC), began + _APART)
        return Wait(soonest, people, datetime.fromtimestamp(last, UTC))


@dataclass(frozen=True, slots=True)
class Waits:
    """What waiting needs. `look` returns a reason to stop that was written down elsewhere."""

    clock: Clock
    stop: Stop
    look: Callable[[], str]
    tell: Tell


async def wait_for(wait: Wait, waits: Waits) -> None:
    """Return at the instant, or within a second of a reason to stop.

    A machine that slept through the instant wakes up after it: what time it is counts.
    """
    clock, stop = waits.clock, waits.stop
    looked = clock.monotonic()
    while not stop.reason:
        now = clock.instant()
        left = (wait.until - now).total_seconds()
        if left <= 0:
            return
        waits.tell(wait, now)
        await clock.sleep(min(left, _NAP))
        if clock.monotonic() - looked >= _LOOK:
            looked = clock.monotonic()
            stop.reason = stop.reason or waits.look()


async def begin_in_time(at: datetime, waits: Waits) -> None:
    """Return when the run may begin; one that missed its time has a reason to stop."""
    if waits.clock.instant() >= at:
        return
    await wait_for(Wait(at, 0, at, scheduled=True), waits)
    late = refuse_late(at, waits.clock.instant())
    if late and not waits.stop.reason:
        waits.stop.error = Refused(late.why, late.remedy)
        waits.stop.reason = late.why


async def take_turns(
    first: Iterator[Delivery],
    again: Callable[[], Iterator[Delivery]],
    send: Callable[[Iterator[Delivery]], Awaitable[None]],
    room: WaitingRoom,
    waits: Waits,
) -> None:
    """Send the first turn, and another one whenever somebody who waits may be sent.

    Args:
        first: everybody, as `room` knows them.
        again: returns all deliveries anew, in the same order.
        send: brings each delivery of a turn to its outcome.
        room: who comes again.
        waits: how to wait.
    """
    began = waits.clock.instant()
    await send(first)
    while not waits.stop.reason:
        wait = room.next_wait(began)
        if wait is None:
            return
        await wait_for(wait, waits)
        if not waits.stop.reason:
            began = waits.clock.instant()
            await send(room.due(again(), began))


def nobody_listens(wait: Wait, now: datetime) -> None:
    """Tell nobody of a wait."""
    del wait, now
