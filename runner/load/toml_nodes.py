"""Joins TOML's values, which the parser knows, with their places, which the syntax tree knows."""

import math
from dataclasses import dataclass

from runner.load.findings import DEEPEST
from runner.load.marks import make_marks
from runner.load.source import Source
from runner.load.toml_places import Array, Place, Syntax, Table
from runner.load.toml_strings import trace_string
from runner.model.document import Entry, MappingNode, Mark, Node, ScalarNode, SequenceNode


class TooDeepError(Exception):
    """The data nests deeper than a playbook may."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


@dataclass(frozen=True, slots=True)
class _Built:
    node: Node
    start: int
    end: int


def build_root(source: Source, data: dict[str, object], places: Table) -> Node:
    """Return the tree of the parsed data.

    What has no place of its own (the grammar misread it) stands where its parent does.

    Raises:
        TooDeepError: the data is nested more than 64 levels deep.
    """
    text = source.text
    start = len(text) - len(text.lstrip())
    entries = _build_entries(source, data, places, places, 1)
    span = source.span(start, len(text.rstrip()))
    return MappingNode(tuple(entry for entry, _ in entries), span)


def _build(source: Source, value: object, place: Place, known: Place | None, depth: int) -> _Built:
    """Return the node; `place` is `known`, or the parent's when that is None."""
    if isinstance(value, dict | list) and depth > DEEPEST:
        raise TooDeepError(place.start)
    start, end = place.start, place.end
    if isinstance(value, dict):
        built = _build_entries(source, value, place, known, depth + 1)
        if isinstance(known, Table):
            start = min([start, *(below.start for _, below in built)])
            end = max([end, *(below.end for _, below in built)])
        entries = tuple(entry for entry, _ in built)
        return _Built(MappingNode(entries, source.span(start, end)), start, end)
    if isinstance(value, list):
        items = _build_items(source, value, place, known, depth + 1)
        if isinstance(known, Array):
            end = max([end, *(item.end for item in items)])
        nodes = tuple(item.node for item in items)
        return _Built(SequenceNode(nodes, source.span(start, end)), start, end)
    return _Built(_build_scalar(source, value, place, known), start, end)


def _build_entries(
    source: Source, value: dict[str, object], place: Place, known: Place | None, depth: int
) -> list[tuple[Entry, _Built]]:
    slots = known.slots if isinstance(known, Table) else {}
    found = []
    for name, below in value.items():
        slot = slots.get(name)
        built = _build(
            source, below, slot.place if slot else place, slot.place if slot else None, depth
        )
        key = _build_scalar(source, name, slot.key if slot else place, slot.key if slot else None)
        found.append((Entry(key, built.node), built))
    return found


def _build_items(
    source: Source, value: list[object], place: Place, known: Place | None, depth: int
) -> list[_Built]:
    items: list[Place] = known.items if isinstance(known, Array) else []
    if len(items) != len(value):
        return [_build(source, below, place, None, depth) for below in value]
    return [
        _build(source, below, item, item, depth) for below, item in zip(value, items, strict=True)
    ]


def _build_scalar(source: Source, value: object, place: Place, known: Place | None) -> ScalarNode:
    span = source.span(place.start, place.end)
    raw = source.text[place.start : place.end] if isinstance(known, Syntax) else str(value)
    if isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return ScalarNode(value, raw, span)
    if not isinstance(value, str) or not isinstance(known, Syntax) or raw[:1] not in ('"', "'"):
        # Dates, times, inf and nan are text, as written; a bare key is too.
        text = value if isinstance(value, str) else raw
        return ScalarNode(text, raw, span, (Mark(0, span.line, span.column),))
    trace = trace_string(source.text, place.start, place.end)
    start = place.start + (3 if raw[:3] in ('"""', "'''") else 1)
    return ScalarNode(value, raw, span, make_marks(source, value, trace, start))
