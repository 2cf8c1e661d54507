"""Reports are held against Apache Ant's schema, the strictest, which jest-junit-reporter ships."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xmlschema import XMLResource, XMLSchema

from runner.model.place import Span
from runner.model.problem import Problem, Severity
from runner.report.findings_junit import report_junit

NODE = Path(__file__).parent.parent / "node" / "node_modules"
XSD = NODE / "jest-junit-reporter" / "src" / "__tests__" / "fixtures" / "junit.xsd"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ERROR = Problem(Span("a.yaml", 2, 14, 2, 17), "FP104", "it is a number", 'write "+155"')
WARNING = replace(ERROR, severity=Severity.WARNING, message="it is odd")


@pytest.fixture(scope="session")
def schema() -> XMLSchema:
    """The schema."""
    if not XSD.is_file():
        pytest.skip("jest-junit-reporter, which ships the JUnit schema: npm ci in tests/node")
    return XMLSchema(XSD)


def report(*problems: Problem, files: tuple[str, ...] = ("a.yaml", "b.yaml")) -> XMLResource:
    """The report, read back."""
    return XMLResource(report_junit(problems, files, NOON))


def test_every_file_is_a_test_case() -> None:
    """Clean files pass, and a file that was not asked for appears when it has findings."""
    elsewhere = replace(ERROR, span=replace(ERROR.span, file="t.j2"))
    cases = report(ERROR, elsewhere).root.findall(".//testcase")
    names = {case.get("name"): case.find("failure") is not None for case in cases}
    assert names == {"a.yaml": True, "b.yaml": False, "t.j2": True}


def test_the_counts_are_those_of_the_cases() -> None:
    """`failures` counts files, since a file is a test case, and no file is counted twice."""
    suite = report(ERROR, ERROR, WARNING).root.find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    assert suite.get("timestamp") == "2026-11-22T12:00:00"


def test_one_failure_tells_all_errors_of_its_file() -> None:
    """Readers such as GitLab's know one failure a case."""
    (failure,) = report(ERROR, replace(ERROR, message="it is short")).root.findall(".//failure")
    assert failure.get("message") == "it is a number (and 1 more)"
    assert failure.get("type") == "FP104"
    assert failure.text is not None
    assert failure.text.splitlines() == [
        "a.yaml:2:14: error FP104: it is a number",
        '  = write "+155"',
        "a.yaml:2:14: error FP104: it is short",
        '  = write "+155"',
    ]


def test_a_warning_fails_nothing() -> None:
    """It stands in what the suite said."""
    root = report(WARNING).root
    assert root.findall(".//failure") == []
    assert "warning FP104: it is odd" in (root.findtext(".//system-out") or "")


def test_a_report_with_everything_is_valid(schema: XMLSchema) -> None:
    """So is one without any file."""
    schema.validate(report_junit([ERROR, WARNING, ERROR], ["a.yaml", "b.yaml"], NOON))
    schema.validate(report_junit([], [], NOON))


@given(st.text(), st.text(min_size=1), st.sampled_from(Severity))
def test_any_text_makes_a_valid_report(
    schema: XMLSchema, text: str, file: str, severity: Severity
) -> None:
    """Control characters and lone surrogates, which XML cannot hold, are replaced."""
    span = replace(ERROR.span, file=file)
    problem = Problem(span, "FP001", text, text, severity)
    xml = report_junit([problem], [file], NOON, shown=str)
    schema.validate(xml)
    xml.encode()


def test_what_xml_cannot_hold_is_replaced() -> None:
    """And what it can hold comes back unchanged."""
    problem = replace(ERROR, message="a\x00\x1b\ud800\ufffe<&>\"'ü👩")
    (failure,) = report(problem).root.findall(".//failure")
    assert failure.get("message") == "a\ufffd\ufffd\ufffd\ufffd<&>\"'ü👩"
