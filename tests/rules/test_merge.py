"""One fault is one finding, however many samples show it."""

from runner.model.place import Span
from runner.model.problem import Edit, Problem, Related, Severity
from runner.rules.merge import merge_findings

HERE = Span("a.yaml", 3, 1, 3, 5)
ROWS = [Related(Span("a.csv", line, 1, line, 9), "for this recipient") for line in range(2, 8)]


def _problem(message: str, *related: Related, edits: tuple[Edit, ...] = ()) -> Problem:
    return Problem(HERE, "FP302", message, "", Severity.WARNING, related, edits)


def test_numbers_make_no_difference() -> None:
    """The first is kept, with the rows of the first three."""
    found = merge_findings(
        _problem(f"{n} segments, 1,{n}00 over", row) for n, row in enumerate(ROWS)
    )
    assert found == (_problem("0 segments, 1,000 over", *ROWS[:3]),)


def test_what_is_true_of_all_needs_no_row() -> None:
    """A finding without rows absorbs the same with rows, in either order."""
    plain, rowed = _problem("wrong"), _problem("wrong", ROWS[0])
    assert merge_findings([plain, rowed]) == (plain,)
    assert merge_findings([rowed, plain]) == (plain,)


def test_other_words_are_another_finding() -> None:
    """Two keys that lack at one place are two findings."""
    two = (_problem('"queue_sid" is missing'), _problem('"worker_sid" is missing'))
    assert merge_findings(two) == two


def test_edits_are_joined() -> None:
    """What any of them mends is mended."""
    first, second = Edit(HERE, "x"), Edit(HERE, "y")
    (found,) = merge_findings([_problem("a", edits=(first,)), _problem("a", edits=(first, second))])
    assert found.edits == (first, second)


def test_the_order_is_the_files() -> None:
    """Findings come by place, then by code."""
    late = Problem(Span("a.yaml", 9, 1, 9, 2), "FP301", "late")
    assert merge_findings([late, _problem("early")]) == (_problem("early"), late)
