"""Hostile templates are refused in little work; ordinary ones are as they were."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.model.place import Span
from runner.model.problem import Problem
from runner.render.meter import LONGEST_TEXT


def loops(depth: int, items: str, body: str = "") -> str:
    """Return loops in one another."""
    heads = "".join("{% for x" + str(number) + " in " + items + " %}" for number in range(depth))
    return heads + body + "{% endfor %}" * depth


NS = "{% set ns = namespace(s='x', l=[1]) %}"
SELF = "{% include 'a.j2' %}"

HOSTILE = {
    "a long range": "{{ range(10**9) }}",
    "a range beyond machine numbers": "{{ range(10**30) }}",
    "loops in loops": loops(3, "range(9999)"),
    "loops over a list": "{% set l = range(9999)|list %}" + loops(2, "l", "{{ x0 }}"),
    "loops over a text": "{% set l = 'x' * 9999 %}" + loops(2, "l"),
    "loops over a variable": loops(3, "vars.big", "a"),
    "loops that take nothing": "{% for x in range(9999) if false %}{% endfor %}" * 50,
    "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a macro that calls itself twice": (
        "{% macro m(n) %}{% if n < 60 %}{{ m(n+1) }}{{ m(n+1) }}{% endif %}{% endmacro %}{{ m(1) }}"
    ),
    "an endless recursive loop": "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "a doubling recursive loop": (
        "{% for x in [1] recursive %}"
        "{% if loop.depth < 99 %}{{ loop([1, 2]) }}{% endif %}{% endfor %}"
    ),
    "a filtered recursive loop": (
        "{% for x in range(9999) if x < 99 recursive %}{{ loop(range(9999)) }}{% endfor %}"
    ),
    "blocks called by a macro": (
        "{% macro m() %}{{ caller() }}{{ caller() }}{% endmacro %}"
        + "{% call m() %}" * 30
        + "x"
        + "{% endcall %}" * 30
    ),
    "a block that shows itself": "{% block a %}{{ self.a() }}{% endblock %}",
    "doubling with ~": NS + loops(1, "range(99)", "{% set ns.s = ns.s ~ ns.s %}") + "{{ ns.s }}",
    "doubling with +": NS + loops(1, "range(99)", "{% set ns.s = ns.s + ns.s %}") + "{{ ns.s }}",
    "doubling lists": NS + loops(1, "range(99)", "{% set ns.l = ns.l + ns.l %}"),
    "lists in lists": NS + loops(1, "range(99)", "{% set ns.l = [ns.l, ns.l] %}") + "{{ ns.l }}",
    "mappings in mappings": (
        NS + loops(1, "range(40)", "{% set ns.l = dict(a=ns.l, b=ns.l) %}") + "{{ ns.l|tojson }}"
    ),
    "doubling with set blocks": (
        NS + loops(1, "range(99)", "{% set s %}{{ ns.s }}{{ ns.s }}{% endset %}{% set ns.s = s %}")
    ),
    "a long text many times": "{{ vars.text }}" * 2_000,
    "long texts put together": "{{ " + " ~ ".join(["vars.text"] * 2_000) + " }}",
    "searching a long list": loops(1, "range(9999)", "{% if 1.5 in vars.big %}{% endif %}"),
    "comparing long lists": (
        "{% set a = vars.big|list %}" + loops(1, "range(9999)", "{% if a == vars.big %}{% endif %}")
    ),
    "sorting over and over": loops(1, "range(9999)", "{% set x = vars.big|sort %}"),
    "cutting over and over": loops(1, "range(9999)", "{% set x = vars.big[:] %}"),
    "selecting nothing over and over": loops(
        1, "range(9999)", "{% set x = range(9999)|select('eq', -1)|list %}"
    ),
    "keeping long texts": (
        NS + loops(1, "range(9999)", "{% set ns.l = ns.l + ['x' * 90000 ~ x0] %}")
    ),
    "10,000 brackets": "{{ " + "(" * 10_000 + "1" + ")" * 10_000 + " }}",
    "10,000 nots": "{{ " + "not " * 10_000 + "1 }}",
    "10,000 signs": "{{ " + "-" * 10_000 + "1 }}",
    "a sum of 9,000": "{{ " + "+".join(["1"] * 9_000) + " }}",
    "9,000 attributes": "{{ recipient" + ".a" * 9_000 + " }}",
    "9,000 filters": "{{ 1" + "|string" * 9_000 + " }}",
    "2,000 conditions in one another": "{% if 1 %}" * 2_000 + "{% endif %}" * 2_000,
    "3,000 alternatives": "{{ " + "1 if 0 else " * 3_000 + "1 }}",
    "25 loops in one another": loops(25, "[1]"),
    "12,000 expressions": "{{ 1 }}" * 12_000,
    "a comment of 100,000 characters": "{{ 1 }}{#" + "x" * 100_000 + "#}",
    "a template of a megabyte": "{{ 1 }}" + "x" * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_is_refused(render: Callable[..., Any], name: str) -> None:
    """Whatever asks for too much gets FP206 at its place, and nothing else happens."""
    problem = render(HOSTILE[name])
    assert isinstance(problem, Problem)
    assert problem.code == "FP206"
    assert problem.message.startswith("the template asks for too much")
    assert problem.span.line == 1


@pytest.mark.parametrize(
    "name", ["doubling with ~", "keeping long texts", "lists in lists", "a long text many times"]
)
def test_refusing_takes_little_memory(render: Callable[..., Any], name: str) -> None:
    """What is refused was never made: the memory in use stays small."""
    tracemalloc.start()
    try:
        render(HOSTILE[name])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100_000_000


def test_doubling_stops_at_the_longest_text(render: Callable[..., Any]) -> None:
    """A value that grows is refused for its length, long before the budget is used up."""
    assert "too much text" in render(HOSTILE["doubling with +"]).message


def test_the_finding_stands_at_its_line(render: Callable[..., Any]) -> None:
    """The place is the line that asks for too much, not the template."""
    problem = render("Hi\n{{ recipient.name }}\n  {{ 'x' * 10**9 }} you")
    assert problem.span == Span("playbook.yaml", 3, 3, 3, 24)


@pytest.mark.parametrize(
    "source", ["(" * 5_000 + "1" + ")" * 5_000, "+".join(["1"] * 90), "x" + ".a" * 200]
)
def test_too_deep_a_template_is_refused_at_its_line(
    render: Callable[..., Any], source: str
) -> None:
    """A template that cannot be compiled is refused where it is nested too deeply."""
    problem = render("Hi\n{{ " + source + " }}")
    assert (problem.code, problem.span.line) == ("FP206", 2)


@pytest.mark.parametrize(
    ("files", "source"),
    [
        ({"a.j2": "{% include 'a.j2' %}"}, "{% include 'a.j2' %}"),
        ({"a.j2": "{% extends 'a.j2' %}"}, "{% include 'a.j2' %}"),
        (
            {
                "a.j2": "{% set n = n + 1 %}{% if n < 50 %}"
                + "{% include 'a.j2' %}" * 2
                + "{% endif %}"
            },
            "{% set n = 0 %}{% include 'a.j2' %}",
        ),
        ({"a.j2": "x" * 3_000_000}, "{% include 'a.j2' %}"),
        ({"a.j2": "x" * 90_000}, "{% for x in range(99) %}{% include 'a.j2' %}{% endfor %}"),
    ],
    ids=["itself", "extends itself", "itself twice", "a large file", "a file many times"],
)
def test_hostile_includes_are_refused(
    render: Callable[..., Any], files: dict[str, str], source: str, tmp_path: Path
) -> None:
    """A file that includes itself, or is too large, is refused as well."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert render(source, tmp_path).code == "FP206"


