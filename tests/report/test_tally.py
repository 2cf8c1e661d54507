"""The count of a run, which must add up."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.outcome import STATES
from runner.report.tally import Tally


def _tally(*states: str) -> Tally:
    tally = Tally(len(states))
    for state in states:
        tally.add(state)
    return tally


@given(st.lists(st.sampled_from(STATES)))
def test_the_states_add_up_to_planned(states: list[str]) -> None:
    """The total is the sum of all the other counts, whatever happened."""
    counts = _tally(*states).counts()
    assert list(counts) == ["planned", *STATES]
    assert counts.pop("planned") == sum(counts.values()) == len(states)


@pytest.mark.parametrize("planned", [0, 2])
def test_counts_that_do_not_add_up_are_a_bug(planned: int) -> None:
    """One recipient too many or too few never goes unnoticed."""
    tally = Tally(planned)
    tally.add("sent")
    assert tally.missing == planned - 1
    with pytest.raises(AssertionError, match="do not add up"):
        tally.counts()


_CODES: list[tuple[tuple[str, ...], int]] = [
    ((), 0),
    (("sent", "held", "suppressed", "already_sent", "pending"), 0),
    (("sent", "failed"), 1),
    (("sent", "rejected"), 1),
    (("sent", "expired"), 1),
    (("sent", "failed", "uncertain"), 5),
]


@pytest.mark.parametrize(("states", "code"), _CODES)
def test_a_runs_code_is_its_gravest(states: tuple[str, ...], code: int) -> None:
    """Held and suppressed do not change the code; uncertain outweighs failed."""
    assert _tally(*states).exit_code() == code


_STOPS: list[tuple[Callable[[], Tally], bool, int]] = [
    (lambda: _tally("sent", "pending"), False, 1),
    (lambda: _tally("pending"), False, 6),
    (lambda: _tally("uncertain", "pending"), False, 5),
    (lambda: _tally("sent", "uncertain"), True, 130),
]


@pytest.mark.parametrize(("make", "interrupted", "code"), _STOPS)
def test_a_stopped_run_is_unreachable_only_if_nothing_was_sent(
    make: Callable[[], Tally],
    interrupted: bool,  # noqa: FBT001
    code: int,
) -> None:
    """Stopped after something was sent is 1, before anything 6, by hand 130."""
    assert make().exit_code(interrupted=interrupted, stopped=True) == code
