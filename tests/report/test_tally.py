"""The count of a run, which must add up."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.exit_code import ExitCode
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


_STOPS: list[tuple[Callable[[], Tally], ExitCode | None, int]] = [
    (lambda: _tally("sent", "pending"), None, 1),
    (lambda: _tally("pending"), None, 6),
    (lambda: _tally("uncertain", "pending"), None, 5),
    (lambda: _tally("pending"), ExitCode.FINDINGS, 1),
    (lambda: _tally("sent", "failed", "pending"), ExitCode.REFUSED, 4),
    (lambda: _tally("sent", "uncertain"), ExitCode.INTERRUPTED, 130),
]


@pytest.mark.parametrize(("make", "halt", "code"), _STOPS)
def test_a_stopped_run_is_unreachable_only_if_nothing_was_sent(
    make: Callable[[], Tally], halt: ExitCode | None, code: int
) -> None:
    """Twilio gone after something was sent is 1, before anything 6; else the halt says what."""
    assert make().exit_code(halt, stopped=True) == code


def test_a_run_that_went_on_to_its_end_has_no_halt() -> None:
    """What might have stopped it does not count."""
    assert _tally("sent").exit_code(ExitCode.REFUSED) == 0