def test_a_fault_in_an_included_file_has_its_place_there(
    render: Callable[..., Any], tmp_path: Path
) -> None:
    """The finding names the included file and its line."""
    (tmp_path / "a.j2").write_text("Hi\n{{ 'x' * 10**9 }}\n")
    span = render("Hello {% include 'a.j2' %}", tmp_path).span
    assert (span.file, span.line) == (str(tmp_path / "a.j2"), 2)


def test_a_text_of_the_longest_length_is_rendered(render: Callable[..., Any]) -> None:
    """The limit itself is allowed, one more is not."""
    half = LONGEST_TEXT // 2
    assert render("{{ 'x' * " + str(half) + " }}{{ 'y' * " + str(half) + " }}") == (
        "x" * half + "y" * half
    )
    assert render("{{ 'x' * " + str(half) + " }}{{ 'y' * " + str(half) + " }}z").code == "FP206"


WORDS = """
{{ }} {% %} {# #} {%- -%} recipient . name vars now ( ) [ ] { } | ~ + - * / // ** % , : = < == # é
'x' "y" 1 9 10 1e9 0x1f for in if else elif endif endfor set macro endmacro include is call endcall
block endblock filter endfilter raw endraw with endwith not and or loop range center join replace
format map list tojson namespace ns i
"""
PIECES = st.sampled_from([*WORDS.split(), "\n", "\r\n", "\u2028", "\\"])


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(PIECES, max_size=25))
def test_any_template_has_a_value_or_a_place(
    check_fate: Callable[[str], None], pieces: list[str]
) -> None:
    """Pieces of Jinja in any order end in a value or a finding, never in a traceback."""
    check_fate(" ".join(pieces))


FRAMES = st.sampled_from(
    [("", ""), ("{{ ", " }}"), ("{% ", " %}"), ("{{ '", "' }}"), ("{{", "|e }}")]
)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60), frame=FRAMES)
def test_any_text_has_a_value_or_a_place(
    check_fate: Callable[[str], None], text: str, frame: tuple[str, str]
) -> None:
    """Any text, alone or in a template's braces, ends in a value or a finding."""
    check_fate(frame[0] + text + frame[1])
