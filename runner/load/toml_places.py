"""Finds where TOML's tables, keys and values stand, and which of them are defined twice.

TOML may build one table from many places (`[a]`, `a.b = 1`, `[[a.c]]`, out of order too). This
follows the same rules as the parser, but keeps places instead of values.
"""

from dataclasses import dataclass, field
from enum import Enum, auto

from runner.load.findings import duplicate_key
from runner.load.source import Source
from runner.load.toml_strings import trace_string
from runner.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Syntax:
    """A piece of the file as the grammar names it, from `start` up to `end`."""

    kind: str
    start: int
    end: int
    children: tuple["Syntax", ...] = ()


class Origin(Enum):
    """How a table came to be, which decides what may be added to it."""

    HEADER = auto()
    PASSED = auto()  # [a.b] makes a, which may still get a header of its own
    DOTTED = auto()
    INLINE = auto()


@dataclass(slots=True)
class Table:
    """A table as it grows."""

    start: int
    end: int
    origin: Origin
    slots: dict[str, "Slot"] = field(default_factory=dict)


@dataclass(slots=True)
class Array:
    """An array; one of tables (`[[a]]`) grows."""

    start: int
    end: int
    items: list["Place"]
    of_tables: bool = False


Place = Table | Array | Syntax


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a key stands first, and where its value does."""

    key: Syntax
    place: Place


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a whole file, and a finding for each key or table defined twice."""

    root: Table
    problems: tuple[Problem, ...]


def find_places(source: Source, document: Syntax) -> Places:
    """Return the places of everything in the file."""
    return _Finder(source).find(document)


def read_key(text: str, key: Syntax) -> str:
    """Return the text of one part of a dotted key."""
    if key.kind == "quoted_key":
        return trace_string(text, key.start, key.end).text()
    return text[key.start : key.end]


class _Finder:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._problems: list[Problem] = []

    def find(self, document: Syntax) -> Places:
        root = Table(document.start, document.end, Origin.HEADER)
        for part in document.children:
            if part.kind == "pair":
                self._add_pair(root, part)
            elif part.kind in ("table", "table_array_element") and part.children:
                self._add_table(root, part)
        return Places(root, tuple(self._problems))

    def _add_table(self, root: Table, part: Syntax) -> None:
        keys = _split_key(part.children[0])
        pairs = [child for child in part.children[1:] if child.kind == "pair"]
        end = pairs[-1].end if pairs else _header_end(self._source.text, part)
        table = Table(part.start, end, Origin.HEADER)
        parent = self._descend(root, keys[:-1], Origin.PASSED)
        if parent is not None and keys:
            if part.kind == "table":
                table = self._open_table(parent, keys[-1], table)
            else:
                self._open_item(parent, keys[-1], table)
        for pair in pairs:
            self._add_pair(table, pair)

    def _open_table(self, parent: Table, key: Syntax, table: Table) -> Table:
        """Put a [table] into its parent; return the one that its pairs go to."""
        slot = parent.slots.get(read_key(self._source.text, key))
        if slot is None:
            self._put(parent, key, table)
        elif isinstance(slot.place, Table) and slot.place.origin is Origin.PASSED:
            known = slot.place
            known.start, known.end = min(known.start, table.start), max(known.end, table.end)
            known.origin = Origin.HEADER
            return known
        else:
            self._report(key, slot)
        return table

    def _open_item(self, parent: Table, key: Syntax, table: Table) -> None:
        """Put an element of a [[list of tables]] into its parent."""
        slot = parent.slots.get(read_key(self._source.text, key))
        if slot is None:
            self._put(parent, key, Array(table.start, table.end, [table], of_tables=True))
        elif isinstance(slot.place, Array) and slot.place.of_tables:
            slot.place.items.append(table)
        else:
            self._report(key, slot)

    def _add_pair(self, table: Table, pair: Syntax) -> None:
        if len(pair.children) < 2:
            return
        keys = _split_key(pair.children[0])
        parent = self._descend(table, keys[:-1], Origin.DOTTED)
        if parent is not None and keys:
            self._put(parent, keys[-1], self._build(pair.children[1]))

    def _descend(self, table: Table, keys: tuple[Syntax, ...], origin: Origin) -> Table | None:
        """Return the table that the keys lead to, making what is missing."""
        for key in keys:
            slot = table.slots.get(read_key(self._source.text, key))
            below = slot.place if slot else Table(key.start, key.end, origin)
            if slot is None:
                self._put(table, key, below)
            elif not _may_grow(below, origin):
                self._report(key, slot)
                return None
            if isinstance(below, Array):
                below = below.items[-1]
            if not isinstance(below, Table):
                return None
            table = below
        return table

    def _build(self, value: Syntax) -> Place:
        if value.kind == "array":
            items = [self._build(child) for child in value.children]
            return Array(value.start, value.end, items)
        if value.kind == "inline_table":
            table = Table(value.start, value.end, Origin.INLINE)
            for pair in value.children:
                self._add_pair(table, pair)
            return table
        return value

    def _put(self, table: Table, key: Syntax, place: Place) -> None:
        slot = table.slots.setdefault(read_key(self._source.text, key), Slot(key, place))
        if slot.key is not key:
            self._report(key, slot)

    def _report(self, key: Syntax, slot: Slot) -> None:
        name = read_key(self._source.text, key)
        first = self._source.span(slot.key.start, slot.key.end)
        second = self._source.span(key.start, key.end)
        self._problems.append(duplicate_key(self._source, name, first, second))


def _may_grow(place: Place, origin: Origin) -> bool:
    """Whether a header (PASSED) or a dotted key (DOTTED) may go through what is there."""
    if origin is Origin.DOTTED:
        return isinstance(place, Table) and place.origin is Origin.DOTTED
    if isinstance(place, Array):
        return place.of_tables
    return isinstance(place, Table) and place.origin is not Origin.INLINE


def _split_key(key: Syntax) -> tuple[Syntax, ...]:
    """Return the parts of a key; the grammar nests a.b.c as (a.b).c."""
    if key.kind != "dotted_key":
        return (key,)
    return tuple(part for child in key.children for part in _split_key(child))


def _header_end(text: str, part: Syntax) -> int:
    """Return where a header without pairs ends: after its closing brackets."""
    key_end = part.children[0].end
    size = 2 if part.kind == "table_array_element" else 1
    closing = text.find("]" * size, key_end, part.end)
    return closing + size if closing >= 0 else key_end
