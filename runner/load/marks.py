"""Keeps, while a scalar's text is put together, where each piece of it stands in the file."""

from dataclasses import dataclass, field

from runner.load.source import Source
from runner.model.document import Mark


@dataclass(slots=True)
class Trace:
    """A text as it grows, and the indices in the file at which its stretches begin.

    `end` is the index after the last piece that is not a line break.
    """

    pieces: list[str] = field(default_factory=list)
    points: list[tuple[int, int]] = field(default_factory=list)
    end: int = -1
    _length: int = 0
    _next: int = -1

    def copy(self, piece: str, index: int) -> None:
        """Add text that stands in the file, character for character, at `index`."""
        if not piece:
            return
        if index != self._next:
            self.points.append((self._length, index))
        self.pieces.append(piece)
        self._length += len(piece)
        self._next = self.end = index + len(piece)

    def stand_in(self, piece: str, index: int, end: int) -> None:
        """Add text that something else in the file, from `index` up to `end`, stands for."""
        self.copy(piece, index)
        self._next = -1
        self.end = end

    def line_break(self, piece: str, index: int) -> None:
        """Add a line break, or the space that it was folded to; a new line starts after it."""
        end = self.end
        self.copy(piece, index)
        self._next = -1
        self.end = end

    def text(self) -> str:
        """Return the text so far."""
        return "".join(self.pieces)


def make_marks(source: Source, value: str, trace: Trace, start: int) -> tuple[Mark, ...]:
    """Return the marks of `value`.

    Should the trace have gone another way than the parser, all of the text stands at `start`: a
    place that is a little off, but never a wrong value.
    """
    if not trace.points or trace.text() != value:
        return (Mark(0, *source.place(start)),)
    return tuple(Mark(offset, *source.place(index)) for offset, index in trace.points)
