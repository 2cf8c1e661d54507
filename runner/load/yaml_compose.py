"""Puts a tree together from what a YAML parser meets, one piece at a time, without recursion."""

import re
from dataclasses import dataclass, field

from runner.load.findings import DEEPEST, duplicate_key, empty_file, shorten, too_deep, write_quoted
from runner.load.source import Source
from runner.load.yaml_errors import explain_template
from runner.load.yaml_scalars import make_scalar, skip_properties
from runner.model.document import Entry, MappingNode, Node, ScalarNode, SequenceNode
from runner.model.place import Span
from runner.model.problem import Problem

# Aliases may repeat as much as the largest file could hold.
_LARGEST_EXPANSION = 1 << 20
_TAG = re.compile(r"!\S*")
_SURROGATE = re.compile("[\ud800-\udfff]")


class RefusedError(Exception):
    """The rest of the file is not worth reading, or not safe to."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class _Built:
    """A node, where it stands, how much it holds with its aliases expanded, and how deep it is."""

    node: Node
    start: int
    end: int
    size: int
    height: int


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet."""

    is_mapping: bool
    start: int
    anchor: str | None
    is_flow: bool
    items: list[Node] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    first: dict[str, Span] = field(default_factory=dict)
    key: ScalarNode | None = None
    end: int = 0
    size: int = 1
    height: int = 1

    @property
    def wants_key(self) -> bool:
        """Whether the next node is a key."""
        return self.is_mapping and self.key is None


