"""The results of playbook tests as a JUnit report: a suite for each file."""

from collections.abc import Iterable
from datetime import datetime
from xml.etree.ElementTree import Element

from runner.model.playbook_test import CaseResult, Mismatch, SuiteResult
from runner.report.file_naming import Naming, slashed
from runner.report.findings_junit import finding_lines
from runner.report.junit import Counts, add_case, add_failure, add_suite, end_suite, write_junit
from runner.report.mismatch_text import mismatch_lines

_NOT_RUN = "the tests of this file"


def report_tests_junit(
    results: Iterable[SuiteResult], when: datetime, shown: Naming = slashed
) -> str:
    """Return the XML. A file whose tests could not be run has one test case, an error."""
    root = Element("testsuites")
    for result in results:
        broken = bool(result.problems)
        counts = Counts(len(result.results) + broken, result.failed, int(broken))
        suite = add_suite(root, shown(result.file), when, counts)
        for case in result.results:
            _add_result(suite, case, shown(result.file), shown)
        if broken:
            first = result.problems[0]
            text = "\n".join(finding_lines(problem, shown) for problem in result.problems)
            case_element = add_case(suite, _NOT_RUN, shown(result.file))
            add_failure(case_element, first.message, first.code, text, "error")
        end_suite(suite)
    return write_junit(root)


def _add_result(suite: Element, result: CaseResult, classname: str, shown: Naming) -> None:
    case = add_case(suite, result.case.name, classname)
    if not result.mismatches:
        return
    first, *others = (mismatch.problem for mismatch in result.mismatches)
    more = f" (and {len(others)} more)" if others else ""
    text = "\n".join(_lines(mismatch, shown) for mismatch in result.mismatches)
    add_failure(case, first.message + more, first.code, text)


def _lines(mismatch: Mismatch, shown: Naming) -> str:
    return "\n".join((finding_lines(mismatch.problem, shown), *mismatch_lines(mismatch)))
