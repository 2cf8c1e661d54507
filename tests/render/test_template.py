"""A leaf of the playbook: constant, one expression that keeps its type, or a template."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from runner.model.document import ScalarNode
from runner.render.environment import make_environment
from runner.render.template import Leaf, compile_leaf, has_template

_NOW = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)


def _value(node: ScalarNode, *, text: bool = False, **context: Any) -> Any:
    leaf = compile_leaf(node, make_environment(Path()), text=text)
    assert isinstance(leaf, Leaf)
    return leaf.render(context)


_EXPRESSIONS: list[tuple[str, dict[str, Any], Any]] = [
    ("{{ x }}", {"x": 7}, 7),
    ("{{ x }}", {"x": True}, True),
    ("{{ x }}", {"x": None}, None),
    ("{{ x }}", {"x": {"a": (1, 2)}}, {"a": [1, 2]}),
    ("{{ x }}", {"x": {1: "a"}}, {"1": "a"}),
    ("{{ x }}", {"x": _NOW}, "2026-03-31 09:30:00+00:00"),
    ("{{ x.date() }}", {"x": _NOW}, "2026-03-31"),
    ("{{ x > 3 }}", {"x": 7}, True),
    ("{{- x -}}", {"x": 7}, 7),
    ("{{-x}}", {"x": 7}, 7),
    ("{{+x}}", {"x": "a"}, "a"),
    ("{{ -x }}", {"x": 7}, -7),
    (" {{ x }}", {"x": 7}, " 7"),
    ("{{ x }}{{ x }}", {"x": 7}, "77"),
    ("{{ x }} {# note #}", {"x": 7}, "7 "),
    ("{% if x %}yes{% endif %}", {"x": 7}, "yes"),
]


@pytest.mark.parametrize(("source", "context", "value"), _EXPRESSIONS)
def test_only_a_single_expression_keeps_its_type(
    scalar: Callable[[str], ScalarNode], source: str, context: dict[str, Any], value: object
) -> None:
    """Anything around the braces makes it a text; what JSON lacks becomes what a text shows."""
    found = _value(scalar(source), **context)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("value", [float("inf"), float("nan"), iter(()), object(), len])
def test_what_is_no_data_cannot_be_a_value(
    scalar: Callable[[str], ScalarNode], value: object
) -> None:
    """A function or an endless number would fail only when the request is written."""
    with pytest.raises(TypeError, match="it gives"):
        _value(scalar("{{ x }}"), x=value)


def test_a_text_leaf_is_text(scalar: Callable[[str], ScalarNode]) -> None:
    """Author, body, subject and key are text whatever the expression gives."""
    assert _value(scalar("{{ x }}"), text=True, x=7) == "7"


def test_constants_are_not_rendered(scalar: Callable[[str], ScalarNode]) -> None:
    """A leaf without braces is what it is, and says so."""
    leaf = compile_leaf(scalar("100 % {"), make_environment(Path()))
    assert isinstance(leaf, Leaf)
    assert leaf.constant
    assert leaf.render({}) == "100 % {"


def test_a_number_is_text_where_text_is_wanted(scalar: Callable[[str], ScalarNode]) -> None:
    """A key of digits is a key; an empty value stays empty."""
    node = scalar("x")
    number = ScalarNode(42, "42", node.span)
    nothing = ScalarNode(None, "", node.span)
    assert _value(number) == 42
    assert _value(number, text=True) == "42"
    assert _value(nothing, text=True) is None


@pytest.mark.parametrize(
    ("text", "found"), [("{{", True), ("{%", True), ("{#", True), ("{ x }", False), ("", False)]
)
def test_what_jinja_would_see(text: str, found: bool) -> None:  # noqa: FBT001
    """Two-character marks only."""
    assert has_template(text) is found
