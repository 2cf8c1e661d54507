"""What the outline of a message shows, and what it never does."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.document import Mark, Plain, ScalarNode
from runner.model.place import Span
from runner.render.context import make_context
from runner.render.outline import HIDDEN, Outline, OutlineEnvironment
from runner.render.template import Leaf, compile_leaf

Scalar = Callable[[str], ScalarNode]
_FIELDS: dict[str, Plain] = {
    "name": "Zwetschge",
    "time": "9:30",
    "lang": "de",
    "title": "",
    "tags": ["Kumquat"],
}
_VARS: dict[str, Plain] = {"clinic": "Elm Street", "words": {"de": "Hallo", "en": "Hello"}}


def _outline(leaf: Leaf | Any) -> str:
    assert isinstance(leaf, Leaf), leaf
    now = datetime(2026, 5, 17, 9, 30, tzinfo=UTC)
    return str(leaf.render(make_context(_FIELDS, _VARS, "production", "reminder", now)))


@pytest.fixture
def outline(scalar: Scalar, tmp_path: Path) -> Callable[[str], str]:
    """Return a function that gives the outline of a template."""
    environment = OutlineEnvironment(tmp_path)
    return lambda source: _outline(compile_leaf(scalar(source), environment, text=True))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Hi {{ recipient.name }}, {{ recipient['time'] }}.", "Hi ‹name›, ‹time›."),
        ("{{ recipient.name | upper }}", "‹name›"),
        ("{{ recipient.name ~ ' at ' ~ recipient.time }}", "‹name› at ‹time›"),
        ("{{ recipient.name.upper() + recipient.time }}", "‹name.upper, time›"),
        ("{{ 'Mr' if recipient.lang == 'de' else recipient.name }}", "Mr"),
        ("{% if recipient.lang == 'de' %}Guten Tag{% else %}Hello{% endif %}", "Guten Tag"),
        ("{{ vars.clinic }}, {{ env }}, {{ playbook.name }}", "Elm Street, production, reminder"),
        ("{{ vars.words[recipient.lang] }}", "Hallo"),
        ("{{ now.year }}, {{ now.strftime('%d.%m.') }}", "2026, 17.05."),
        ("{{ 'a' | upper }}{{ 1 + 2 }}", "A3"),
        ("{% set x = recipient.name %}{{ x }}", "‹x›"),
        ("{% set x %}Dear {{ recipient.name }}{% endset %}{{ x }}", "‹x›"),
        ("{% for tag in recipient.tags %}{{ loop.index }} {{ tag }} {% endfor %}", "1 ‹tag› "),
        ("{{ recipient.title }}{{ recipient.name }}", "‹name›"),
        (
            "{% macro greet(who) %}Dear {{ who }}{% endmacro %}{{ greet(recipient.name) }}!",
            "Dear ‹who›!",
        ),
        (
            (
                "{% macro w() %}[{{ caller() }}]{% endmacro %}"
                "{% call w() %}{{ recipient.name }}{% endcall %}"
            ),
            "[‹name›]",
        ),
        ("{% macro m(x) %}{{ x }}{% endmacro %}{{ m(recipient.name) | upper }}", "‹m, name›"),
        ("{% filter upper %}hi {{ recipient.name }}{% endfilter %}", "HI ‹NAME›"),
    ],
)
def test_a_value_is_its_name_and_the_rest_is_as_it_is_sent(
    outline: Callable[[str], str], source: str, expected: str
) -> None:
    """The branches are the recipient's; what depends on nobody is shown."""
    assert outline(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "{% set vars = recipient %}{{ vars.name }}",
        "{% set env = recipient.name %}{{ env }}",
        "{% for now in [recipient.name] %}{{ now }}{% endfor %}",
        "{% macro m() %}x{% endmacro %}{% set m = recipient.name.upper %}{{ m() }}",
        "{% filter replace('x', recipient.name) %}x{% endfilter %}",
        "{% filter replace('x', recipient.name) | upper %}x{% endfilter %}",
        "{% for x in [recipient.name, 1] %}{{ loop.previtem if loop.last else 1 }}{% endfor %}",
        "{{ now.strftime(recipient.name) }}",
        "{{ cycler(recipient.name).next() }}",
        "{{ vars.clinic ~ recipient.name }}",
        "{{ [recipient.name, vars.clinic] | join(' ') }}",
        "{{ '%s' | format(recipient.name) }}",
        "{{ vars.get('nothing', recipient.name) }}",
        "{{ {'a': recipient.name}.a }}{{ recipient.values() | list }}",
        "{{ recipient }}",
        "{% set ns = namespace(x=recipient.name) %}{{ ns.x }}",
        "{% with env = recipient.name %}{{ env }}{% endwith %}",
        "{% macro env() %}{{ recipient.name }}{% endmacro %}{{ env() }}",
        "{{ vars.clinic | replace('Elm', recipient.name) }}",
        "{{ vars.words[recipient.name] | default(recipient.name) }}",
    ],
)
def test_no_way_round_shows_a_value(outline: Callable[[str], str], source: str) -> None:
    """Neither a shadowed name nor a filter, call or list."""
    shown = outline(source)
    assert "zwetschge" not in shown.casefold()
    assert "Kumquat" not in shown


