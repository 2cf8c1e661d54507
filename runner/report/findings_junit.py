"""Findings as a JUnit report: every file is a test case, and one with errors has failed.

There is no standard. This obeys the strictest schema about, that of Apache Ant's tasks: one
`failure` a test case, and nothing but `properties`, `testcase`, `system-out` and `system-err` in a
suite. https://github.com/windyroad/JUnit-Schema
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from runner.model.problem import Problem, Severity
from runner.report.file_naming import Naming, slashed

# What XML 1.0 cannot hold, not even escaped: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HOST = "localhost"  # what the schema wants where the host does not matter


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
    suite = SubElement(root, "testsuite", _suite(by_file, when))
    SubElement(suite, "properties")
    for file, problems_of_file in by_file.items():
        _add_case(suite, file, problems_of_file, shown)
    said = [_line(problem, shown) for problem in found if problem.severity is not Severity.ERROR]
    SubElement(suite, "system-out").text = "\n".join(said)
    SubElement(suite, "system-err")
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(by_file: dict[str, list[Problem]], when: datetime) -> dict[str, str]:
    failed = sum(bool(_errors(problems)) for problems in by_file.values())
    return {
        "id": "0",
        "package": "flexplay",
        "name": "flexplay validate",
        "timestamp": when.strftime("%Y-%m-%dT%H:%M:%S"),
        "hostname": _HOST,
        "tests": str(len(by_file)),
        "failures": str(failed),
        "errors": "0",
        "time": "0",
    }


def _add_case(suite: Element, file: str, problems: Sequence[Problem], shown: Naming) -> None:
    attributes = {"name": _clean(shown(file)), "classname": "flexplay.validate", "time": "0"}
    case = SubElement(suite, "testcase", attributes)
    errors = _errors(problems)
    if not errors:
        return
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    failure = SubElement(
        case, "failure", {"message": _clean(errors[0].message) + more, "type": errors[0].code}
    )
    failure.text = "\n".join(_line(problem, shown) for problem in errors)


def _errors(problems: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def _line(problem: Problem, shown: Naming) -> str:
    span = problem.span
    place = f"{shown(span.file)}:{span.line}:{span.column}"
    remedy = f"\n  = {problem.remedy}" if problem.remedy else ""
    return _clean(f"{place}: {problem.severity} {problem.code}: {problem.message}{remedy}")


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
