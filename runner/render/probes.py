"""Templates that note which way they take, and render what they would render without that.

Only `flexplay test` uses this environment. A probe is a hidden filter around a condition or a
value, put into the tree after that has been bounded: what a template may cost does not change.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import nodes
from jinja2.environment import TemplateExpression
from jinja2.runtime import Context, Undefined
from jinja2.utils import pass_context

from runner.render.branches import Point, find_points, takes_false
from runner.render.environment import BoundedEnvironment

_DECIDE, _PREFER, _SEEK = "(decide)", "(prefer)", "(seek)"


class Recorder:
    """Notes which ways the templates of one playbook have taken, by the templates' texts."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._taken: set[tuple[str, int, bool]] = set()

    def took(self, text: str, point: int, *, outcome: bool) -> bool:
        """Tell whether a template with this text has gone this way."""
        return (text, point, outcome) in self._taken

    def add(self, text: str) -> int:
        """Return the number under which `note` knows the text."""
        self._texts.append(text)
        return len(self._texts) - 1

    def note(self, text: int, point: int, *, outcome: bool) -> None:
        """Note a way that was taken."""
        self._taken.add((self._texts[text], point, outcome))


class ProbedEnvironment(BoundedEnvironment):
    """The environment of playbooks, with a probe at every branch point."""

    def __init__(self, folder: Path, recorder: Recorder) -> None:
        super().__init__(folder)
        self._recorder = recorder
        self._source = ""
        self.filters |= _make_probes(recorder)

    def compile_expression(
        self,
        source: str,
        undefined_to_none: bool = True,  # noqa: FBT001, FBT002 - Jinja's signature
    ) -> TemplateExpression:
        """Return a function from a context to the expression's value."""
        self._source = source
        return super().compile_expression(source, undefined_to_none)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        self._source = source
        return super()._parse(source, name, filename)

    def _bound(self, tree: nodes.Template, *, leaf: bool) -> None:
        points = list(find_points(tree))
        super()._bound(tree, leaf=leaf)
        text = self._recorder.add(self._source)
        for number, node in enumerate(points):
            _insert(node, text, number)
        tree.set_environment(self)


def _make_probes(recorder: Recorder) -> dict[str, Callable[..., Any]]:
    """Return the hidden filters. They get the context, so Jinja does not work them out before."""

    @pass_context
    def decide(_: Context, value: Any, text: int, point: int) -> bool:
        outcome = bool(value)
        recorder.note(text, point, outcome=outcome)
        return outcome

    @pass_context
    def prefer(_: Context, value: Any, text: int, point: int) -> Any:
        recorder.note(text, point, outcome=bool(value))
        return value

    @pass_context
    def seek(_: Context, value: Any, text: int, point: int, false: bool) -> Any:  # noqa: FBT001
        absent = isinstance(value, Undefined) or (false and not value)
        recorder.note(text, point, outcome=not absent)
        return value

    return {_DECIDE: decide, _PREFER: prefer, _SEEK: seek}


def _insert(node: Point, text: int, point: int) -> None:
    match node:
        case nodes.If() | nodes.CondExpr():
            node.test = _probe(_DECIDE, node.test, text, point)
        case nodes.For():
            node.body.insert(0, _say(node, text, point, outcome=True))
            node.else_.insert(0, _say(node, text, point, outcome=False))
        case nodes.Or():
            node.left = _probe(_PREFER, node.left, text, point)
        case nodes.Filter(node=nodes.Expr() as value):
            node.node = _probe(_SEEK, value, text, point, bool(takes_false(node)))


def _say(node: nodes.For, text: int, point: int, *, outcome: bool) -> nodes.ExprStmt:
    value = nodes.Const(outcome, lineno=node.lineno)
    return nodes.ExprStmt(_probe(_DECIDE, value, text, point), lineno=node.lineno)


def _probe(name: str, value: nodes.Node, *arguments: int) -> nodes.Filter:
    given = [nodes.Const(each, lineno=value.lineno) for each in arguments]
    return nodes.Filter(value, name, given, [], None, None, lineno=value.lineno)
