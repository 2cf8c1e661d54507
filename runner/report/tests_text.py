"""The results of playbook tests for people, and the branches that none of them takes."""

from collections.abc import Iterable, Iterator, Sequence

from runner.model.coverage import Coverage
from runner.model.playbook_test import SuiteResult
from runner.model.problem import Problem, Severity
from runner.report.findings_text import report_findings
from runner.report.mismatch_text import mismatch_lines
from runner.report.visible import make_visible


def report_tests(
    results: Iterable[SuiteResult], *, colour: bool = False, width: int = 120
) -> Iterator[str]:
    """Yield the lines: each file with its count, and below it what has failed."""
    for result in results:
        yield _file_line(result)
        if result.problems or result.failed:
            yield ""
        yield from report_findings(result.problems, colour=colour, width=width)
        for mismatch in (each for case in result.results for each in case.mismatches):
            *lines, _ = report_findings((mismatch.problem,), colour=colour, width=width)
            yield from lines
            yield from mismatch_lines(mismatch, colour=colour)
            yield ""


def report_missed(coverage: Coverage, *, colour: bool = False, width: int = 120) -> Iterator[str]:
    """Yield the lines that point at each branch that no test takes."""
    yield from report_findings(missed_findings(coverage), colour=colour, width=width)


def missed_findings(coverage: Coverage) -> tuple[Problem, ...]:
    """Return the branches that no test takes as findings."""
    return tuple(
        Problem(
            branch.span,
            "FP802",
            f"no test {branch.missed}",
            "add a test that does",
            Severity.WARNING,
        )
        for branch in coverage.missed
    )


def summarize_tests(results: Sequence[SuiteResult]) -> str:
    """Return the line that says how many tests have passed and failed."""
    tests = sum(len(result.results) for result in results)
    failed = sum(result.failed for result in results)
    broken = sum(bool(result.problems) for result in results)
    files, counted = _count(len(results), "file"), _count(tests, "test")
    said = f"{failed} of {counted} failed" if failed else f"{counted} passed"
    if broken:
        return f"{said}; those of {broken} of {files} could not be run."
    return f"{said} in {files}."


def summarize_coverage(coverage: Coverage) -> str:
    """Return the line that says how many branches are taken."""
    if not coverage.branches:
        return "There are no branches to take."
    taken, branches = len(coverage.taken), len(coverage.branches)
    return f"{taken} of {_count(branches, 'branch')} taken: {floor_percent(coverage)} %."


def floor_percent(coverage: Coverage) -> float:
    """Return the percentage with one digit, never rounded up to what is not reached."""
    return int(coverage.percent * 10) / 10


def _file_line(result: SuiteResult) -> str:
    tests = len(result.results)
    if result.problems:
        return f"ERROR  {make_visible(result.file)}  not run"
    if result.failed:
        count = f"{result.failed} of {_count(tests, 'test')} failed"
        return f"FAIL   {make_visible(result.file)}  {count}"
    return f"pass   {make_visible(result.file)}  {_count(tests, 'test')}"


def _count(number: int, noun: str) -> str:
    plural = "es" if noun.endswith("ch") else "s"
    return f"{number} {noun}{'' if number == 1 else plural}"
