"""A text as SMS carries it: cut into its segments, with what makes it dear marked."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from runner.sms.segments import (
    Culprit,
    Segments,
    boundaries,
    count_segments,
    room_for,
    ucs2_culprits,
    units_of,
)

_FOREIGN = 0.4


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `culprit` is what it is if it forces the message into UCS-2."""

    text: str
    culprit: Culprit | None = None


@dataclass(frozen=True, slots=True)
class MarkedSegment:
    """One segment: its pieces, which joined are its text, and how much of it they fill."""

    pieces: tuple[Piece, ...]
    units: int
    room: int


@dataclass(frozen=True, slots=True)
class MarkedText:
    """What a text costs, and where."""

    cost: Segments
    segments: tuple[MarkedSegment, ...]

    @property
    def culprits(self) -> tuple[Culprit, ...]:
        """What forces the text into UCS-2, in the order of the text."""
        pieces = (piece for segment in self.segments for piece in segment.pieces)
        return tuple(piece.culprit for piece in pieces if piece.culprit)

    @property
    def foreign(self) -> bool:
        """Whether the text's own script is what GSM-7 lacks, and not some characters in it."""
        kept = sum(len(each.text) for each in self.culprits if each.replacement is None)
        return kept > self.length * _FOREIGN

    @property
    def length(self) -> int:
        """How many code points the text has."""
        return sum(len(piece.text) for each in self.segments for piece in each.pieces)


def mark_text(text: str) -> MarkedText:
    """Return the text's segments and pieces; joined, the pieces are the text again."""
    cost = count_segments(text)
    culprits = ucs2_culprits(text)
    cuts = [0, *boundaries(text), len(text)]
    segments = tuple(
        MarkedSegment(
            tuple(_pieces(text, culprits, start, end)),
            units_of(text[start:end], cost.encoding),
            room_for(cost),
        )
        for start, end in pairwise(cuts)
    )
    return MarkedText(cost, segments)


def _pieces(text: str, culprits: tuple[Culprit, ...], start: int, end: int) -> Iterator[Piece]:
    """Yield what stands from `start` to `end`; a culprit is never cut in two."""
    at = start
    for culprit in culprits:
        if start <= culprit.start < end:
            if at < culprit.start:
                yield Piece(text[at : culprit.start])
            yield Piece(culprit.text, culprit)
            at = culprit.end
    if at < end:
        yield Piece(text[at:end])
