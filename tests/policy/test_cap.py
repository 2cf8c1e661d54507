"""How many messages one recipient may get within a time."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.playbook import Cap
from runner.policy.cap import decide_cap
from runner.policy.window import OPEN, HeldUntil

_WEEK = Cap(2, 7 * 86_400.0)


@pytest.mark.parametrize(
    ("sent_at", "free"),
    [([], None), ([0.0], None), ([0.0, 100.0], 604_800), ([0.0, 100.0, 200.0], 604_900)],
)
def test_a_further_message_waits_for_the_oldest_to_pass(
    sent_at: list[float], free: int | None
) -> None:
    """Two a week: the third may go out a week after the first of the last two."""
    decision = decide_cap(_WEEK, sent_at, 300.0)
    if free is None:
        assert decision == OPEN
    else:
        assert isinstance(decision, HeldUntil)
        assert decision.instant == datetime.fromtimestamp(free, UTC)
        assert decision.reason.endswith("messages within 7 days, and 2 are allowed")


def test_what_is_a_week_old_does_not_count() -> None:
    """The time ends with its last second."""
    assert decide_cap(_WEEK, [0.0, 1.0], 604_800.0) == OPEN
    assert decide_cap(_WEEK, [0.0, 1.0], 604_799.0) != OPEN


@given(st.integers(1, 5), st.floats(1, 1e6), st.lists(st.floats(0, 1e6)), st.floats(0, 1e6))
def test_the_cap_is_kept_at_the_instant_that_it_names(
    count: int, seconds: float, sent_at: list[float], now: float
) -> None:
    """Held until an instant means: at that instant there is room, and it lies ahead."""
    cap = Cap(count, seconds)
    decision = decide_cap(cap, sent_at, now)
    if isinstance(decision, HeldUntil):
        assert decision.instant is not None
        free = decision.instant.timestamp()
        assert free > now - 0.001
        assert decide_cap(cap, [at for at in sent_at if at <= now], free + 0.001) == OPEN
