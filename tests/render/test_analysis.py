"""What a template reads, with the places, and without rendering anything."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.model.document import ScalarNode
from runner.model.place import Span
from runner.render.analysis import Fetch, Reading, printed_names, read_template
from runner.render.environment import make_environment

READS = {
    "{{ recipient.name }}": ["recipient.name"],
    "{{ recipient['name'] }}": ["recipient.name"],
    '{{ recipient["x y"] }}': ["recipient.x y"],
    "{{ recipient.a.b['c'] }}": ["recipient.a.b.c"],
    "{{ recipient.get('name') }}": ["recipient.name?"],
    "{{ recipient.get('name', 'you').upper() }}": ["recipient.name?"],
    "{{ recipient[vars.k] }}": ["recipient", "vars.k"],
    "{{ recipient.get(vars.k) }}": ["recipient", "vars.k"],
    "{{ recipient.name.upper() }}": ["recipient.name"],
    "{{ recipient.strip() }}": ["recipient.strip"],
    "{% for k, v in recipient.items() %}{{ k }}{{ v }}{% endfor %}": ["recipient"],
    "{{ recipient.name|default('you') }}": ["recipient.name?"],
    "{{ recipient.name|upper|default('you') }}": ["recipient.name"],
    "{{ recipient.a.b|d('you') }}": ["recipient.a.b?"],
    "{{ recipient.name is defined }}": ["recipient.name?"],
    "{% if recipient.x is defined %}{{ recipient.x }}{% else %}{{ recipient.x }}{% endif %}": [
        "recipient.x?",
        "recipient.x?",
        "recipient.x",
    ],
    "{% if recipient.x is not defined %}{{ recipient.x }}{% else %}{{ recipient.x }}{% endif %}": [
        "recipient.x?",
        "recipient.x",
        "recipient.x?",
    ],
    "{% if recipient.x is undefined %}a{% elif recipient.x == 'b' %}b{% endif %}": [
        "recipient.x?",
        "recipient.x?",
    ],
    "{{ recipient.x if recipient.x is defined else 'y' }}": ["recipient.x?", "recipient.x?"],
    "{% if recipient.x is defined and recipient.x > 1 %}a{% endif %}": [
        "recipient.x?",
        "recipient.x?",
    ],
    "{% if recipient.x is undefined or recipient.x > 1 %}a{% endif %}": [
        "recipient.x?",
        "recipient.x?",
    ],
    "{% if recipient.x is defined or vars.y %}{{ recipient.x }}{% endif %}": [
        "recipient.x?",
        "vars.y",
        "recipient.x",
    ],
    "{% if not (recipient.x is undefined) %}{{ recipient.x }}{% endif %}": [
        "recipient.x?",
        "recipient.x?",
    ],
    "{% if recipient.get('x') %}{{ recipient.x.y }}{% endif %}": ["recipient.x?", "recipient.x.y?"],
    "{% if recipient.x|default(false) %}{{ recipient.x }}{% endif %}": [
        "recipient.x?",
        "recipient.x?",
    ],
    "{% if recipient.x|default('')|lower == 'vip' %}{{ recipient.x }}{% endif %}": [
        "recipient.x?",
        "recipient.x?",
    ],
    "{% if 'x' in recipient %}{{ recipient.x }}{% endif %}": ["recipient", "recipient.x?"],
    "{% if 'x' not in recipient %}{% else %}{{ recipient.x }}{% endif %}": [
        "recipient",
        "recipient.x?",
    ],
    "{% for n in recipient.list if n.x is defined %}{{ n.x }}{% endfor %}": ["recipient.list"],
    "{% for n in vars.l %}{{ loop.index }}{{ n }}{{ m }}{% endfor %}{{ n }}": ["vars.l", "m", "n"],
    "{% for a, (b, c) in vars.l %}{{ a }}{{ b }}{{ c }}{% else %}{{ a }}{% endfor %}": [
        "vars.l",
        "a",
    ],
    "{% set x = recipient.a %}{{ x.b }}{{ x }}": ["recipient.a"],
    "{{ x }}{% set x = 1 %}": ["x"],
    "{% if env %}{% set x = 1 %}{% endif %}{{ x }}": ["env"],
    "{% set a, b = vars.l %}{{ a }}{{ b }}": ["vars.l"],
    "{% set x %}{{ recipient.a }}{% endset %}{{ x }}": ["recipient.a"],
    "{% set ns = namespace(n=0) %}{% set ns.n = ns.n + vars.k %}{{ ns.n }}": [
        "namespace",
        "vars.k",
    ],
    "{% with a = recipient.x, b = 1 %}{{ a }}{{ b }}{{ c }}{% endwith %}{{ a }}": [
        "recipient.x",
        "c",
        "a",
    ],
    "{% macro m(a, b=vars.x) %}{{ a }}{{ b }}{{ c }}{{ varargs }}{{ caller() }}{% endmacro %}"
    "{{ m(recipient.y) }}": ["vars.x", "c", "recipient.y"],
    "{% macro m() %}{{ later }}{% endmacro %}{% set later = 1 %}{{ m() }}": [],
    "{% call(x) m(recipient.a) %}{{ x }}{{ recipient.b }}{% endcall %}": [
        "m",
        "recipient.a",
        "recipient.b",
    ],
    "{% filter upper %}{{ recipient.a }}{% endfilter %}": ["recipient.a"],
    "{% block a %}{{ super() }}{{ self.a() }}{{ recipient.a }}{% endblock %}": ["recipient.a"],
    "{% import 'a.j2' as a %}{{ a.b(recipient.c) }}": ["recipient.c"],
    "{% from 'a.j2' import b, c as d %}{{ b }}{{ c }}{{ d }}": ["c"],
    "{% raw %}{{ recipient.a }}{% endraw %}{# {{ recipient.b }} #}": [],
    "{{ vars.m[recipient.lang] }}": ["vars.m", "recipient.lang"],
    "{{ recipient.a ~ vars.b + (1, vars.c)[0] }}": ["recipient.a", "vars.b", "vars.c"],
    "{{ {'a': recipient.a}.a }}": ["recipient.a"],
    "{{ recipient.a[1:vars.n] }}": ["recipient.a", "vars.n"],
    "{{ 'a' if true }}": [],
    "{{ broken": [],
    "{{ " + "(" * 5_000: [],
}


def reading(source: str, scalar: Callable[[str], ScalarNode]) -> Reading:
    """Return what the template reads."""
    return read_template(scalar(source), make_environment(Path()))


@pytest.mark.parametrize("source", READS)
def test_the_names_that_a_template_reads(scalar: Callable[[str], ScalarNode], source: str) -> None:
    """Each name is found once where it is read, in order; `?` marks what may be absent."""
    found = [
        ".".join(name.parts) + ("?" if name.optional else "")
        for name in reading(source, scalar).names
    ]
    assert found == READS[source]


PLACES = {
    "Hi {{ recipient.name }}, {{ recipient.name }}": ["recipient.name", "recipient.name"],
    "{{ recipient . name }}": ["recipient.name"],
    "a\r\nb {{ recipient.name }}\r\n{{ vars.x }}\r{{ vars.y }}": [
        "recipient.name",
        "vars.x",
        "vars.y",
    ],
    "name {{ 'name' ~ recipient.name }}": ["recipient.name"],
    "{#- name -#}  {{- recipient['name'] -}}  name": ["recipient.name"],
    "{{ x }}{# x\r\n x #}{{ x }}": ["x", "x"],
    "{{ 'é\U0001f600' }}{{ recipient.é }}": ["recipient.é"],
    "{{ recipient.get('a').b }}": ["recipient.a.b"],
    "{{ '%s\n' % x }}\n\n  {{ recipient.a }}": ["x", "recipient.a"],
}


@pytest.mark.parametrize("source", PLACES)
def test_every_part_has_its_place(scalar: Callable[[str], ScalarNode], source: str) -> None:
    """The carets stand exactly under each part of a name."""
    names = reading(source, scalar).names
    assert [".".join(name.parts) for name in names] == PLACES[source]
    for name in names:
        assert [_text(source, span) for span in name.spans] == list(name.parts)


def _text(source: str, span: Span) -> str:
    """Return what stands at a place of a leaf that is counted in lines that end in a line feed."""
    lines = source.split("\n")
    assert span.line == span.end_line
    return lines[span.line - 1][span.column - 1 : span.end_column - 1]


FUNCTIONS = {
    "{{ 'a'|upper|nope(1) }}": ["filter upper", "filter nope"],
    "{{ 1 is odd and 2 is not  even }}": ["test odd", "test even"],
    "{% filter nope %}{% endfilter %}": ["filter nope"],
    "{% set x | nope %}{% endset %}": ["filter nope"],
    "{{ [1]|map('nope')|select('odd')|selectattr('a', 'none')|list }}": [
        "filter list",
        "filter selectattr",
        "test none",
        "filter select",
        "test odd",
        "filter map",
        "filter nope",
    ],
    "{{ [1]|map(attribute='nope') }}": ["filter map"],
}


@pytest.mark.parametrize("source", FUNCTIONS)
def test_the_filters_and_tests_that_a_template_names(
    scalar: Callable[[str], ScalarNode], source: str
) -> None:
    """Filters and tests are found with their places, also those that `map` is told by name."""
    found = reading(source, scalar).functions
    assert sorted(f"{each.kind} {each.name}" for each in found) == sorted(FUNCTIONS[source])
    assert [_text(source, each.span) for each in found] == [each.name for each in found]


FETCHES = {
    "{% include 'a.j2' %}": Fetch(("a.j2",), frozenset({"self"}), context=True),
    "{% set x = 1 %}{% include 'a.j2' %}": Fetch(("a.j2",), frozenset({"self", "x"}), context=True),
    "{% include 'a.j2' without context %}": Fetch(("a.j2",), frozenset(), context=False),
    "{% include ['a.j2', 'b.j2'] ignore missing %}": Fetch(
        ("a.j2", "b.j2"), frozenset({"self"}), context=True
    ),
    "{% include 'a-' ~ recipient.lang ~ '.j2' %}": Fetch(
        ("a-*.j2",), frozenset({"self"}), context=True
    ),
    "{% include 'a.j2' if env else 'b.j2' %}": Fetch(
        ("a.j2", "b.j2"), frozenset({"self"}), context=True
    ),
    "{% include vars.file %}": Fetch(("*",), frozenset({"self"}), context=True),
    "{% import 'a.j2' as a %}": Fetch(("a.j2",), frozenset(), context=False),
    "{% from 'a.j2' import b with context %}": Fetch(("a.j2",), frozenset({"self"}), context=True),
    "{% extends 'a.j2' %}": Fetch(("a.j2",), frozenset({"self"}), context=True),
}


@pytest.mark.parametrize("source", FETCHES)
def test_the_files_that_a_template_fetches(
    scalar: Callable[[str], ScalarNode], source: str
) -> None:
    """A file's name may be computed in part; what it sees is what Jinja gives it."""
    assert reading(source, scalar).fetches == (FETCHES[source],)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ recipient.phone }}", {("recipient", "phone")}),
        ("x-{{ recipient.phone|trim }}", {("recipient", "phone")}),
        ("{{ 'x' ~ recipient.phone }}", {("recipient", "phone")}),
        ("{{ recipient.phone[-4:] }}", set()),
        ("{{ recipient.phone|length }}", set()),
        ("{{ 1 if recipient.phone else 2 }}", set()),
        ("{{", set()),
    ],
)
def test_the_names_that_a_template_shows(
    scalar: Callable[[str], ScalarNode], source: str, expected: set[tuple[str, ...]]
) -> None:
    """Only values that are shown as they are count."""
    assert printed_names(scalar(source), make_environment(Path())) == expected


