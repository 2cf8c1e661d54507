"""Findings for GitLab's merge requests: a Code Quality report.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

import json
from collections.abc import Iterable
from typing import Any

from runner.model.problem import Problem, Severity
from runner.report.file_naming import Naming, slashed
from runner.report.fingerprint import make_fingerprints
from runner.report.source_lines import last_line

# GitLab knows info, minor, major, critical and blocker. An error blocks the sending.
_SEVERITIES = {Severity.ERROR: "blocker", Severity.WARNING: "minor", Severity.INFO: "info"}


def report_gitlab(problems: Iterable[Problem], shown: Naming = slashed) -> str:
    """Return the JSON; findings that GitLab takes for the same have the same fingerprint."""
    found = list(problems)
    prints = make_fingerprints(found, shown)
    issues = [
        _issue(problem, fingerprint, shown)
        for problem, fingerprint in zip(found, prints, strict=True)
    ]
    return json.dumps(issues, ensure_ascii=False, indent=2) + "\n"


def _issue(problem: Problem, fingerprint: str, shown: Naming) -> dict[str, Any]:
    said = (problem.message, problem.remedy)
    return {
        "type": "issue",
        "check_name": problem.code,
        "description": ": ".join(text for text in said if text),
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[problem.severity],
        "fingerprint": fingerprint,
        "location": {
            "path": shown(problem.span.file),
            "lines": {"begin": problem.span.line, "end": last_line(problem.span)},
        },
    }
