"""What no recipient can change is worked out once; everything else for each."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from runner.model.document import Plain, ScalarNode
from runner.render.context import make_context
from runner.render.environment import make_environment
from runner.render.settled import settle
from runner.render.template import Context, Leaf, compile_leaf

Scalar = Callable[[str], ScalarNode]
_VARS: dict[str, Plain] = {"queue": "WQ1", "none": None, "list": ["a"], "lang": {"de": "Hallo"}}


def _context(fields: dict[str, Plain], variables: dict[str, Plain] = _VARS) -> Context:
    now = datetime(2026, 5, 17, 9, 30, tzinfo=UTC)
    return make_context(fields, variables, "production", "reminder", now)


@pytest.fixture
def settled(scalar: Scalar, tmp_path: Path) -> Callable[..., Leaf]:
    """Return a function that compiles a leaf and settles it."""

    def make(source: str, *, text: bool = False) -> Leaf:
        leaf = compile_leaf(scalar(source), make_environment(tmp_path), text=text)
        assert isinstance(leaf, Leaf)
        found = settle(leaf, _context({}))
        assert isinstance(found, Leaf)
        return found

    return make


def _is_settled(leaf: Leaf) -> bool:
    """Tell whether another context, in which there is nothing, gives the same."""
    try:
        leaf.render({})
    except Exception:  # noqa: BLE001 - whatever a template raises: it was rendered
        return False
    return True


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("{{ vars.queue }}", "WQ1"),
        ("{{ vars['queue'] }}", "WQ1"),
        ("{{ env }}", "production"),
        ("{{ playbook.name }}", "reminder"),
        ("{{ vars.none }}", None),
        ("{{ vars.lang.de }}", "Hallo"),
    ],
)
def test_one_shared_name_is_worked_out_once(
    settled: Callable[..., Leaf], source: str, value: Any
) -> None:
    """With its value's type."""
    leaf = settled(source)
    assert _is_settled(leaf)
    assert leaf.render({}) == value


@pytest.mark.parametrize(
    "source",
    [
        "{{ recipient.name }}",
        "{{ vars.lang[recipient.lang] }}",
        "{{ vars.queue ~ recipient.name }}",
        "{{ vars.queue }} {{ recipient.name }}",
        "{{ vars.queue | default(recipient.name) }}",
        "{% if recipient.name %}{{ vars.queue }}{% endif %}",
        "{{ now }}",
        "{{ vars.list }}",
        "{{ vars.missing }}",
    ],
)
def test_everything_else_is_rendered_for_each(settled: Callable[..., Leaf], source: str) -> None:
    """Also what could be changed, and what fails: every row shall say so."""
    assert not _is_settled(settled(source))


def test_a_null_still_drops_its_key(scalar: Scalar, tmp_path: Path) -> None:
    """A settled leaf is no constant: the author wrote an expression."""
    leaf = compile_leaf(scalar("{{ vars.none }}"), make_environment(tmp_path))
    assert isinstance(leaf, Leaf)
    found = settle({"a": leaf, "b": (leaf,)}, _context({}))
    assert isinstance(found, dict)
    assert isinstance(found["a"], Leaf)
    assert not found["a"].constant
