"""Findings as SARIF 2.1.0, which code scanning services and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from runner.model.place import Span
from runner.model.problem import Edit, Problem, Severity
from runner.report.file_naming import Naming, slashed
from runner.report.fingerprint import make_fingerprints

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


@dataclass(frozen=True, slots=True)
class RuleText:
    """What is said of a code: a few words, and a page of Markdown."""

    title: str
    page: str


_NO_TEXTS: Mapping[str, RuleText] = MappingProxyType({})


def report_sarif(
    problems: Iterable[Problem],
    version: str,
    texts: Mapping[str, RuleText] = _NO_TEXTS,
    shown: Naming = slashed,
) -> str:
    """Return the log of one run.

    `version` is flexplay's own. `texts` are those of the codes.
    """
    found = list(problems)
    codes = sorted({problem.code for problem in found})
    driver = {
        "name": "flexplay",
        "semanticVersion": version,
        "rules": [_rule(code, texts.get(code)) for code in codes],
    }
    prints = make_fingerprints(found, shown)
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [
            {
                "ruleId": problem.code,
                "ruleIndex": codes.index(problem.code),
                "level": _LEVELS[problem.severity],
                **_result(problem, shown),
                "partialFingerprints": {"flexplay/v1": fingerprint},
            }
            for problem, fingerprint in zip(found, prints, strict=True)
        ],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(code: str, text: RuleText | None) -> dict[str, Any]:
    """Return the description of a code; its name is the title as one word."""
    if text is None:
        return {"id": code, "name": code, "shortDescription": {"text": f"Finding {code}"}}
    words = "".join(char if char.isalnum() else " " for char in text.title).split()
    return {
        "id": code,
        "name": "".join(word[0].upper() + word[1:] for word in words) or code,
        "shortDescription": {"text": text.title},
        "help": {"text": text.page, "markdown": text.page},
    }


def _result(problem: Problem, shown: Naming) -> dict[str, Any]:
    said = (problem.message, problem.remedy)
    result: dict[str, Any] = {
        "message": {"text": ": ".join(text for text in said if text)},
        "locations": [{"physicalLocation": _physical(problem.span, shown)}],
    }
    if problem.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _physical(related.span, shown),
                "message": {"text": related.message},
            }
            for number, related in enumerate(problem.related, start=1)
        ]
    if problem.edits:
        result["fixes"] = [_fix(problem, shown)]
    return result


def _fix(problem: Problem, shown: Naming) -> dict[str, Any]:
    by_file: dict[str, list[Edit]] = {}
    for edit in problem.edits:
        by_file.setdefault(edit.span.file, []).append(edit)
    return {
        "description": {"text": problem.remedy or problem.message},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(file, shown),
                "replacements": [_replacement(edit) for edit in edits],
            }
            for file, edits in by_file.items()
        ],
    }


def _replacement(edit: Edit) -> dict[str, Any]:
    return {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}


def _physical(span: Span, shown: Naming) -> dict[str, Any]:
    return {"artifactLocation": _artifact(span.file, shown), "region": _region(span)}


def _artifact(file: str, shown: Naming) -> dict[str, str]:
    """Return where the file is: relative to the repository, or a file URI when outside of it."""
    name = shown(file)
    if PurePath(name).is_absolute():
        return {"uri": f"file://{_encode('/' + name.lstrip('/'))}"}
    return {"uri": _encode(name), "uriBaseId": "%SRCROOT%"}


def _encode(name: str) -> str:
    return quote(os.fsencode(name), safe="/")


def _region(span: Span) -> dict[str, int]:
    """Return the place; SARIF's columns start at 1 and its ends are exclusive, as ours."""
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
