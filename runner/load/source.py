"""A file's text and where each of its characters stands."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from runner.model.place import Span

# What editors, SARIF and the language server protocol end a line at; YAML's rarer breaks (U+2028
# and the like) end none, or the line numbers would differ from those that people see.
_LINE_END = re.compile(r"\r\n|\r|\n")
_WIDE = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Source:
    """A file's name and text (without byte order mark), and the index at which each line starts."""

    file: str
    text: str
    starts: tuple[int, ...]

    def place(self, index: int) -> tuple[int, int]:
        """Return line and column, both from 1, of the character at `index`."""
        line = bisect_right(self.starts, index)
        return line, index - self.starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """Return the place of the characters from `start` up to `end`."""
        return Span(self.file, *self.place(start), *self.place(max(start, end)))

    def line_end(self, index: int) -> int:
        """Return where the line of the character at `index` ends, its line break left out."""
        found = _LINE_END.search(self.text, index)
        return found.start() if found else len(self.text)

    def line_start(self, index: int) -> int:
        """Return where the line of the character at `index` starts."""
        return self.starts[bisect_right(self.starts, index) - 1]


def make_source(file: str, text: str) -> Source:
    """Return the text with its lines counted."""
    ends = (found.end() for found in _LINE_END.finditer(text))
    return Source(file, text, (0, *ends))


@dataclass(frozen=True, slots=True)
class Bytes:
    """Turns an offset in a text's UTF-8 into an index of the text."""

    ends: tuple[int, ...]
    surplus: tuple[int, ...]

    def index(self, offset: int) -> int:
        """Return the index of the character that starts at the byte `offset`."""
        return offset - self.surplus[bisect_right(self.ends, offset)]


def count_bytes(text: str) -> Bytes:
    """Note where the text's characters of several bytes end, and how many bytes too many."""
    wide = [(found.start(), len(found.group().encode())) for found in _WIDE.finditer(text)]
    surplus = tuple(accumulate((size - 1 for _, size in wide), initial=0))
    ends = tuple(
        index + size + before for (index, size), before in zip(wide, surplus, strict=False)
    )
    return Bytes(ends, surplus)
