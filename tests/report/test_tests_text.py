"""The last lines of a run of tests."""

import pytest

from runner.model.coverage import Branch, Coverage
from runner.model.place import Span
from runner.model.playbook_test import Case, CaseResult, Mismatch, SuiteResult
from runner.model.problem import Problem
from runner.report.tests_text import floor_percent, summarize_coverage, summarize_tests

_SPAN = Span("a.test.yaml", 1, 1, 1, 2)
_PROBLEM = Problem(_SPAN, "FP801", "a: it is not as expected")


def _suite(passed: int, failed: int = 0, *, broken: bool = False) -> SuiteResult:
    case = Case("a", _SPAN, None, None, {}, None, (), frozenset(), {}, {})
    good, bad = CaseResult(case, ()), CaseResult(case, (Mismatch(_PROBLEM),))
    results = (good,) * passed + (bad,) * failed
    return SuiteResult("a.test.yaml", "a.yaml", results, (_PROBLEM,) if broken else ())


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([_suite(1)], "1 test passed in 1 file."),
        ([_suite(2), _suite(3)], "5 tests passed in 2 files."),
        ([_suite(2), _suite(1, 2)], "2 of 5 tests failed in 2 files."),
        ([_suite(0, broken=True)], "0 tests passed; those of 1 of 1 file could not be run."),
        (
            [_suite(1), _suite(0, 1), _suite(0, broken=True)],
            "1 of 2 tests failed; those of 1 of 3 files could not be run.",
        ),
    ],
)
def test_a_sum_is_one_sentence(results: list[SuiteResult], said: str) -> None:
    """What passed is said only where nothing failed."""
    assert summarize_tests(results) == said


def test_a_percentage_is_never_rounded_up() -> None:
    """99.95 % is not all of it."""
    branches = [Branch(Span("a", line, 1, line, 2), "x") for line in range(2_000)]
    coverage = Coverage(frozenset(branches), frozenset(branches[1:]))
    assert floor_percent(coverage) == 99.9
    assert summarize_coverage(coverage) == "1999 of 2000 branches taken: 99.9 %."
    assert summarize_coverage(Coverage()) == "There are no branches to take."
