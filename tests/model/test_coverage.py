"""Coverages of several playbooks are one."""

from runner.model.coverage import Branch, Coverage
from runner.model.place import Span

_A, _B, _C = (Branch(Span("a.j2", line, 1, line, 2), "gets to this else") for line in (1, 2, 3))


def test_a_branch_of_two_playbooks_counts_once() -> None:
    """It is taken if a test of either takes it."""
    one = Coverage(frozenset({_A, _B}), frozenset({_A}))
    other = Coverage(frozenset({_B, _C}), frozenset({_B}))
    both = one.joined(other)
    assert len(both.branches) == 3
    assert both.taken == frozenset({_A, _B})
    assert both.missed == (_C,)
    assert round(both.percent, 1) == 66.7


def test_without_branches_nothing_is_missing() -> None:
    """A playbook of plain text is covered."""
    assert Coverage().percent == 100
    assert Coverage().missed == ()
