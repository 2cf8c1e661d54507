"""JSON Lines: one object a line."""

from collections.abc import Iterator

from runner.model.place import Span
from runner.model.recipient import RejectedRow, SourceRow
from runner.recipients.json_object import read_object


def read_json_lines(lines: Iterator[str], file: str) -> Iterator[SourceRow | RejectedRow]:
    """Yield the rows, a line that is no JSON object as rejected; blank lines are passed over."""
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\r\n")
        if text.strip():
            yield read_object(text, Span(file, number, 1, number, len(text) + 1))
