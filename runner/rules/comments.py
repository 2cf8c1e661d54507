"""The comments of a YAML or TOML file, told from a `#` that is part of a text."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from runner.load.source import Source, make_source
from runner.model.document import Document, MappingNode, Node, ScalarNode, SequenceNode
from runner.model.place import Span

# YAML wants a blank before a comment, TOML does not.
_HASHES = {"yaml": re.compile(r"(?<!\S)#"), "toml": re.compile("#")}


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment from its `#` on; `alone` tells whether nothing else stands on its line."""

    text: str
    span: Span
    alone: bool


def read_comments(document: Document) -> tuple[Comment, ...]:
    """Return the comments in the order of the file."""
    source = make_source(document.file, document.text)
    taken = sorted(_texts(document.root, source))
    starts = [start for start, _ in taken]
    found: list[Comment] = []
    end = 0
    for hash_sign in _HASHES[document.format].finditer(document.text):
        start = hash_sign.start()
        before = bisect_right(starts, start) - 1
        if start >= end and (before < 0 or taken[before][1] <= start):
            end = source.line_end(start)
            found.append(_make_comment(source, start, end))
    return tuple(found)


def _make_comment(source: Source, start: int, end: int) -> Comment:
    line = source.text[source.line_start(start) : start]
    return Comment(source.text[start:end], source.span(start, end), not line.strip())


def _texts(node: Node, source: Source) -> Iterator[tuple[int, int]]:
    """Yield where the file's keys and values stand; in them a `#` is a character like any other.

    The line of a block's `|` or `>` is left out: a comment may stand there.
    """
    match node:
        case ScalarNode():
            start, end = _index(source, node.span, first=True), _index(source, node.span)
            if node.raw[:1] in ("|", ">"):
                start = min(source.line_end(start), end)
            yield start, end
        case SequenceNode():
            for item in node.items:
                yield from _texts(item, source)
        case MappingNode():
            for entry in node.entries:
                yield from _texts(entry.key, source)
                yield from _texts(entry.node, source)


def _index(source: Source, span: Span, *, first: bool = False) -> int:
    line, column = (span.line, span.column) if first else (span.end_line, span.end_column)
    return source.starts[line - 1] + column - 1
