"""One line of a file as a terminal shows it, cut around the stretch that a finding marks."""

from dataclasses import dataclass

from runner.report.cells import cell_width
from runner.report.visible import make_visible

_TAB = 4
_BEFORE = 30
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is shown of a line; the marked stretch starts at cell `start` and is `width` wide."""

    text: str
    start: int
    width: int


def make_excerpt(line: str, start: int, end: int, cells: int) -> Excerpt:
    """Return what fits in so many cells of the line, with as much of `start` to `end` as possible.

    At least one cell is marked, also where the line has no character.
    """
    shown = [" " * _TAB if char == "\t" else make_visible(char) for char in line]
    widths = [cell_width(text) for text in shown]
    first, last = _window(widths, start, cells)
    left = _CUT if first > 0 else ""
    right = _CUT if last < len(line) else ""
    return Excerpt(
        left + "".join(shown[first:last]).rstrip() + right,
        len(left) + sum(widths[first:start]),
        max(sum(widths[start : min(end, last)]), 1),
    )


def _window(widths: list[int], start: int, cells: int) -> tuple[int, int]:
    """Return the first and the last (excluded) character to show."""
    if sum(widths) <= cells:
        return 0, len(widths)
    room = cells - 2 * len(_CUT)
    first = _grow_left(widths, start, min(_BEFORE, room // 2))
    last, used = first, 0
    while last < len(widths) and used + widths[last] <= room:
        used += widths[last]
        last += 1
    return _grow_left(widths, first, room - used), last


def _grow_left(widths: list[int], index: int, room: int) -> int:
    while index > 0 and widths[index - 1] <= room:
        index -= 1
        room -= widths[index]
    return index
