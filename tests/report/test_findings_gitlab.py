import json
from dataclasses import replace
from typing import Any

import pytest

from runner.model.place import Span
from runner.model.problem import Problem, Severity
from runner.report.findings_gitlab import report_gitlab

NUMBER = Problem(Span("./sub/a.yaml", 2, 14, 2, 17), "FP104", "it is a number", 'write "+155"')


def issues(*problems: Problem) -> list[dict[str, Any]]:
    """The report's entries."""
    found: list[dict[str, Any]] = json.loads(report_gitlab(problems))
    return found


def test_an_issue_has_what_gitlab_requires() -> None:
    """description, check_name, fingerprint, severity and location, the path without `./`."""
    (issue,) = issues(NUMBER)
    assert issue["description"] == 'it is a number: write "+155"'
    assert issue["check_name"] == "FP104"
    assert issue["location"] == {"path": "sub/a.yaml", "lines": {"begin": 2, "end": 2}}
    assert len(issue["fingerprint"]) == 32


def test_no_finding_is_an_empty_list() -> None:
    """GitLab compares with the target branch, so an empty report is one too."""
    assert issues() == []


@pytest.mark.parametrize(
    ("severity", "word"),
    [(Severity.ERROR, "blocker"), (Severity.WARNING, "minor"), (Severity.INFO, "info")],
)
def test_severities_are_gitlabs(severity: Severity, word: str) -> None:
    """Only an error blocks the sending."""
    assert issues(replace(NUMBER, severity=severity))[0]["severity"] == word


def test_fingerprints_are_unique() -> None:
    """GitLab would show two issues with one fingerprint as one."""
    found = issues(NUMBER, NUMBER, NUMBER)
    assert len({issue["fingerprint"] for issue in found}) == 3


def test_a_span_over_several_lines_ends_with_its_last_line() -> None:
    """`end` is inclusive at GitLab."""
    (issue,) = issues(replace(NUMBER, span=Span("a.yaml", 3, 1, 6, 1)))
    assert issue["location"]["lines"] == {"begin": 3, "end": 5}
