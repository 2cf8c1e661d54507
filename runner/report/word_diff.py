"""Two texts compared word by word: what stayed, what went, what came."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Kind = Literal["same", "removed", "added"]

# A value that is left out, such as ‹name›, is one word.
_WORDS = re.compile(r"‹[^‹›\n]*›|\w+|\s|[^\w\s]")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
# Comparing takes time by the product of both lengths: longer texts are compared by lines, and
# what is too long for that as a whole.
_MOST_PAIRS = 4_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both texts have, or only the old (removed) or the new (added)."""

    kind: Kind
    text: str


def diff_words(old: str, new: str) -> tuple[Piece, ...]:
    """Return the pieces in the order of reading, what was removed before what was added.

    Without the added pieces they are the old text, without the removed ones the new. No two
    neighbours are of one kind, and none is empty. Blanks between two changes belong to both, so
    that a changed phrase is one change.
    """
    return tuple(_join(_bridge(list(_join(_compare(old, new))))))


def _compare(old: str, new: str) -> Iterator[Piece]:
    for splitter in (_WORDS, _LINES):
        before, after = splitter.findall(old), splitter.findall(new)
        if len(before) * len(after) <= _MOST_PAIRS:
            yield from _match(before, after)
            return
    yield Piece("removed", old)
    yield Piece("added", new)


def _match(before: list[str], after: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(before[start:end]))
        else:
            yield Piece("removed", "".join(before[start:end]))
            yield Piece("added", "".join(after[first:last]))


def _bridge(pieces: list[Piece]) -> Iterator[Piece]:
    """Yield the pieces, with what is only blank between two changes as a part of both."""
    for index, piece in enumerate(pieces):
        inside = 0 < index < len(pieces) - 1
        if piece.kind == "same" and inside and piece.text.isspace() and "\n" not in piece.text:
            yield Piece("removed", piece.text)
            yield Piece("added", piece.text)
        else:
            yield piece


def _join(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield each run of changes as one piece removed and one added; empty ones are left out."""
    for same, run in groupby(pieces, lambda piece: piece.kind == "same"):
        found = list(run)
        kinds: tuple[Kind, ...] = ("same",) if same else ("removed", "added")
        for kind in kinds:
            text = "".join(piece.text for piece in found if piece.kind == kind)
            if text:
                yield Piece(kind, text)
