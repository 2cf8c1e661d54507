"""The results of playbook tests as data: `schemas/test-results.schema.json`."""

from collections.abc import Sequence
from typing import Any

from runner.model.coverage import Coverage
from runner.model.exit_code import ExitCode
from runner.model.playbook_test import CaseResult, Mismatch, SuiteResult
from runner.report.findings_json import finding_object
from runner.report.mismatch_text import shown_texts
from runner.report.tests_text import floor_percent, missed_findings


def tests_document(
    results: Sequence[SuiteResult], coverage: Coverage, updated: int, exit_code: ExitCode
) -> dict[str, Any]:
    """Return the document that `test --format json` prints."""
    cases = [case for result in results for case in result.results]
    failed = sum(bool(case.mismatches) for case in cases)
    return {
        "tests": [_test(result, case) for result in results for case in result.results],
        "problems": [finding_object(each) for result in results for each in result.problems],
        "counts": {
            "files": len(results),
            "tests": len(cases),
            "passed": len(cases) - failed,
            "failed": failed,
        },
        "coverage": {
            "branches": len(coverage.branches),
            "taken": len(coverage.taken),
            "percent": floor_percent(coverage),
            "missed": [finding_object(problem) for problem in missed_findings(coverage)],
        },
        "updated": updated,
        "exit_code": int(exit_code),
    }


def _test(result: SuiteResult, case: CaseResult) -> dict[str, Any]:
    return {
        "name": case.case.name,
        "playbook": result.playbook,
        "file": result.file,
        "line": case.case.place.line,
        "column": case.case.place.column,
        "passed": not case.mismatches,
        "failures": [_failure(mismatch) for mismatch in case.mismatches],
    }


def _failure(mismatch: Mismatch) -> dict[str, Any]:
    expected, actual = shown_texts(mismatch)
    return {**finding_object(mismatch.problem), "expected": expected, "actual": actual}
