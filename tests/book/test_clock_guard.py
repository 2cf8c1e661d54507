"""Twilio's clock and the journal's: nothing leaves, and no read counts, while they differ."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from runner.book.clock_guard import TOLERATED, ClockGuard
from runner.model.errors import Refused
from runner.model.exchange import Answer, Reply, Unsent

NOW = 1_795_368_600.0


class Hands:
    """The two clocks of one process, which a test sets."""

    def __init__(self, journal: float = NOW) -> None:
        self.journal = journal
        self.elapsed = 100.0
        self.asked = 0

    async def now(self) -> float:
        """Return the journal's clock."""
        self.asked += 1
        return self.journal

    def guard(self) -> ClockGuard:
        """Return a guard by these clocks."""
        return ClockGuard(self.now, lambda: self.elapsed)


def dated(date: float | None, at: float = 100.0) -> Reply:
    """Return an answer of this date."""
    return Reply(200, b"{}", at, date=date)


def giving(*answers: Answer) -> tuple[Callable[[], Awaitable[Answer]], list[Answer]]:
    """Return what asks Twilio and gets these answers, and those that are left."""
    left = list(answers)

    async def ask() -> Answer:
        return left.pop(0)

    return ask, left


@pytest.mark.parametrize("off", [0.0, TOLERATED, -TOLERATED])
def test_a_small_difference_is_tolerated(off: float) -> None:
    """What settling allows for anyhow is no reason to stop."""
    asyncio.run(Hands(NOW + off).guard().check(dated(NOW), 100.0))


@pytest.mark.parametrize(
    ("off", "said"), [(3600.0, "3,600 s ahead of"), (-3600.0, "3,600 s behind")]
)
def test_a_wrong_clock_is_refused(off: float, said: str) -> None:
    """An hour off stops the run, and says by how much and what to do."""
    with pytest.raises(Refused, match=said) as caught:
        asyncio.run(Hands(NOW + off).guard().check(dated(NOW), 100.0))
    assert "set the clock" in caught.value.remedy


def test_an_answer_that_was_long_under_way_is_no_wrong_clock() -> None:
    """The date is that of the answer's beginning, however slowly it came."""
    hands = Hands(NOW + 60.0)
    hands.elapsed = 160.0
    asyncio.run(hands.guard().check(dated(NOW), 100.0))
    with pytest.raises(Refused):
        asyncio.run(hands.guard().check(dated(NOW), 159.0))


def test_nothing_leaves_before_the_clocks_were_compared() -> None:
    """The first request is preceded by a read whose answer is dated; those that follow are not."""

    async def work() -> None:
        guard = Hands().guard()
        ask, left = giving(dated(NOW), dated(NOW))
        await asyncio.gather(guard.ensure(ask), guard.ensure(ask))
        assert len(left) == 1

    asyncio.run(work())


def test_a_wrong_clock_lets_nothing_leave() -> None:
    """The read before the first request stops the run."""
    ask, _ = giving(dated(NOW))
    with pytest.raises(Refused):
        asyncio.run(Hands(NOW + 3600.0).guard().ensure(ask))


def test_who_could_not_ask_asks_again() -> None:
    """A read that never left compares nothing; an answer without a date cannot be compared."""

    async def work() -> None:
        guard = Hands().guard()
        ask, left = giving(Unsent("connect error", 100.0), dated(None), dated(NOW))
        for _ in range(3):
            await guard.ensure(ask)
        assert len(left) == 1

    asyncio.run(work())


def test_the_clocks_are_compared_now_and_then() -> None:
    """Not by every answer, and again after half a minute."""

    async def work() -> None:
        hands = Hands()
        guard = hands.guard()
        for at in (100.0, 101.0, 129.0, 131.0):
            hands.elapsed = at
            await guard.check(dated(NOW, at), at)
        assert hands.asked == 2

    asyncio.run(work())
