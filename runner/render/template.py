"""A leaf of the playbook: constant text, one expression that keeps its type, or a template."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from jinja2.sandbox import SandboxedEnvironment

from runner.model.document import Plain, ScalarNode
from runner.model.problem import Problem
from runner.render import fault
from runner.render.environment import TemplateSyntaxError, Undefined
from runner.render.names import is_single_expression

Context = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar of the playbook, compiled once.

    `render` returns the value for a recipient. It raises whatever the template raises; `explain`
    turns that into a finding.
    """

    node: ScalarNode
    render: Callable[[Context], Any]
    constant: bool
    environment: SandboxedEnvironment

    def explain(self, error: Exception) -> Problem:
        """Return the finding for an exception that `render` raised."""
        return fault.explain(self.node, error, self.environment)


def compile_leaf(
    node: ScalarNode, environment: SandboxedEnvironment, *, text: bool = False
) -> Leaf | Problem:
    """Return the leaf, ready to render, or the template's syntax error.

    With `text`, the value is always text: `{{ 9 }}` is "9".
    """
    value = node.value
    if not isinstance(value, str) or not has_template(value):
        constant = str(value) if text and value is not None else value
        return Leaf(node, lambda _: constant, constant=True, environment=environment)
    try:
        render = _compile(value, environment, text=text)
    except TemplateSyntaxError as error:
        return fault.explain(node, error, environment)
    return Leaf(node, render, constant=False, environment=environment)


def has_template(text: str) -> bool:
    """Tell whether Jinja would see anything in the text."""
    return "{{" in text or "{%" in text or "{#" in text


def _compile(
    source: str, environment: SandboxedEnvironment, *, text: bool
) -> Callable[[Context], Any]:
    template = environment.from_string(source)
    if text or not is_single_expression(source, environment):
        return template.render
    expression = environment.compile_expression(bare_expression(source), undefined_to_none=False)
    return lambda context: _plain(expression(**context))


def bare_expression(source: str) -> str:
    """Return what stands between the braces and their marks for trimming (`{{-`, `{{+`, `-}}`)."""
    inner = source.removeprefix("{{").removesuffix("}}")
    return (inner[1:] if inner[:1] in ("-", "+") else inner).removesuffix("-")


def _plain(value: Any) -> Plain:
    """Return what a template made as data that JSON can hold.

    An undefined value says so, as it would inside a text, and what a text would show as text (an
    instant, say) is that text.

    Raises:
        TypeError: the value cannot be data: a function, say, or a number without end.
    """
    match value:
        case Undefined():
            return str(value)
        case None | bool() | int():
            return value
        case float() if math.isfinite(value):
            return value
        case str() | date() | time():
            return str(value)
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Iterator):
        raise TypeError("it gives a list that is not written out; end it with | list")
    kind = "a number without end" if isinstance(value, float) else f"a {type(value).__name__}"
    raise TypeError(f"it gives {kind} instead of text, a number, a list or a mapping")
