"""Replaces characters of a text where they stand, as the text is written there."""

from runner.load.source import make_source
from runner.model.document import Document, ScalarNode
from runner.model.place import Span
from runner.model.problem import Edit

_RISKY_IN_PLAIN = frozenset(":#,[]{}\n")


def replace_literal(
    document: Document, node: ScalarNode, start: int, end: int, text: str
) -> Edit | None:
    """Return the edit that puts `text` in place of the characters `start` up to `end`.

    None where that could change more than these characters: they are written as an escape, or
    `text` would mean something else there.
    """
    span = node.part(start, end)
    if node.span.file != document.file:
        return Edit(span, text)
    if not _stands_as_is(document, span, str(node.value)[start:end]) or "\n" in text:
        return None
    written = _write_quoted(node.raw, text, document.format)
    if written is None and not _is_quoted(node.raw):
        written = _write_plain(node.raw, text, start)
    return None if written is None else Edit(span, written)


def _stands_as_is(document: Document, span: Span, piece: str) -> bool:
    starts = make_source(document.file, document.text).starts
    return document.text.startswith(piece, starts[span.line - 1] + span.column - 1)


def _is_quoted(raw: str) -> bool:
    return raw[:1] in ("'", '"')


def _write_quoted(raw: str, text: str, form: str) -> str | None:
    """Return the text as it stands between these quotes, or None where it cannot."""
    if raw.startswith('"'):
        return text.replace("\\", "\\\\").replace('"', '\\"')
    if raw.startswith("'") and form == "yaml":
        return text.replace("'", "''")
    if raw.startswith("'") and "'" not in text:
        return text
    return None


def _write_plain(raw: str, text: str, start: int) -> str | None:
    """Return the text as it stands in a block, or in a plain text but not as its start."""
    if raw[:1] in ("|", ">"):
        return text
    return text if start and not _RISKY_IN_PLAIN & set(text) else None
