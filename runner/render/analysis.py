"""What a template reads, fetches and calls, by Jinja's own tree: nothing is rendered."""

import glob
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jinja2 import Environment, nodes
from jinja2.exceptions import TemplateSyntaxError

from runner.model.document import ScalarNode
from runner.render.bounds import check_source, check_tree
from runner.render.expressions import ExpressionReader, Function, Name, Scope
from runner.render.guards import Parts, path_of
from runner.render.names import parse_offsets

_STARS = re.compile(r"\*+")
_FAITHFUL = frozenset({"d", "default", "e", "lower", "replace", "safe", "string", "trim", "upper"})
_MACRO_NAMES = frozenset({"varargs", "kwargs", "caller"})


@dataclass(frozen=True, slots=True)
class Fetch:
    """Another template that is included, imported or extended.

    `patterns` are the file names that it may have, with `*` for what is computed and the rest as
    `glob.escape` writes it. `bound` are the names that it gets besides the template's context;
    without `context` it gets neither these nor the context.
    """

    patterns: tuple[str, ...]
    bound: frozenset[str]
    context: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that a template reads, in the order of its text."""

    names: tuple[Name, ...] = ()
    functions: tuple[Function, ...] = ()
    fetches: tuple[Fetch, ...] = ()


def read_template(node: ScalarNode, environment: Environment, bound: Iterable[str] = ()) -> Reading:
    """Return what the template in this leaf reads; nothing if it cannot be read at all.

    `bound` are the names that whoever includes it has set.
    """
    source = str(node.value)
    try:
        check_source(source, None, None)
        tree = parse_offsets(source, environment)
        check_tree(tree, None, None)
    except (TemplateSyntaxError, RecursionError, ValueError, OverflowError):
        return Reading()  # compiling it has said why
    reader = _Reader(node, _stored(tree))
    reader.statements(tree.body, Scope({*bound, "self"}))
    return Reading(tuple(reader.names), tuple(reader.functions), tuple(reader.fetches))


def printed_names(node: ScalarNode, environment: Environment) -> frozenset[Parts]:
    """Return the names whose values the template shows as they are, or all but so."""
    try:
        tree = parse_offsets(str(node.value), environment)
    except (TemplateSyntaxError, RecursionError, ValueError, OverflowError):
        return frozenset()
    shown = (item for output in tree.find_all(nodes.Output) for item in output.nodes)
    return frozenset(parts for item in shown for parts in _printed(item))


def _printed(node: nodes.Node) -> Iterator[Parts]:
    path = path_of(node)
    if path is not None:
        yield path
    elif isinstance(node, nodes.Filter) and node.name in _FAITHFUL and node.node is not None:
        yield from _printed(node.node)
    elif isinstance(node, (nodes.Concat, nodes.Add)):
        for below in node.iter_child_nodes():
            yield from _printed(below)


class _Reader(ExpressionReader):
    """Walks a template's statements in the order in which they are rendered."""

    def __init__(self, node: ScalarNode, stored: frozenset[str]) -> None:
        super().__init__(node)
        self.fetches: list[Fetch] = []
        self._stored = stored

    def statements(self, body: Iterable[nodes.Node], scope: Scope) -> None:
        """Read statements one after another; what they set is bound in `scope`."""
        for statement in body:
            self._statement(statement, scope)

    def _statement(self, node: nodes.Node, scope: Scope) -> None:
        match node:
            case nodes.For():
                self._loop(node, scope)
            case nodes.If():
                self._condition(node, scope)
            case nodes.Macro() | nodes.CallBlock() | nodes.Block():
                self._definition(node, scope)
            case nodes.With() | nodes.FilterBlock() | nodes.AssignBlock() | nodes.Assign():
                self._assignment(node, scope)
            case nodes.Include() | nodes.Import() | nodes.FromImport() | nodes.Extends():
                self._fetch(node, scope)
            case nodes.Expr():
                self.read(node, scope)
            case _:
                self.statements(node.iter_child_nodes(), scope)

    def _loop(self, node: nodes.For, scope: Scope) -> None:
        self.read(node.iter, scope)
        inner = scope.inner(*_targets(node.target))
        if node.test is not None:
            self.read(node.test, inner)
            inner = inner.knowing(node.test, truth=True)
        self.statements(node.body, inner.inner("loop"))
        self.statements(node.else_, scope.inner())

    def _condition(self, node: nodes.If, scope: Scope) -> None:
        for branch in (node, *node.elif_):
            self.read(branch.test, scope)
            self.statements(branch.body, scope.knowing(branch.test, truth=True))
            scope = scope.knowing(branch.test, truth=False)
        self.statements(node.else_, scope)

    def _definition(self, node: nodes.Macro | nodes.CallBlock | nodes.Block, scope: Scope) -> None:
        """Read what is rendered elsewhere: by then, everything that the template sets is set."""
        inner = scope.inner(*self._stored)
        if isinstance(node, nodes.Block):
            inner = inner.inner("super")
        else:
            self.statements(node.defaults, scope)
            inner = inner.inner(*(argument.name for argument in node.args), *_MACRO_NAMES)
        if isinstance(node, nodes.CallBlock):
            self.read(node.call, scope)
        if isinstance(node, nodes.Macro):
            scope.bound.add(node.name)
        self.statements(node.body, inner)

    def _assignment(
        self,
        node: nodes.With | nodes.FilterBlock | nodes.AssignBlock | nodes.Assign,
        scope: Scope,
    ) -> None:
        match node:
            case nodes.With():
                self.statements(node.values, scope)
                names = (name for target in node.targets for name in _targets(target))
                self.statements(node.body, scope.inner(*names))
            case nodes.FilterBlock():
                self.read(node.filter, scope)
                self.statements(node.body, scope.inner())
            case nodes.AssignBlock():
                if node.filter is not None:
                    self.read(node.filter, scope)
                self.statements(node.body, scope.inner())
                scope.bound.update(_targets(node.target))
            case nodes.Assign():
                self.read(node.node, scope)
                scope.bound.update(_targets(node.target))

    def _fetch(
        self, node: nodes.Include | nodes.Import | nodes.FromImport | nodes.Extends, scope: Scope
    ) -> None:
        self.read(node.template, scope)
        context = isinstance(node, nodes.Extends) or bool(node.with_context)
        bound = frozenset(scope.bound) if context else frozenset()
        self.fetches.append(Fetch(tuple(_patterns(node.template)), bound, context))
        if isinstance(node, nodes.Import):
            scope.bound.add(node.target)
        if isinstance(node, nodes.FromImport):
            names = (name if isinstance(name, str) else name[1] for name in node.names)
            scope.bound.update(names)


