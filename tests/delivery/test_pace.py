"""The pace, on a clock that leaps."""

import asyncio
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from runner.delivery.clock import LeapingClock
from runner.delivery.pace import LocalSlots, Pace
from runner.model.exchange import Bucket


def _pace(per_second: float, clock: LeapingClock) -> Pace:
    return Pace(Bucket.INTERACTIONS, per_second, clock, LocalSlots(clock))


def _slots(pace: Pace, clock: LeapingClock, count: int, idle: dict[int, float]) -> list[float]:
    async def take() -> list[float]:
        taken = []
        for number in range(count):
            await clock.sleep(idle.get(number, 0.0))
            await pace.slot()
            taken.append(clock.monotonic())
        return taken

    return asyncio.run(take())


@given(
    st.integers(1, 50),
    st.dictionaries(st.integers(0, 59), st.floats(0, 10, allow_nan=False), max_size=5),
)
def test_no_second_holds_more_than_the_limit(per_second: int, idle: dict[int, float]) -> None:
    """However the caller idles in between, no window of one second exceeds the limit."""
    clock = LeapingClock()
    taken = _slots(_pace(per_second, clock), clock, 60, idle)
    for first, later in zip(taken, taken[per_second:], strict=False):
        assert later - first >= 1.0 - 1e-9


def test_nearly_all_of_the_limit_is_used() -> None:
    """At full load the pace is 98 % of the limit."""
    clock = LeapingClock()
    taken = _slots(_pace(20, clock), clock, 197, {})
    assert 195 / 10.05 < 196 / (taken[-1] - taken[0]) <= 19.61


def test_a_missed_slot_is_dropped() -> None:
    """After an idle minute nothing comes in a bunch."""
    clock = LeapingClock()
    taken = _slots(_pace(20, clock), clock, 30, {10: 60.0})
    assert min(later - first for first, later in pairwise(taken)) > 0.05


def test_a_refusal_slows_down_and_passes() -> None:
    """After a 429 nothing leaves for the wait; then the pace is slower, and recovers."""
    clock = LeapingClock()
    pace = _pace(20, clock)
    _slots(pace, clock, 2, {})
    start = clock.monotonic()
    asyncio.run(pace.refused(5.0))
    taken = _slots(pace, clock, 300, {})
    gaps = [later - first for first, later in pairwise(taken)]
    assert taken[0] - start >= 5.0
    assert gaps[0] > 0.07
    assert abs(gaps[-1] - 1 / 19.6) < 1e-6