@pytest.mark.parametrize(
    "source",
    [
        "{% if env == 'test' %}{{ vars.a }}{% endif %}",
        "{% if env in ['a', 'b'] %}a{% else %}{{ vars.a }}{% endif %}",
        "{{ vars.a if env == 'test' else 'b' }}",
        "{{ env == 'test' and vars.a }}",
    ],
)
def test_asking_for_the_environment_is_noted(
    scalar: Callable[[str], ScalarNode], source: str
) -> None:
    """What is read only in some environments is known to be."""
    names = reading(source, scalar).names
    assert [name.env_tested for name in names if name.parts[0] == "vars"] == [True]


WORDS = "{{ }} {% %} . x is defined if endif for in ( ) [ ] 'a' | é"
PIECES = st.sampled_from([*WORDS.split(), "\n", "\r\n"])


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(PIECES, max_size=20))
def test_any_text_can_be_read(scalar: Callable[[str], ScalarNode], pieces: list[str]) -> None:
    """Any text has a reading, and each place in it lies inside the text."""
    source = " ".join(pieces)
    whole = scalar(source).span
    for name in reading(source, scalar).names:
        for span in name.spans:
            assert (1, 1) <= (span.line, span.column) < (span.end_line, span.end_column)
            assert (span.end_line, span.end_column) <= (whole.end_line, whole.end_column)
