"""What reading and rendering find of the same fault is one finding."""

import pytest

from runner.lint import join_findings
from runner.model.place import Span
from runner.model.problem import Problem, Severity

HERE = Span("playbook.yaml", 9, 12, 9, 15)
THERE = Span("playbook.yaml", 10, 12, 10, 15)


def problem(code: str, message: str, span: Span = HERE) -> Problem:
    """Return a finding."""
    return Problem(span, code, message, severity=Severity.ERROR)


@pytest.mark.parametrize(
    ("read", "rendered"),
    [("FP201", "FP201"), ("FP209", "FP209"), ("FP217", "FP217"), ("FP221", "FP201")],
)
def test_what_was_read_wins(read: str, rendered: str) -> None:
    """Of two findings of one fault at one place, that which holds for every recipient stays."""
    static = (problem(read, "read"),)
    assert join_findings(static, (problem(rendered, "rendered"),)) == static


def test_other_faults_at_the_place_stay() -> None:
    """A different fault at the same place, and the same at another, are findings of their own."""
    static = (problem("FP201", "read"),)
    rendered = (problem("FP205", "rendered"), problem("FP201", "rendered", THERE))
    assert join_findings(static, rendered) == static + rendered


def test_a_doubt_gives_way_to_a_failure() -> None:
    """That no sample has a field need not be said where the samples failed for it."""
    static = (problem("FP207", "read"), problem("FP207", "read", THERE))
    rendered = (problem("FP201", "rendered"),)
    assert join_findings(static, rendered) == (static[1], rendered[0])
