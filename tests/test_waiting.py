"""Turns of a run, and what it waits for in between; the clock leaps."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from runner.delivery.clock import LeapingClock
from runner.execute import Stop
from runner.model.channel import CHANNELS
from runner.model.delivery import Customer, Delivery
from runner.model.exit_code import ExitCode
from runner.model.outcome import Expired, Held, Outcome, Sent, Sids
from runner.model.place import Span
from runner.model.wait import Wait
from runner.waiting import (
    FOREVER,
    WaitingRoom,
    Waits,
    begin_in_time,
    latest_opening,
    take_turns,
    wait_for,
    with_patience,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
_HOUR = timedelta(hours=1)


def deliveries(keys: str) -> Iterator[Delivery]:
    """Yield one for each letter."""
    customer = Customer("+13115550141", "+19255551234")
    one = Delivery("0", "0", Span("r", 1, 1, 1, 1), CHANNELS["sms"], customer, (), ())
    return (replace(one, key=key) for key in keys)


class Day:
    """A run of some hours over recipients who open at given hours; it notes what happens when."""

    def __init__(self, latest: datetime | None = FOREVER, **opens: float) -> None:
        self.opens = opens
        self.clock = LeapingClock(NOON)
        self.stop = Stop()
        self.room = WaitingRoom(latest)
        self.said: list[Wait] = []
        self.naps = 0
        self.looks: list[str] = []
        self.events: list[tuple[float, str, str]] = []
        self.waits = Waits(self.clock, self.stop, self._look, self._tell)

    @property
    def hour(self) -> float:
        """Hours since noon."""
        return round((self.clock.instant() - NOON) / _HOUR, 3)

    def run(self) -> list[tuple[float, str, str]]:
        """Return who was told of, when and how."""
        keys = "".join(self.opens)
        again = lambda: deliveries(keys)  # noqa: E731
        first = self.room.first(deliveries(keys))
        asyncio.run(take_turns(first, again, self._send, self.room, self.waits))
        return self.events

    async def _send(self, turn: Iterator[Delivery]) -> None:
        for delivery in turn:
            outcome = self._outcome(delivery)
            if not self.room.keep(delivery, outcome):
                self.events.append((self.hour, delivery.key, type(outcome).__name__))

    def _outcome(self, delivery: Delivery) -> Outcome:
        opens = self.opens[delivery.key]
        if opens < 0:
            return Held("an open conversation")
        until = NOON + opens * _HOUR
        return Sent(Sids()) if self.clock.instant() >= until else Held("night", until=until)

    def _tell(self, wait: Wait, now: datetime) -> None:
        assert now == self.clock.instant()
        self.naps += 1
        if wait not in self.said:
            self.said.append(wait)

    def _look(self) -> str:
        return self.looks.pop(0) if self.looks else ""


def test_everybody_is_sent_when_their_hours_begin() -> None:
    """At once, at 2 and at 5 o'clock; each is told of once, and nobody twice."""
    day = Day(A=2, B=0, C=5, D=2)
    assert day.run() == [(0, "B", "Sent"), (2, "A", "Sent"), (2, "D", "Sent"), (5, "C", "Sent")]
    two, five = NOON + 2 * _HOUR, NOON + 5 * _HOUR
    assert day.said == [Wait(two, 3, five), Wait(five, 1, five)]


def test_what_has_no_instant_is_not_waited_for() -> None:
    """An open conversation may last for ever: it is told of, and the run ends."""
    day = Day(A=-1, B=0)
    assert day.run() == [(0, "A", "Held"), (0, "B", "Sent")]
    assert day.said == []


def test_without_patience_nobody_waits() -> None:
    """A run without --wait tells of who is held, and ends."""
    assert Day(None, A=2).run() == [(0, "A", "Held")]


def test_who_opens_too_late_is_not_waited_for() -> None:
    """With three hours of patience, what opens after four stays held."""
    day = Day(latest_opening(3 * _HOUR, NOON), A=3, B=4)
    assert day.run() == [(0, "B", "Held"), (3, "A", "Sent")]


