"""Templates with probes: the same texts, and every way that is taken is noted."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.model.document import Plain, ScalarNode
from runner.model.problem import Problem
from runner.render.branches import branches_of
from runner.render.context import make_context
from runner.render.environment import BoundedEnvironment, make_environment
from runner.render.probes import ProbedEnvironment, Recorder
from runner.render.template import compile_leaf

_NOW = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)
_FIELDS: dict[str, Plain] = {"name": "Ann", "empty": "", "none": None, "list": [1, 2], "no": []}
_NAMES = st.sampled_from([f"recipient.{name}" for name in (*_FIELDS, "absent")] + ["x", "1", "''"])
_TEXT = st.sampled_from(["a", " b\n", "", "{# c #}"])


def _expressions() -> st.SearchStrategy[str]:
    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        two = st.tuples(inner, inner)
        return (
            two.map("({0[0]} or {0[1]})".format)
            | two.map("({0[0]} and {0[1]})".format)
            | two.map("({0[0]} if {0[1]})".format)
            | st.tuples(inner, inner, inner).map("({0[0]} if {0[1]} else {0[2]})".format)
            | two.map("({0[0]} | default({0[1]}))".format)
            | two.map("({0[0]} | d({0[1]}, true))".format)
            | two.map("({0[0]} | default({0[1]}, boolean={0[0]}))".format)
            | two.map("({0[0]} ~ {0[1]})".format)
            | inner.map("({} is defined)".format)
            | inner.map("(not {})".format)
        )

    return st.recursive(_NAMES, grow, max_leaves=6)


_SHOWN = _expressions().map("{{{{ {} }}}}".format)


def _templates() -> st.SearchStrategy[str]:
    test = _expressions()

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return (
            st.tuples(test, inner).map("{{% if {0[0]} %}}{0[1]}{{% endif %}}".format)
            | st.tuples(test, inner, test, inner, inner).map(
                (
                    "{{% if {0[0]} -%}} {0[1]}{{% elif {0[2]} %}}{0[3]}"
                    "{{% else %}}{0[4]}{{% endif %}}"
                ).format
            )
            | st.tuples(test, test, inner).map(
                "{{% for x in {0[0]} if {0[1]} %}}{0[2]}{{{{ loop.index }}}}{{% endfor %}}".format
            )
            | st.tuples(test, inner, inner).map(
                "{{% for x in {0[0]} recursive %}}{0[1]}{{% else %}}{0[2]}{{% endfor %}}".format
            )
            | st.tuples(test, inner).map("{{% set x = {0[0]} %}}{0[1]}".format)
            | st.tuples(inner, test).map(
                "{{% macro m(y={0[1]}) %}}{0[0]}{{% endmacro %}}{{{{ m() }}}}{{{{ m(2) }}}}".format
            )
            | st.lists(inner, max_size=3).map("".join)
        )

    return st.recursive(_SHOWN | _TEXT, grow, max_leaves=8)


def _outcome(source: str, environment: BoundedEnvironment, scalar: Any, *, text: bool) -> Any:
    """Return the value with its type, or the finding."""
    leaf = compile_leaf(scalar(source), environment, text=text)
    if isinstance(leaf, Problem):
        return leaf
    try:
        value = leaf.render(make_context(_FIELDS, {}, "production", "reminder", _NOW))
    except Exception as error:  # noqa: BLE001 - whatever a template raises must be the same
        return leaf.explain(error)
    return type(value), value


@settings(max_examples=150, deadline=None)
@given(source=_templates(), text=st.booleans())
def test_probes_change_no_text(
    scalar: Callable[[str], ScalarNode], source: str, *, text: bool
) -> None:
    """With probes, a template gives the same value or the same finding at the same place."""
    plain = _outcome(source, make_environment(Path()), scalar, text=text)
    probed = _outcome(source, ProbedEnvironment(Path(), Recorder()), scalar, text=text)
    assert probed == plain


@settings(max_examples=100, deadline=None)
@given(source=_templates())
def test_every_branch_has_a_place(scalar: Callable[[str], ScalarNode], source: str) -> None:
    """Each lies inside of the template and covers something, and each point has at most two."""
    environment = make_environment(Path())
    found = branches_of(source, environment)
    for branch in found:
        assert 0 <= branch.start < branch.end <= len(source)
        assert source[branch.start : branch.end].strip() == source[branch.start : branch.end]
    assert len({(branch.point, branch.outcome) for branch in found}) == len(found)
    assert isinstance(compile_leaf(scalar(source), environment, text=True), object)


def _missed(source: str, *recipients: dict[str, Plain]) -> list[str]:
    """Return what is marked of the template after it has been rendered for these recipients."""
    recorder = Recorder()
    environment = ProbedEnvironment(Path(), recorder)
    template = environment.from_string(source)
    for fields in recipients:
        template.render(make_context(fields, {}, "production", "reminder", _NOW))
    return [
        f"{source[branch.start : branch.end]}: no test {branch.missed}"
        for branch in branches_of(source, environment)
        if not recorder.took(source, branch.point, outcome=branch.outcome)
    ]


def _person(lang: str) -> dict[str, Plain]:
    return {"lang": lang, "name": "Ann", "list": [1]}


_A, _B, _C = (_person(lang) for lang in "abc")
_CHAIN = "{% if recipient.lang == 'a' %}A{% elif recipient.lang == 'b' %}B{% else %}C{% endif %}"


@pytest.mark.parametrize(
    ("source", "recipients", "missed"),
    [
        (_CHAIN, [_A, _B, _C], []),
        (_CHAIN, [_A, _B], ["else: no test gets to this else"]),
        (_CHAIN, [_B, _C], ["if recipient.lang == 'a': no test makes this condition true"]),
        (_CHAIN, [_A], [
            "elif recipient.lang == 'b': no test makes this condition true",
            "else: no test gets to this else",
        ]),
        ("{% if recipient.name %}x{% endif %}", [_A], [
            "if recipient.name: no test makes this condition false",
        ]),
        ("{%- for x in recipient.list -%}x{% endfor %}", [_A], [
            "for x in recipient.list: no test leaves this loop without anything",
        ]),
        ("{% for x in [1, 2] %}{{ x }}{% endfor %}", [_A], []),
        ("{% for x in [1, 2] if x %}{{ x }}{% endfor %}", [_A], [
            "for x in [1, 2] if x: no test leaves this loop without anything",
        ]),
        ("{% for x in recipient.list if x > 1 %}x{% else %}y{% endfor %}", [_A], [
            "for x in recipient.list if x > 1: no test has anything for this loop",
        ]),
        ("{{ 'x' if recipient.lang == 'a' else recipient.name }}", [_A], [
            "recipient.name: no test takes this value",
        ]),
        ("{{ 'x' if recipient.lang == 'a' }}", [_A], [
            "recipient.lang == 'a': no test makes this condition false",
        ]),
        ("Hi {{ recipient.name or 'there' }}", [_A], ["'there': no test needs this fallback"]),
        ("Hi {{ recipient.name or 'there' }}", [{"name": ""}], [
            "recipient.name: no test has a value here",
        ]),
        ("Hi {{ recipient.title | default('') }}", [_A], [
            "recipient.title: no test has a value here",
        ]),
        ("Hi {{ recipient.name | d('x', true) }}", [_A, {"name": ""}], []),
        ("{{ recipient.list.index(1) if 0 else recipient['list'][0] }}", [_A], [
            "recipient.list.index(1): no test takes this value",
        ]),
        ("{{ (recipient.name | replace('A', 'B')) or ('x' ~ recipient.lang) }}", [_A], [
            "'x' ~ recipient.lang: no test needs this fallback",
        ]),
        ("Hi {{ recipient.name | d('x') }}", [_A, {"name": ""}], [
            "d: no test needs this default",
        ]),
        ("{% if recipient.x or recipient.name | d('x') %}x{% endif %}", [{"x": 1}], [
            "if recipient.x or recipient.name | d('x'): no test makes this condition false",
        ]),
    ],
)  # fmt: skip
def test_what_no_test_took_is_pointed_at(
    source: str, recipients: list[dict[str, Plain]], missed: list[str]
) -> None:
    """Every way counts once; what a condition is made of does not count by itself."""
    assert _missed(source, *recipients) == missed


def test_constants_are_no_exception() -> None:
    """Jinja works constants out while it compiles; a probe waits until the text is rendered."""
    assert _missed("{% if true %}x{% endif %}") != _missed("{% if true %}x{% endif %}", _A)
    assert _missed("{{ 'a' if false else 'b' }}", _A) == ["'a': no test takes this value"]


@pytest.mark.parametrize(
    "source",
    [
        "{% for x in range(9999) %}{% if range(9999) | sum %}y{% endif %}{% endfor %}",
        "{{ 'x' * 10**9 or 'y' }}",
        "{% macro m() %}{% if 1 %}{{ m() }}{% endif %}{% endmacro %}{{ m() }}",
        "{% for x in range(50) %}{{ 'a' if x else 'b' }}{{ recipient.x | d('c') }}{% endfor %}",
    ],
)
def test_probes_cost_nothing(scalar: Callable[[str], ScalarNode], source: str) -> None:
    """A template is refused with probes if it is without them, and uses as many steps."""
    plain, probed = make_environment(Path()), ProbedEnvironment(Path(), Recorder())
    outcomes = [_outcome(source, each, scalar, text=True) for each in (plain, probed)]
    assert outcomes[0] == outcomes[1]
    assert plain.meter._left == probed.meter._left


def test_a_template_that_cannot_be_read_has_no_branches() -> None:
    """Compiling it says why."""
    assert branches_of("{% if x %}", make_environment(Path())) == ()
