"""What the expressions of a template read and call, and where each name stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from jinja2 import nodes

from runner.model.document import ScalarNode
from runner.model.place import Span
from runner.render.guards import Parts, implied, is_guarding, path_of

_TEST_NAME = re.compile(r"is\s+(?:not\s+)?")
_BLANKS = re.compile(r"\s*")
_WHOLE_METHODS = frozenset({"items", "keys", "values", "copy", "get"})
_ITEM_FILTERS = frozenset({"map"})
_ITEM_TESTS = {"select": 0, "reject": 0, "selectattr": 1, "rejectattr": 1}


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a template reads, such as `recipient.address.city`, and where its parts stand.

    `optional` are the indices of the parts that may be absent there: in `x.a is defined`, in
    `x.a | default("")`, or below `{% if x.a is defined %}`. `env_tested` says that the environment
    was asked before.
    """

    parts: Parts
    spans: tuple[Span, ...]
    optional: frozenset[int] = frozenset()
    env_tested: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A filter or a test that a template names."""

    kind: Literal["filter", "test"]
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that the template itself has given, and what is known where it stands."""

    bound: set[str]
    defined: frozenset[Parts] = frozenset()
    env_tested: bool = False

    def inner(self, *names: str) -> "Scope":
        """Return the scope of a block of its own, with these names bound in it."""
        return replace(self, bound={*self.bound, *names})

    def knowing(self, test: nodes.Node, *, truth: bool) -> "Scope":
        """Return the scope in which this test has come out as `truth`."""
        asked = any(name.name == "env" for name in test.find_all(nodes.Name)) or (
            isinstance(test, nodes.Name) and test.name == "env"
        )
        return replace(
            self,
            defined=self.defined | implied(test, truth=truth),
            env_tested=self.env_tested or asked,
        )


class ExpressionReader:
    """Walks expressions in the order in which they are worked out."""

    def __init__(self, node: ScalarNode) -> None:
        self.names: list[Name] = []
        self.functions: list[Function] = []
        self._node = node
        self._source = str(node.value)

    def read(self, node: nodes.Node, scope: Scope) -> None:
        """Note what the expression reads and calls."""
        path = path_of(node)
        if path is not None:
            self._name(node, path, scope)
            return
        match node:
            case nodes.And() | nodes.Or():
                self.read(node.left, scope)
                known = scope.knowing(node.left, truth=isinstance(node, nodes.And))
                self.read(node.right, known)
            case nodes.CondExpr():
                self.read(node.test, scope)
                self.read(node.expr1, scope.knowing(node.test, truth=True))
                if node.expr2 is not None:
                    self.read(node.expr2, scope.knowing(node.test, truth=False))
            case nodes.Filter() | nodes.Test():
                self._function(node, scope)
            case nodes.Call():
                self._call(node, scope)
            case _:
                self._children(node, scope)

    def _children(self, node: nodes.Node, scope: Scope) -> None:
        for child in node.iter_child_nodes():
            self.read(child, scope)

    def _function(self, node: nodes.Filter | nodes.Test, scope: Scope) -> None:
        value = node.node
        path = path_of(value) if value is not None else None
        if path is not None and value is not None and is_guarding(node):
            self._name(value, path, scope, optional=True)
        elif value is not None:
            self.read(value, scope)
        start = node.lineno
        if isinstance(node, nodes.Test) and (found := _TEST_NAME.match(self._source, start)):
            start = found.end()
        kind: Literal["filter", "test"] = "filter" if isinstance(node, nodes.Filter) else "test"
        self.functions.append(Function(kind, node.name, self._span(start, node.name)))
        self._named_functions(node)
        for below in (*node.args, *node.kwargs, node.dyn_args, node.dyn_kwargs):
            if below is not None:
                self.read(below, scope)

    def _named_functions(self, node: nodes.Filter | nodes.Test) -> None:
        """Note the filter or test that `map` and `select` are told by name."""
        index = _ITEM_TESTS.get(node.name, 0)
        if isinstance(node, nodes.Test) or len(node.args) <= index:
            return
        given = node.args[index]
        if not isinstance(given, nodes.Const) or not isinstance(given.value, str):
            return
        span = self._span(given.lineno + 1, given.value)
        if node.name in _ITEM_FILTERS:
            self.functions.append(Function("filter", given.value, span))
        elif node.name in _ITEM_TESTS:
            self.functions.append(Function("test", given.value, span))

    def _call(self, node: nodes.Call, scope: Scope) -> None:
        called = node.node
        path = path_of(called)
        if path is not None and len(path) > 1 and isinstance(called, nodes.Getattr):
            self._method(called, path, scope)
        else:
            self.read(called, scope)
        for below in (*node.args, *node.kwargs, node.dyn_args, node.dyn_kwargs):
            if below is not None:
                self.read(below, scope)

    def _method(self, called: nodes.Getattr, path: Parts, scope: Scope) -> None:
        """Note the owner of a method: of a mapping's methods, and of those below a field."""
        if called.attr in _WHOLE_METHODS or len(path) > 2:
            self._name(called.node, path[:-1], scope)
        else:
            self._name(called, path, scope)

    def _name(
        self,
        node: nodes.Node,
        path: Parts,
        scope: Scope,
        *,
        optional: bool = False,
    ) -> None:
        if path[0] in scope.bound:
            return
        places = list(self._places(node))
        absent = {index for index, (_, may) in enumerate(places) if may}
        absent |= {index for index in range(len(path)) if path[: index + 1] in scope.defined}
        if optional:
            absent.add(len(path) - 1)
        self.names.append(
            Name(
                path,
                tuple(span for span, _ in places),
                frozenset(absent),
                scope.env_tested,
            )
        )

    def _places(self, node: nodes.Node) -> Iterator[tuple[Span, bool]]:
        """Yield the place of each part of a path, and whether it may be absent by itself."""
        match node:
            case nodes.Name():
                yield self._span(node.lineno, node.name), False
            case nodes.Getattr():
                yield from self._places(node.node)
                blanks = _BLANKS.match(self._source, node.lineno + 1)
                start = blanks.end() if blanks else node.lineno + 1
                yield self._span(start, node.attr), False
            case nodes.Getitem(arg=nodes.Const() as key):
                yield from self._places(node.node)
                yield self._span(key.lineno + 1, str(key.value)), False
            case nodes.Call(node=nodes.Getattr() as called):  # x.get("a")
                yield from self._places(called.node)
                asked = node.args[0]
                yield self._span(asked.lineno + 1, str(getattr(asked, "value", ""))), True

    def _span(self, start: int, text: str) -> Span:
        return self._node.part(start, start + max(len(text), 1))
