"""Findings as a JUnit report: every file is a test case, and one with errors has failed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element

from runner.model.problem import Problem, Severity
from runner.report.file_naming import Naming, slashed
from runner.report.junit import (
    Counts,
    add_case,
    add_failure,
    add_suite,
    clean,
    end_suite,
    write_junit,
)


def report_junit(
    problems: Iterable[Problem],
    files: Iterable[str],
    when: datetime,
    shown: Naming = slashed,
) -> str:
    """Return the XML. Warnings stand in `system-out`: they fail nothing.

    A file with findings that is not among `files` (a template, say) is a test case too.
    """
    found = list(problems)
    by_file: dict[str, list[Problem]] = {file: [] for file in files}
    for problem in found:
        by_file.setdefault(problem.span.file, []).append(problem)
    root = Element("testsuites")
    failed = sum(bool(_errors(problems)) for problems in by_file.values())
    suite = add_suite(root, "flexplay validate", when, Counts(len(by_file), failed))
    for file, problems_of_file in by_file.items():
        _add_case(suite, file, problems_of_file, shown)
    said = (problem for problem in found if problem.severity is not Severity.ERROR)
    end_suite(suite, "\n".join(finding_lines(problem, shown) for problem in said))
    return write_junit(root)


def _add_case(suite: Element, file: str, problems: Sequence[Problem], shown: Naming) -> None:
    case = add_case(suite, shown(file), "flexplay.validate")
    errors = _errors(problems)
    if not errors:
        return
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    text = "\n".join(finding_lines(problem, shown) for problem in errors)
    add_failure(case, errors[0].message + more, errors[0].code, text)


def _errors(problems: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def finding_lines(problem: Problem, shown: Naming) -> str:
    """Return a finding, and below it what to type instead."""
    span = problem.span
    place = f"{shown(span.file)}:{span.line}:{span.column}"
    remedy = f"\n  = {problem.remedy}" if problem.remedy else ""
    return clean(f"{place}: {problem.severity} {problem.code}: {problem.message}{remedy}")
