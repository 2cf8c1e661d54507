"""JSON: one list of objects, read an object at a time.

The list's own brackets and commas are read here, its objects by the standard library's scanner. A
streaming parser from elsewhere would not tell where in the file an object stands.
"""

import json
from collections.abc import Iterator

from runner.model.errors import Findings
from runner.model.place import Span
from runner.model.problem import Problem
from runner.model.recipient import RejectedRow, SourceRow
from runner.recipients.json_object import read_object, span_in
from runner.recipients.text_file import LONGEST

_BLANKS = " \t\r\n"
_SCANNER = json.JSONDecoder()
_LIST = 'write a list of objects: [{"phone": "+13115552368"}], or JSON Lines in a .jsonl file'


class _Broken(Exception):
    """From here on it cannot be known where the next object begins."""


def read_json_array(chunks: Iterator[str], file: str) -> Iterator[SourceRow | RejectedRow]:
    """Yield the rows; from the first place on that is no JSON, the rest is one rejected row.

    Raises:
        Findings: the file holds no list.
    """
    text = _Text(chunks, file)
    if text.peek() != "[":
        why = "the recipients are no list" if text.peek() else "the recipients' file is empty"
        raise Findings((Problem(text.here(), "FP215", why, _LIST),))
    text.skip()
    try:
        yield from _read_items(text)
    except _Broken as broken:
        yield _lost(text, str(broken))


def _read_items(text: "_Text") -> Iterator[SourceRow | RejectedRow]:
    if text.peek() == "]":
        text.skip()
    else:
        while True:
            item, place = text.take_value()
            yield read_object(item, place)
            mark = text.peek()
            if mark not in ("]", ","):
                raise _Broken("a comma is missing" if mark else "the list has no end")
            text.skip()
            if mark == "]":
                break
    if text.peek():
        raise _Broken("there is something after the list")


def _lost(text: "_Text", why: str) -> RejectedRow:
    place = text.here()
    lines = text.drain()
    said = "1 line is" if lines == 1 else f"{lines:,} lines are"
    problem = Problem(
        place, "FP215", f"this is not JSON: {why}; {said} left out from here on", "mend it here"
    )
    return RejectedRow({}, place, (problem,))


class _Text:
    """The part of the text that is being read, and where in the file it stands."""

    def __init__(self, chunks: Iterator[str], file: str) -> None:
        self._chunks = chunks
        self._text = ""
        self._position = 0
        self._start = Span(file, 1, 1, 1, 1)

    def here(self) -> Span:
        """Return the place of the next character."""
        return span_in(self._text, self._position, self._position + 1, self._start)

    def peek(self) -> str:
        """Return the next character that is not blank; empty at the end."""
        while True:
            rest = self._text[self._position : self._position + 1]
            if rest and rest not in _BLANKS:
                return rest
            if rest:
                self._position += 1
            elif not self._fill():
                return ""

    def skip(self) -> None:
        """Pass over one character."""
        self._position += 1

    def take_value(self) -> tuple[str, Span]:
        """Return the next value as it is written, and its place.

        Raises:
            _Broken: it is no JSON, or longer than any recipient.
        """
        self.peek()
        while True:
            try:
                end = _SCANNER.raw_decode(self._text, self._position)[1]
            except json.JSONDecodeError as error:
                if len(self._text) - self._position > LONGEST or not self._fill():
                    self._position = error.pos
                    raise _Broken(error.msg) from error
            except (ValueError, RecursionError) as error:
                raise _Broken("a number is too long, or nested too deeply") from error
            else:
                if end < len(self._text) or not self._fill():
                    return self._cut(end)

    def drain(self) -> int:
        """Read to the end, and return how many lines that were."""
        lines = self._text.count("\n", self._position)
        last = self._text[-1:]
        for chunk in self._chunks:
            lines += chunk.count("\n")
            last = chunk[-1]
        return max(lines + (last != "\n"), 1)

    def _cut(self, end: int) -> tuple[str, Span]:
        value = self._text[self._position : end]
        place = span_in(self._text, self._position, end, self._start)
        self._position = end
        return value, place

    def _fill(self) -> bool:
        """Read on; what is behind us is let go."""
        chunk = next(self._chunks, "")
        if chunk:
            self._start = self.here()
            self._text = self._text[self._position :] + chunk
            self._position = 0
        return bool(chunk)
