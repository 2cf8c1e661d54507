"""Findings as data: `schemas/findings.schema.json`."""

from collections.abc import Iterable
from typing import Any

from runner.model.exit_code import ExitCode
from runner.model.place import Span
from runner.model.problem import Problem


def findings_document(
    problems: Iterable[Problem], files: int, exit_code: ExitCode, fixed: Iterable[Problem] = ()
) -> dict[str, Any]:
    """Return the document that `validate --format json` prints; `fixed` is what `--fix` mended."""
    return {
        "findings": [finding_object(problem) for problem in problems],
        "fixed": [finding_object(problem) for problem in fixed],
        "files": files,
        "exit_code": int(exit_code),
    }


def finding_object(problem: Problem) -> dict[str, Any]:
    """Return one finding."""
    return {
        **place_object(problem.span),
        "severity": str(problem.severity),
        "code": problem.code,
        "message": problem.message,
        "remedy": problem.remedy,
        "related": [
            {**place_object(related.span), "message": related.message}
            for related in problem.related
        ],
    }


def place_object(span: Span) -> dict[str, Any]:
    """Return a place; lines and columns from 1, the end exclusive."""
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