def _targets(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Name):
        yield node.name
    for name in node.find_all(nodes.Name):
        yield name.name


def _stored(tree: nodes.Template) -> frozenset[str]:
    """Return every name that the template sets anywhere outside of loops."""
    names = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    names |= {macro.name for macro in tree.find_all(nodes.Macro)}
    names |= {fetched.target for fetched in tree.find_all(nodes.Import)}
    for fetched in tree.find_all(nodes.FromImport):
        names |= {name if isinstance(name, str) else name[1] for name in fetched.names}
    return frozenset(names)


def _patterns(node: nodes.Node) -> Iterator[str]:
    """Yield the names that a template expression may have, `*` for what cannot be known."""
    match node:
        case nodes.Const():
            yield glob.escape(str(node.value))
        case nodes.Concat() | nodes.Add():
            below = node.nodes if isinstance(node, nodes.Concat) else [node.left, node.right]
            parts = [tuple(_patterns(part)) for part in below]
            joined = "".join(part[0] if len(part) == 1 else "*" for part in parts)
            yield _STARS.sub("*", joined)
        case nodes.CondExpr(expr1=first, expr2=second):
            yield from _patterns(first)
            if second is not None:
                yield from _patterns(second)
        case nodes.List() | nodes.Tuple():
            for item in node.items:
                yield from _patterns(item)
        case _:
            yield "*"
