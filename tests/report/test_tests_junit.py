"""Reports of tests are held against the same schema as those of findings."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xmlschema import XMLResource, XMLSchema

from runner.model.place import Span
from runner.model.playbook_test import Case, CaseResult, Mismatch, SuiteResult
from runner.model.problem import Problem
from runner.report.tests_junit import report_tests_junit

NODE = Path(__file__).parent.parent / "node" / "node_modules"
XSD = NODE / "jest-junit-reporter" / "src" / "__tests__" / "fixtures" / "junit.xsd"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SPAN = Span("a.test.yaml", 4, 11, 4, 12)
PROBLEM = Problem(SPAN, "FP801", "greeting: the body is not as expected")
MISMATCH = Mismatch(PROBLEM, "Hi Ann", "Hi Bob")


def _case(name: str, *mismatches: Mismatch) -> CaseResult:
    case = Case(name, SPAN, None, None, {}, None, (), frozenset(), {}, {})
    return CaseResult(case, mismatches)


RESULTS = [
    SuiteResult("a.test.yaml", "a.yaml", (_case("passes"), _case("greeting", MISMATCH, MISMATCH))),
    SuiteResult("b.test.yaml", problems=(PROBLEM, PROBLEM)),
]


@pytest.fixture(scope="session")
def schema() -> XMLSchema:
    """The schema."""
    if not XSD.is_file():
        pytest.skip("jest-junit-reporter, which ships the JUnit schema: npm ci in tests/node")
    return XMLSchema(XSD)


def test_every_file_is_a_suite_and_every_test_a_case() -> None:
    """The counts are those of the cases; tests that could not be run are one error."""
    root = XMLResource(report_tests_junit(RESULTS, NOON)).root
    counts = [
        tuple(suite.get(name) for name in ("name", "tests", "failures", "errors"))
        for suite in root.findall("testsuite")
    ]
    assert counts == [("a.test.yaml", "2", "1", "0"), ("b.test.yaml", "1", "0", "1")]
    names = [(case.get("classname"), case.get("name")) for case in root.findall(".//testcase")]
    assert names[:2] == [("a.test.yaml", "passes"), ("a.test.yaml", "greeting")]
    assert [case.find("error") is not None for case in root.findall(".//testcase")][2]


def test_a_failure_tells_what_differs() -> None:
    """The place, and the words that were expected and rendered."""
    root = XMLResource(report_tests_junit(RESULTS, NOON)).root
    (failure,) = root.findall(".//failure")
    assert failure.get("message") == "greeting: the body is not as expected (and 1 more)"
    assert failure.text is not None
    assert failure.text.splitlines()[:3] == [
        "a.test.yaml:4:11: error FP801: greeting: the body is not as expected",
        "   = [-expected-] {+rendered+}:",
        "     Hi [-Ann-]{+Bob+}",
    ]


@given(st.text(min_size=1), st.text())
def test_any_text_makes_a_valid_report(schema: XMLSchema, name: str, text: str) -> None:
    """Whatever a test is called and whatever is rendered."""
    mismatch = Mismatch(PROBLEM, text, name)
    report = report_tests_junit(
        [*RESULTS, SuiteResult(name, results=(_case(name, mismatch),))], NOON, str
    )
    schema.validate(report)
    report.encode()


def test_a_report_of_nothing_is_valid(schema: XMLSchema) -> None:
    """No file, no suite."""
    schema.validate(report_tests_junit([], NOON))
