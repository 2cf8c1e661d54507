"""The parts of a JUnit report that all of ours have.

There is no standard. This obeys the strictest schema about, that of Apache Ant's tasks: one
`failure` a test case, and nothing but `properties`, `testcase`, `system-out` and `system-err` in a
suite. https://github.com/windyroad/JUnit-Schema
"""

import re
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

# What XML 1.0 cannot hold, not even escaped: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HOST = "localhost"  # what the schema wants where the host does not matter


@dataclass(frozen=True, slots=True)
class Counts:
    """How many test cases a suite has, how many have failed, and how many could not be run."""

    tests: int
    failures: int
    errors: int = 0


def add_suite(root: Element, name: str, when: datetime, counts: Counts) -> Element:
    """Add a suite, to which its test cases are added next, and then `end_suite`."""
    attributes = {
        "id": str(len(root)),
        "package": "flexplay",
        "name": clean(name),
        "timestamp": when.strftime("%Y-%m-%dT%H:%M:%S"),
        "hostname": _HOST,
        "tests": str(counts.tests),
        "failures": str(counts.failures),
        "errors": str(counts.errors),
        "time": "0",
    }
    suite = SubElement(root, "testsuite", attributes)
    SubElement(suite, "properties")
    return suite


def add_case(suite: Element, name: str, classname: str) -> Element:
    """Add a test case that has passed, unless a `failure` or `error` is added to it."""
    attributes = {"name": clean(name), "classname": clean(classname), "time": "0"}
    return SubElement(suite, "testcase", attributes)


def add_failure(case: Element, message: str, code: str, text: str, kind: str = "failure") -> None:
    """Say why a test case has failed, or with the kind `error` could not be run."""
    failure = SubElement(case, kind, {"message": clean(message), "type": code})
    failure.text = clean(text)


def end_suite(suite: Element, said: str = "") -> None:
    """Add what stands at the end of a suite: what it has said beside its failures."""
    SubElement(suite, "system-out").text = said
    SubElement(suite, "system-err")


def write_junit(root: Element) -> str:
    """Return the report."""
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def clean(text: str) -> str:
    """Return the text with a sign for each character that XML cannot hold."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
