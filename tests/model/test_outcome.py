"""How a delivery ends."""

import typing

from runner.model.outcome import STATES, Failed, Outcome, Sids, state_of


def test_every_outcome_is_counted_under_its_own_state() -> None:
    """No two outcomes share a state, and every one is among those that are counted."""
    kinds = typing.get_args(Outcome)
    states = [state_of(kind(Sids()) if kind.__name__ == "Sent" else kind("why")) for kind in kinds]
    assert len(set(states)) == len(kinds)
    assert set(states) <= set(STATES)


def test_a_failure_is_called_failed() -> None:
    """The state is the outcome's name in small letters."""
    assert state_of(Failed("why")) == "failed"