class Composer:
    """Takes what the parser meets, in the order of the file; `finish` returns what became of it."""

    def __init__(self, source: Source) -> None:
        self.reached = 0
        self._source = source
        self._problems: list[Problem] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, _Built | None] = {}
        self._anchor: str | None = None
        self._content = 0
        self._documents = 0
        self._root: Node | None = None
        self._expanded = 0

    def finish(self, faults: list[Problem]) -> Node | tuple[Problem, ...]:
        """Return the root, or all findings, in the order of the file."""
        told = {problem.span.line for problem in self._problems}
        # An unquoted template is often a syntax error too; the first says it better.
        faults = [f for f in faults if f.code != "FP004" or f.span.line not in told]
        found = sorted((*self._problems, *faults), key=lambda problem: problem.span)
        if found:
            return tuple(found)
        empty = isinstance(self._root, ScalarNode) and not self._root.raw
        if self._root is None or empty:
            return (empty_file(self._source),)
        return self._root

    def start_document(self, start: int, end: int) -> None:
        """A document begins; there may be only one."""
        self._documents += 1
        if self._documents > 1:
            message = "a second document starts here, and a file may hold only one"
            remedy = "put what follows the --- in a file of its own"
            raise RefusedError(Problem(self._source.span(start, end), "FP008", message, remedy))

    def properties(self, anchor: str | None, tag: str | None, start: int, end: int) -> None:
        """Note what stands before the next scalar or collection."""
        self._anchor = anchor
        if anchor is None and tag is None:
            self._content = start
            return
        self._content = skip_properties(self._source.text, start, end)
        if tag is not None:
            self._add_tag_problem(start)

    def scalar(self, value: str, style: str, start: int, end: int) -> None:
        """Take a scalar."""
        start = min(max(start, self._content), end)
        node = make_scalar(self._source, value, style, start, end)
        if not value.isascii() and _SURROGATE.search(value):
            message = "this text holds half of a character"
            self._add(start, end, "FP004", message, r"write the character itself instead of its \u")
        size = 1 + len(value)
        built = _Built(node, start, start + len(node.raw), size, 0)
        self._take(built, self._anchor, is_plain=not style)

    def alias(self, name: str, start: int, end: int) -> None:
        """Take an alias: the node that it names, counted as if it had been written out."""
        built = self._anchors.get(name)
        if name in self._anchors and built is None:
            self._refuse_size(start, end, f"{shorten('*' + name)} stands inside of what it repeats")
        if built is None:
            message = (
                f"{shorten('*' + name)} repeats what is not there: no & with this name is above"
            )
            remedy = f"if it is meant as text, {write_quoted('*' + name)}"
            self._add(start, end, "FP004", message, remedy)
            built = self._placeholder(start, end)
        self._expanded += built.size
        too_large = self._expanded > _LARGEST_EXPANSION
        if too_large or len(self._open) + built.height > DEEPEST:
            self._refuse_size(
                start, end, "the aliases (*name) of this file expand to too much data"
            )
        copy = _Built(built.node, start, end, built.size, built.height)
        if self._open and self._open[-1].wants_key:
            self._add(start, end, "FP008", "an alias cannot be a key", "write the key itself")
            copy = self._placeholder(start, end)
        self._take(copy, None)

    def start_collection(self, start: int, *, is_mapping: bool) -> None:
        """A mapping or list begins."""
        start = max(start, self._content)
        if len(self._open) >= DEEPEST:
            raise RefusedError(too_deep(self._source, start))
        is_flow = self._source.text[start : start + 1] in ("{", "[")
        if self._open and self._open[-1].wants_key:
            self._check_collection_key(start)
        if self._anchor is not None:
            self._anchors[self._anchor] = None
        self._open.append(_Open(is_mapping, start, self._anchor, is_flow))

    def end_collection(self, end: int) -> None:
        """The innermost mapping or list ends."""
        done = self._open.pop()
        # A block's event ends where the next thing starts, blank lines and comments later.
        end = end if done.is_flow else done.end
        span = self._source.span(done.start, end)
        node: Node = (
            MappingNode(tuple(done.entries), span)
            if done.is_mapping
            else SequenceNode(tuple(done.items), span)
        )
        self._take(_Built(node, done.start, end, done.size, done.height), done.anchor)

    def _take(self, built: _Built, anchor: str | None, *, is_plain: bool = False) -> None:
        if anchor is not None:
            self._anchors[anchor] = built
        if not self._open:
            self._root = built.node
            return
        parent = self._open[-1]
        parent.end = built.end
        parent.size += built.size
        parent.height = max(parent.height, built.height + 1)
        if parent.wants_key:
            parent.key = self._key(parent, built, is_plain=is_plain)
        elif parent.key is not None:
            parent.entries.append(Entry(parent.key, built.node))
            parent.key = None
        else:
            parent.items.append(built.node)

    def _key(self, parent: _Open, built: _Built, *, is_plain: bool) -> ScalarNode:
        key = built.node
        if not isinstance(key, ScalarNode):
            return ScalarNode("", "", key.span)
        if is_plain and key.value == "<<":
            message = "<< merges mappings in YAML, which a playbook cannot do"
            self._add(built.start, built.end, "FP008", message, "write the merged keys out")
        elif isinstance(key.value, str):
            self._check_twice(parent, key.value, key.span)
        elif key.raw:
            message = f"the key {shorten(key.raw)} is not text"
            self._add(built.start, built.end, "FP008", message, write_quoted(key.raw))
        else:
            message = "a key is missing here"
            self._add(built.start, built.end, "FP008", message, "write a key before the colon")
        return key

    def _check_twice(self, parent: _Open, name: str, span: Span) -> None:
        first = parent.first.setdefault(name, span)
        if first is not span:
            self._problems.append(duplicate_key(self._source, name, first, span))

    def _check_collection_key(self, start: int) -> None:
        text = self._source.text
        if text.startswith("{{", start):
            return
        if start and text.startswith("{{", start - 1) and self._open[-1].start == start - 1:
            self._problems.append(explain_template(self._source, start - 1))
            return
        message = "a list or mapping cannot be a key"
        self._add(start, start + 1, "FP008", message, "write text as the key")

    def _add_tag_problem(self, start: int) -> None:
        found = _TAG.search(self._source.text, start)
        place, tag = (found.start(), found.group()) if found else (start, "!")
        message = f"{shorten(tag)} is a YAML tag, and a playbook cannot have any"
        remedy = "leave it out; text that starts with ! goes in quotes"
        self._add(place, place + len(tag), "FP008", message, remedy)

    def _refuse_size(self, start: int, end: int, message: str) -> None:
        remedy = "write out what is repeated, or repeat less"
        raise RefusedError(Problem(self._source.span(start, end), "FP007", message, remedy))

    def _placeholder(self, start: int, end: int) -> _Built:
        return _Built(ScalarNode("", "", self._source.span(start, end)), start, end, 1, 0)

    def _add(self, start: int, end: int, code: str, message: str, remedy: str) -> None:
        self._problems.append(Problem(self._source.span(start, end), code, message, remedy))
