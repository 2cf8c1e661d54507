"""One template, rendered as a leaf of a playbook."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from runner.model.document import Mark, Plain, ScalarNode
from runner.model.place import Span
from runner.model.problem import Problem
from runner.render.context import make_context
from runner.render.environment import make_environment
from runner.render.template import Context, compile_leaf

NOW = datetime(2024, 5, 17, 9, 30, tzinfo=UTC)
BIG: list[Plain] = ["x" * 20] * 40_000
VARS: dict[str, Plain] = {"big": BIG, "text": "y" * 500_000, "few": ["a", "b"]}


def make_scalar(source: str) -> ScalarNode:
    """Return a leaf in which one character of the text is one of the file."""
    starts = [0, *(index + 1 for index, char in enumerate(source) if char == "\n")]
    marks = tuple(Mark(start, number + 1, 1) for number, start in enumerate(starts))
    last = len(source) - starts[-1] + 1
    return ScalarNode(source, source, Span("playbook.yaml", 1, 1, len(starts), last), marks)


def make_one_context() -> Context:
    """Return a recipient's context, a new one each time."""
    fields: dict[str, Plain] = {"name": "Ann", "items": "two", "lang": "en"}
    return make_context(fields, VARS, "production", "reminder", NOW)


def render_one(source: str, folder: Path = Path()) -> Any:
    """Return the template's value, or the finding about it."""
    leaf = compile_leaf(make_scalar(source), make_environment(folder))
    if isinstance(leaf, Problem):
        return leaf
    try:
        return leaf.render(make_one_context())
    except Exception as error:  # noqa: BLE001 - whatever a template raises must be explainable
        return leaf.explain(error)


def check_one(source: str) -> None:
    """Check that a template ends in a value, or in a finding whose place lies inside the file."""
    outcome = render_one(source)
    if not isinstance(outcome, Problem):
        return
    span, whole = outcome.span, make_scalar(source).span
    assert outcome.code in {"FP201", "FP202", "FP203", "FP204", "FP205", "FP206", "FP209"}
    assert span.file == whole.file
    assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
    assert (span.end_line, span.end_column) <= (whole.end_line, whole.end_column)


@pytest.fixture(scope="session")
def render() -> Callable[..., Any]:
    """Return a function that gives a template's value, or the finding about it."""
    return render_one


@pytest.fixture(scope="session")
def check_fate() -> Callable[[str], None]:
    """Return a function that holds a template to a value or a place inside the file."""
    return check_one


@pytest.fixture(scope="session")
def scalar() -> Callable[[str], ScalarNode]:
    """Return a function that makes a leaf of a text."""
    return make_scalar


@pytest.fixture(scope="session")
def make_one() -> Callable[[], Context]:
    """Return a function that makes a recipient's context."""
    return make_one_context
