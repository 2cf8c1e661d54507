"""What can grow a value is refused before the value is made."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.model.problem import Problem
from runner.render.environment import make_environment

HOSTILE = {
    "a text times a number": "{{ 'x' * 10**9 }}",
    "a number times a text": "{{ 10**9 * 'x' }}",
    "a list times a number": "{{ [1] * 10**9 }}",
    "a power": "{{ 10 ** (10 ** 8) }}",
    "powers": "{{ 10 ** 10 ** 8 ** 99 }}",
    "a power of fractions": "{{ 1e300 ** 9 }}",
    "products of large numbers": "{% set x = 10**2000 %}{{ x * x * x }}",
    "many digits": "{{ " + "9" * 5_000 + " }}",
    "many hexadecimal digits": "{{ 0x" + "f" * 50_000 + " }}",
    "center": "{{ 'a'|center(10**9) }}",
    "center by name": "{{ 'a'|center(width=10**9) }}",
    "center while compiling": "{% if 'a'|center(10**9) == 'b' %}{% endif %}",
    "center in a filter block": "{% filter center(10**9) %}a{% endfilter %}",
    "indent": "{{ 'a\\nb'|indent(10**9) }}",
    "indent of many lines": "{{ ('a\\n' * 9999)|indent(9999) }}",
    "indent with a text": "{{ ('a\\n' * 9999)|indent('x' * 9999) }}",
    "format": '{{ "%999999999d"|format(1) }}',
    "format with a given width": "{{ '%*d'|format(999999999, 1) }}",
    "format with a precision": "{{ '%.999999999f' % 1 }}",
    "format of a field": "{{ '%(a)999999999s' % {'a': 1} }}",
    "format of many": "{{ ('%s' * 9999) % (('x' * 9999,) * 9999) }}",
    "str.format": "{{ '{:>999999999}'.format(1) }}",
    "str.format with a given width": "{{ '{:{}}'.format(1, 999999999) }}",
    "str.format of many": "{{ ('{:>999}' * 9999).format(*range(9999)) }}",
    "str.format of a safe text": "{{ ('{:>999999999}'|safe).format(1) }}",
    "str.format_map": "{{ '{a:>999999999}'.format_map({'a': 1}) }}",
    "ljust": "{{ 'a'.ljust(10**9) }}",
    "zfill": "{{ 'a'.zfill(10**9) }}",
    "a method under another name": "{% set f = 'x'.center %}{{ f(10**9) }}",
    "a method by attr": "{{ ('a'|attr('rjust'))(10**9) }}",
    "a method of bytes": "{{ 'a'.encode().center(10**9) }}",
    "to_bytes": "{{ (1).to_bytes(10**9, 'big') }}",
    "replace": "{{ ('a' * 9999).replace('a', 'b' * 9999) }}",
    "replace of nothing": "{{ ('a' * 9999).replace('', 'b' * 9999) }}",
    "the filter replace": "{{ ('a' * 9999)|replace('a', 'b' * 9999) }}",
    "join": "{{ ('x' * 9999).join(range(9999)|map('string')) }}",
    "the filter join": "{{ range(9999)|join('x' * 9999) }}",
    "expandtabs": "{{ '\\t'.expandtabs(10**9) }}",
    "translate": "{{ ('a' * 9999).translate({97: 'b' * 9999}) }}",
    "batch": "{{ 'abc'|batch(10**9, 'x')|list }}",
    "slice": "{{ 'abc'|slice(10**9)|list }}",
    "round": "{{ 1.5|round(10**9, 'ceil') }}",
    "tojson": "{{ vars.big|tojson(indent=99999999) }}",
    "urlize": "{{ ('http://a.b ' * 5000)|urlize(target='x' * 9999) }}",
    "wordwrap": "{{ ('a ' * 9999)|wordwrap(1, wrapstring='x' * 9999) }}",
    "map that grows": "{{ range(9999)|map('center', 90000)|list|length }}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_grow_too_large_is_refused(render: Callable[..., Any], name: str) -> None:
    """Operators, filters and methods that would make too much get FP206, and never make it."""
    tracemalloc.start()
    try:
        problem = render(HOSTILE[name])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 60_000_000
    assert isinstance(problem, Problem)
    assert problem.code == "FP206"
    assert problem.message.startswith("the template asks for too much")


VALUES = st.sampled_from(
    [
        "1",
        "99999999",
        "10**9",
        "'x'",
        "'x' * 9999",
        "range(9999)",
        "vars.big",
        "none",
        "[1, 2]",
        "{}",
    ]
)


def _filters() -> list[str]:
    return sorted(name for name in make_environment(Path()).filters if "(" not in name)


@settings(max_examples=300, deadline=None)
@given(value=VALUES, name=st.sampled_from(_filters()), arguments=st.lists(VALUES, max_size=3))
def test_any_filter_with_any_arguments_is_bounded(
    check_fate: Callable[[str], None], value: str, name: str, arguments: list[str]
) -> None:
    """Every filter, with small or huge arguments, ends in a value or a finding."""
    check_fate("{{ (" + value + ")|" + name + "(" + ", ".join(arguments) + ") }}")


METHODS = sorted(name for name in dir(str) if not name.startswith("_"))


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(METHODS), arguments=st.lists(VALUES, max_size=3))
def test_any_method_with_any_arguments_is_bounded(
    check_fate: Callable[[str], None], name: str, arguments: list[str]
) -> None:
    """Every method of a text, with small or huge arguments, ends in a value or a finding."""
    check_fate("{{ ('ab ' * 999)." + name + "(" + ", ".join(arguments) + ") }}")
