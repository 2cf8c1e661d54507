"""Where the cells of a CSV record stand."""

import re
from dataclasses import replace

from runner.model.place import Span

_LINE_END = re.compile(r"\r\n?|\n")


def cell_spans(record: str, delimiter: str, file: str, line: int) -> list[Span]:
    """Return the place of every cell of a record; a quoted cell's quotes belong to it.

    As for the csv module, a quote means something only where a cell begins with one.
    """
    spans = []
    column, start, quoted, opened = 1, (line, 1), False, False
    for index, char in enumerate(record):
        if char == '"' and (opened or start == (line, column)):
            quoted, opened = not quoted, True
        elif char in ("\r", "\n") and not quoted:
            break
        elif char == delimiter and not quoted:
            spans.append(Span(file, *start, line, column))
            start, opened = (line, column + 1), False
        column += 1
        if char == "\n" or (char == "\r" and record[index + 1 : index + 2] != "\n"):
            line, column = line + 1, 1
    spans.append(Span(file, *start, line, column))
    return spans


def name_places(
    names: tuple[str, ...], record: str, delimiter: str, file: str, line: int
) -> dict[str, Span]:
    """Return the places of a record's cells; those beyond the columns have the empty name."""
    spans = cell_spans(record, delimiter, file, line)
    places = dict(zip(names, spans, strict=False))
    extra = spans[len(names) :]
    if extra:
        last = extra[-1]
        places[""] = replace(extra[0], end_line=last.end_line, end_column=last.end_column)
    return places


def row_place(record: str, file: str, line: int) -> Span:
    """Return the place of a record: the line on which it begins."""
    end = record.find("\n")
    first = record if end < 0 else record[:end]
    if "\r" in first:
        first = _LINE_END.split(first, maxsplit=1)[0]
    return Span(file, line, 1, line, max(len(first.rstrip()), 1) + 1)
