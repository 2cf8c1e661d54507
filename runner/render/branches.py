"""The ways that a template can take: its conditions, loops, fallbacks and defaults.

A branch point is a node of Jinja's tree at which rendering goes one of two ways. Both the tree that
is compiled and the one that knows offsets have the same points in the same order, so a point is
known by its number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from jinja2 import Environment, nodes
from jinja2.exceptions import TemplateSyntaxError

from runner.render.bounds import check_source, check_tree
from runner.render.names import Token, parse_offsets, read_tokens

Point: TypeAlias = nodes.If | nodes.CondExpr | nodes.For | nodes.Or | nodes.Filter
_DEFAULTS = frozenset({"default", "d"})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


@dataclass(frozen=True, slots=True)
class TemplateBranch:
    """A way from a branch point, which stands at the offsets `start` up to `end` of the template.

    `outcome` is that of the point: whether a condition is true, a loop has anything, a value is
    there. `missed` says what it means that the way was never taken.
    """

    point: int
    outcome: bool
    start: int
    end: int
    missed: str


def find_points(tree: nodes.Node) -> Iterator[Point]:
    """Yield the branch points of a template in the order of its text.

    What a condition is made of is not looked into: the condition counts as a whole.
    """
    inside: Sequence[nodes.Node | None]
    match tree:
        case nodes.If():
            yield tree
            inside = [*tree.body, *tree.elif_, *tree.else_]
        case nodes.CondExpr():
            yield tree
            inside = [tree.expr1, tree.expr2]
        case nodes.For():
            yield tree
            inside = [tree.iter, *tree.body, *tree.else_]
        case nodes.Or():
            yield tree
            inside = [tree.left, tree.right]
        case nodes.Filter() if tree.name in _DEFAULTS and takes_false(tree) is not None:
            yield tree
            inside = list(tree.iter_child_nodes())
        case _:
            inside = list(tree.iter_child_nodes())
    for node in inside:
        if node is not None:
            yield from find_points(node)


def takes_false(node: nodes.Filter) -> bool | None:
    """Tell whether a `default` replaces what is false, too; None if only rendering could tell."""
    given = [*node.args[1:2], *(pair.value for pair in node.kwargs if pair.key == "boolean")]
    if node.dyn_args is not None or node.dyn_kwargs is not None or node.node is None:
        return None
    if not given:
        return False
    return bool(given[0].value) if isinstance(given[0], nodes.Const) else None


def branches_of(source: str, environment: Environment) -> tuple[TemplateBranch, ...]:
    """Return every way that the template can take; none if it cannot be read."""
    try:
        check_source(source, None, None)
        tree = parse_offsets(source, environment)
        check_tree(tree, None, None)
    except (TemplateSyntaxError, RecursionError, ValueError, OverflowError):
        return ()  # compiling it says why
    text = _Text(list(read_tokens(source, environment)))
    return tuple(
        TemplateBranch(point, outcome, *place, missed)
        for point, node in enumerate(find_points(tree))
        for outcome, place, missed in _ways(node, text)
    )


@dataclass(frozen=True, slots=True)
class _Tag:
    """The inside of `{% if … %}`, `{% elif … %}` or `{% for … %}`, and what comes if it is false.

    `otherwise` is the place of its `else`; None where there is none, and at an `elif` after it.
    """

    start: int
    end: int
    otherwise: tuple[int, int] | None = None
    goes_on: bool = False


class _Text:
    """A template's tokens, and its tags by the offset that Jinja's nodes know."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = {token.start: index for index, token in enumerate(tokens)}
        self._list = tokens
        self.tags: dict[int, _Tag] = {}
        self._read_tags()

    def extent(self, node: nodes.Node) -> tuple[int, int]:
        """Return where an expression begins, and where the last of its tokens ends."""
        parts = (each for each in (node, *node.find_all(nodes.Node)) if _knows_place(each))
        offsets = [each.lineno for each in parts]
        start = min(offsets)
        first, last = (self._tokens.get(offset, 0) for offset in (start, max(offsets)))
        depth = 0
        for index in range(first, len(self._list)):
            text = self._list[index].text
            depth += (text in _OPENING) - (text in _CLOSING)
            if index >= last and depth <= 0 and text != ".":
                return start, max(self._list[index].end, start + 1)
        return start, start + 1

    def _read_tags(self) -> None:
        open_tags: list[int] = []
        for index, token in enumerate(self._list[:-1]):
            if token.kind != "block_begin":
                continue
            name = self._list[index + 1]
            if name.text in ("if", "for"):
                open_tags.append(self._add(index + 1, name.start))
            elif name.text == "elif" and open_tags:
                self._close(open_tags[-1], goes_on=True)
                open_tags[-1] = self._add(index + 1, self._list[index + 2].start)
            elif name.text == "else" and open_tags:
                self._close(open_tags[-1], otherwise=(name.start, name.end))
            elif name.text in ("endif", "endfor") and open_tags:
                open_tags.pop()

    def _add(self, index: int, offset: int) -> int:
        """Note the tag whose name is this token, under the offset that its node has."""
        end = index
        while end + 1 < len(self._list) and self._list[end + 1].kind != "block_end":
            end += 1
        self.tags[offset] = _Tag(self._list[index].start, self._list[end].end)
        return offset

    def _close(
        self, offset: int, otherwise: tuple[int, int] | None = None, *, goes_on: bool = False
    ) -> None:
        tag = self.tags[offset]
        self.tags[offset] = _Tag(tag.start, tag.end, otherwise, goes_on)


def _always_has(node: nodes.For) -> bool:
    written = isinstance(node.iter, (nodes.List, nodes.Tuple)) and bool(node.iter.items)
    return written and node.test is None


def _knows_place(node: nodes.Node) -> bool:
    """Tell whether a node's offset is within it: of a comparison, it is that of what follows."""
    return isinstance(node.lineno, int) and not isinstance(node, nodes.Compare)


_Way: TypeAlias = tuple[bool, tuple[int, int], str]
_NEVER_FALSE = "makes this condition false"
_NO_VALUE = "has a value here"


def _ways(node: Point, text: _Text) -> Iterator[_Way]:
    """Yield each outcome of a point with its place and what it means that it never came."""
    match node:
        case nodes.If() | nodes.For():
            yield from _tag_ways(node, text)
        case nodes.CondExpr():
            yield True, text.extent(node.expr1), "takes this value"
            if node.expr2 is None:
                yield False, text.extent(node.test), _NEVER_FALSE
            else:
                yield False, text.extent(node.expr2), "takes this value"
        case nodes.Or():
            yield True, text.extent(node.left), _NO_VALUE
            yield False, text.extent(node.right), "needs this fallback"
        case nodes.Filter(node=nodes.Expr() as value):
            yield True, text.extent(value), _NO_VALUE
            yield False, (node.lineno, node.lineno + len(node.name)), "needs this default"


def _tag_ways(node: nodes.If | nodes.For, text: _Text) -> Iterator[_Way]:
    """Yield the ways of a tag.

    Where an `elif` follows, that it is false is no way of its own; a loop over a list that is
    written out always has something.
    """
    tag = text.tags.get(node.lineno) or _Tag(*text.extent(node))
    if isinstance(node, nodes.For):
        true, false = "has anything for this loop", "leaves this loop without anything"
    else:
        true, false = "makes this condition true", _NEVER_FALSE
    yield True, (tag.start, tag.end), true
    if isinstance(node, nodes.For) and _always_has(node):
        return
    if tag.otherwise is not None:
        yield False, tag.otherwise, "gets to this else"
    elif not tag.goes_on:
        yield False, (tag.start, tag.end), false