def test_a_name_that_a_file_shadows_is_not_trusted_in_the_files_below(
    outline: Callable[[str], str], tmp_path: Path
) -> None:
    """Not even where that file had been compiled before."""
    (tmp_path / "inner.j2").write_text("{{ env }}", "utf-8")
    (tmp_path / "outer.j2").write_text(
        "{% set env = recipient.name %}{% include 'inner.j2' %}", "utf-8"
    )
    assert outline("{% include 'inner.j2' %}") == "production"
    assert outline("{% include 'outer.j2' %}") == "‹env›"


def test_what_fails_shows_nothing(scalar: Scalar, tmp_path: Path) -> None:
    """The message itself has its own finding."""
    leaf = compile_leaf(scalar("{{ recipient.gone }}"), OutlineEnvironment(tmp_path), text=True)
    assert isinstance(leaf, Leaf)
    rendered = Outline({"body": leaf}).render(
        make_context(_FIELDS, _VARS, "production", "reminder", None)
    )
    assert rendered == {"body": HIDDEN}


_NAME = st.sampled_from(["recipient.name", "recipient.tags[0]", "x", "env", "vars.clinic"])
_FILTER = st.sampled_from(["", " | upper", " | reverse", " | replace('a', recipient.name)"])
_PRINT = st.builds("{{{{ {}{} }}}}".format, _NAME, _FILTER)
_BLOCK = st.sampled_from(
    [
        "{{% set x = {0} %}}",
        "{{% set env = {0} %}}",
        "{{% with vars = recipient %}}{{{{ vars.name }}}}{{% endwith %}}",
        "{{% if {0} %}}{{{{ {0} }}}}{{% endif %}}",
        "{{% for x in [{0}] %}}{{{{ x }}}}{{% endfor %}}",
        "{{{{ 'a' if {0} else {0} }}}}",
    ]
)
_PIECE = st.one_of(_PRINT, st.builds(lambda block, name: block.format(name), _BLOCK, _NAME))


@given(st.lists(_PIECE, min_size=1, max_size=6))
def test_no_template_shows_a_value(pieces: list[str]) -> None:
    """However its pieces are put together."""
    source = "{% set x = recipient.name %}" + " ".join(pieces)
    leaf = compile_leaf(_scalar(source), OutlineEnvironment(Path()), text=True)
    shown = _outline(leaf).casefold()
    assert "zwetschge" not in shown
    assert "kumquat" not in shown
    assert "egh" not in shown


def _scalar(source: str) -> ScalarNode:
    return ScalarNode(source, source, Span("p.yaml", 1, 1, 1, 1), (Mark(0, 1, 1),))
