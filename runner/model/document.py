"""A file's data in which every value knows where it stands.

YAML and TOML become the same tree, so that nothing after loading knows which of them it was.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from runner.model.place import Span

Value: TypeAlias = str | int | float | bool | None
Plain: TypeAlias = Value | list["Plain"] | dict[str, "Plain"]
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """From this offset of a scalar's text on, characters stand at this line and column.

    Between two marks, one character of the text is one character of the file.
    """

    offset: int
    line: int
    column: int


def _offset(mark: Mark) -> int:
    return mark.offset


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text, number, truth value or null.

    `raw` is what the author wrote, quotes included: a finding that shows the quoted form of a
    number needs it. `marks` is sorted by offset, starts at offset 0, and is empty unless the value
    is text.
    """

    value: Value
    raw: str
    span: Span
    marks: tuple[Mark, ...] = ()

    def part(self, start: int, end: int) -> Span:
        """Return the place in the file of the text's characters `start` up to `end`."""
        first = self._mark(start)
        last = self._mark(max(end - 1, start))
        return Span(
            self.span.file,
            first.line,
            first.column + start - first.offset,
            last.line,
            last.column + max(end, start) - last.offset,
        )

    def _mark(self, offset: int) -> Mark:
        """Return the last mark at or before `offset`."""
        return self.marks[max(bisect_right(self.marks, offset, key=_offset) - 1, 0)]


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    items: tuple["Node", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value."""

    key: ScalarNode
    node: "Node"


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys and values, in the order of the file; no key occurs twice."""

    entries: tuple[Entry, ...]
    span: Span

    def entry(self, name: str) -> Entry | None:
        """Return the entry with this key, if there is one."""
        return next((entry for entry in self.entries if entry.key.value == name), None)

    def get(self, name: str) -> "Node | None":
        """Return the value of this key, if there is one."""
        entry = self.entry(name)
        return entry.node if entry else None


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file: its name as the user gave it, its format, its text and its data."""

    file: str
    format: Literal["yaml", "toml"]
    text: str
    root: Node


def to_plain(node: Node) -> Plain:
    """Return the data without its places."""
    match node:
        case ScalarNode():
            return node.value
        case SequenceNode():
            return [to_plain(item) for item in node.items]
        case MappingNode():
            return {str(entry.key.value): to_plain(entry.node) for entry in node.entries}


def node_at(root: Node, path: Path) -> Node:
    """Return the node at `path`, or the nearest one above it that exists."""
    node = root
    for step in path:
        below = _child(node, step)
        if below is None:
            return node
        node = below
    return node


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return node.get(str(step))
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


def walk_scalars(node: Node, path: Path = ()) -> Iterator[tuple[Path, ScalarNode]]:
    """Yield every scalar value below `node` with its path, in the order of the file."""
    match node:
        case ScalarNode():
            yield path, node
        case SequenceNode():
            for index, item in enumerate(node.items):
                yield from walk_scalars(item, (*path, index))
        case MappingNode():
            for entry in node.entries:
                yield from walk_scalars(entry.node, (*path, str(entry.key.value)))


def walk_texts(data: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every text in plain data with its path."""
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from walk_texts(value, (*path, str(key)))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from walk_texts(value, (*path, index))