def test_patience_has_no_end_unless_one_is_said() -> None:
    """The longest time there is does not overflow."""
    assert latest_opening(timedelta.max, NOON) == FOREVER
    assert latest_opening(None, NOON) is None


def test_waiting_is_no_busy_loop() -> None:
    """About one look at the clock a second, and turns at least a minute apart."""
    day = Day(A=1)
    day.run()
    assert day.naps == 3600
    day = Day()
    day.opens = {chr(65 + number): number / 3600 for number in range(50)}
    day.run()
    assert len(day.said) == 1


def test_what_stays_held_comes_again_a_minute_later() -> None:
    """Where the journal's clock is behind this one, an instant that has come may not have there."""
    day = Day(A=1)
    outcome = Held("cap", until=NOON - _HOUR)
    turns = 0

    async def hold(turn: Iterator[Delivery]) -> None:
        nonlocal turns
        for delivery in turn:
            turns += 1
            day.room.keep(delivery, outcome if turns < 4 else Sent(Sids()))

    first = day.room.first(deliveries("A"))
    asyncio.run(take_turns(first, lambda: deliveries("A"), hold, day.room, day.waits))
    assert turns == 4
    assert day.clock.instant() == NOON + timedelta(minutes=3)


def test_a_reason_to_stop_ends_the_wait_within_a_second() -> None:
    """Whoever waits is left as held, with the instant."""
    day = Day(A=2, B=0)
    day.looks = ["", "stopped by ann"]
    assert day.run() == [(0, "B", "Sent")]
    assert day.stop.reason == "stopped by ann"
    assert day.clock.instant() == NOON + timedelta(seconds=10)
    ((delivery, held),) = day.room.left(deliveries("AB"))
    assert (delivery.key, held.until) == ("A", NOON + 2 * _HOUR)
    assert held.reason == "may be sent from 2026-06-01 14:00 UTC"


def test_a_reason_to_stop_from_within_is_not_kept_waiting() -> None:
    """A signal sets it while the run sleeps."""
    day = Day()
    wait = Wait(NOON + _HOUR, 1, NOON + _HOUR)
    naps = 0

    def tell(_: Wait, __: datetime) -> None:
        nonlocal naps
        naps += 1
        day.stop.reason = "interrupted"

    asyncio.run(wait_for(wait, replace(day.waits, tell=tell)))
    assert naps == 1
    assert day.clock.instant() == NOON + timedelta(seconds=1)


def test_a_run_begins_when_it_is_scheduled() -> None:
    """It waits until that instant, and says so; one whose time has come does not wait."""
    day = Day()
    asyncio.run(begin_in_time(NOON + 2 * _HOUR, day.waits))
    assert day.hour == 2
    assert day.said == [Wait(NOON + 2 * _HOUR, 0, NOON + 2 * _HOUR, scheduled=True)]
    asyncio.run(begin_in_time(NOON, day.waits))
    assert (day.hour, day.stop.reason) == (2, "")


def test_a_machine_that_slept_through_the_time_does_not_begin() -> None:
    """Six hours late is too late: somebody may have sent it since."""
    day = Day()

    class Sleepy(LeapingClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds + 6 * 3600)

    waits = replace(day.waits, clock=Sleepy(NOON))
    asyncio.run(begin_in_time(NOON + _HOUR, waits))
    assert day.stop.reason.startswith("the run was to begin at 2026-06-01 13:00:00 UTC")
    assert day.stop.error
    assert day.stop.error.exit_code is ExitCode.REFUSED


@pytest.mark.parametrize(
    ("outcome", "latest", "held"),
    [
        (Held("night", until=NOON), NOON, False),
        (Held("night", until=NOON), NOON - _HOUR, True),
        (Held("night", until=NOON), None, True),
        (Held("no zone"), FOREVER, True),
        (Expired("late"), FOREVER, True),
    ],
)
def test_the_forecast_of_a_run_that_waits(
    outcome: Held | Expired, latest: datetime | None, *, held: bool
) -> None:
    """Who is waited for counts among those who will be messaged."""
    decide = with_patience(lambda _: outcome, latest)
    assert decide(next(deliveries("A"))) == (outcome if held else None)
