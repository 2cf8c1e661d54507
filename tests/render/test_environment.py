"""The sandbox: ordinary templates work, and none changes its data."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runner.model.problem import Problem

ORDINARY: dict[str, Any] = {
    "Hi {{ recipient.name }}, see you.": "Hi Ann, see you.",
    "{% for x in vars.few %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}": "a, b",
    "{% for x in vars.few %}{{ loop.index }}/{{ loop.length }} {% endfor %}": "1/2 2/2 ",
    "{{ vars.few|join(' and ') }}": "a and b",
    "{{ vars.few|map('upper')|list }}": ["A", "B"],
    "{% for x in vars.few|map('upper') %}{{ x }}{% endfor %}": "AB",
    "{% for n in [1, 2, 3] if n is odd %}{{ n }}{% endfor %}": "13",
    "{% for n in [1, [2]] recursive %}{{ loop(n) if n is iterable else n }}{% endfor %}": "12",
    "{% macro bold(x) %}*{{ x }}*{% endmacro %}{{ bold(recipient.name) }}": "*Ann*",
    "{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}x{% endcall %}": "<x>",
    "{% set s %}a{{ 1 }}{% endset %}{{ s|upper }}": "A1",
    "{% filter upper %}a{{ 'b' }}{% endfilter %}": "AB",
    "{% block a %}x{% endblock %}": "x",
    "{{ 2 ** 10 + 7 % 4 * 2 }}": 1030,
    "{{ 'a' ~ 1 }}": "a1",
    "{{ '%05.2f' % 3.14159 }} {{ '%s-%s' % ('a', 'b') }}": "03.14 a-b",
    "{{ '%s and %s'|format('a', 'b') }}": "a and b",
    "{{ '{:>5}|{name}'.format(1, name='n') }}": "    1|n",
    "{{ '1234'.zfill(8) }}": "00001234",
    "{{ recipient.name.replace('A', 'E') }}": "Enn",
    "{{ 'en' in ['en', 'de'] and 'x' not in vars.few }}": True,
    "{{ recipient.lang in vars.few }}": False,
    "{{ 1 < 2 < 3 }}": True,
    "{{ {'en': 'Hello'}[recipient.lang] }}": "Hello",
    "{{ vars.few[::-1] }}": ["b", "a"],
    "{{ now.strftime('%d %B %Y') }}": "17 May 2024",
    "{{ range(3)|sum }}": 3,
    "{{ vars.text|length }}": 500_000,
    "{{ vars.big|length }}": 40_000,
    "{{ vars.big|first }}": "x" * 20,
    "{{ recipient.items }}": "two",
}


@pytest.mark.parametrize("source", ORDINARY)
def test_an_ordinary_template_is_unchanged(render: Callable[..., Any], source: str) -> None:
    """What messages need gives what Jinja gives; a field's name comes before Python's methods."""
    assert render(source) == ORDINARY[source]


def test_a_pipe_is_no_template(render: Callable[..., Any], tmp_path: Path) -> None:
    """A template that is not a regular file is not waited for."""
    os.mkfifo(tmp_path / "pipe.j2")
    assert render("{% include 'pipe.j2' %}", tmp_path).code == "FP203"


@pytest.mark.parametrize(
    "source", ["{{ vars.few.append('c') }}", "{{ vars.update(a=1) }}", "{{ vars.few.pop() }}"]
)
def test_a_template_cannot_change_its_data(render: Callable[..., Any], source: str) -> None:
    """What one recipient's template does cannot show in the next recipient's text."""
    problem = render(source)
    assert problem.code == "FP206"
    assert "every message must find the same" in problem.message
    assert render("{{ vars.few }}") == ["a", "b"]


@pytest.mark.parametrize("source", ["{{ lipsum() }}", "{{ [1, 2]|random }}"])
def test_nothing_is_random(render: Callable[..., Any], source: str) -> None:
    """A message is the same each time that it is rendered, so nothing random is offered."""
    assert isinstance(render(source), Problem)


def test_an_unknown_filter_is_found_on_the_line_that_failed(render: Callable[..., Any]) -> None:
    """Of two places with the same fault, the finding stands at that which was rendered."""
    problem = render("{{ [1]|map('uper')|list if false }}\n{{ [1]|map('uper')|list }}")
    assert (problem.code, problem.span.line, problem.span.column) == ("FP209", 2, 13)
