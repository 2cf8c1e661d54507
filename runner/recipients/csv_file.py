"""CSV as spreadsheets write it: `,` or `;` or tab or `|`, quoted newlines, blank lines."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain

from runner.model.errors import Findings
from runner.model.place import Span
from runner.model.problem import Problem, Related
from runner.model.recipient import OURS, RejectedRow, SourceRow
from runner.recipients.cells import LazyCells
from runner.recipients.csv_places import cell_spans, name_places, row_place

_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=(.)\s*", re.IGNORECASE)
_KEPT = 1_000
_ENDLESS = ("field larger", "unexpected end")


@dataclass(frozen=True, slots=True)
class Header:
    """The columns' names and where they stand."""

    names: tuple[str, ...]
    places: Mapping[str, Span]
    delimiter: str
    span: Span


class _Recorder:
    """Hands lines to the csv reader and keeps those of the record that is being read."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._taken: list[str] = []
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.count += 1
        self._taken.append(line)
        return line

    def take(self) -> str:
        record = "".join(self._taken)
        self._taken.clear()
        return record

    def drain(self) -> None:
        """Read to the end without keeping anything."""
        for _ in self._lines:
            self.count += 1


def read_csv(lines: Iterator[str], file: str) -> tuple[Header, Iterator[SourceRow | RejectedRow]]:
    """Return the header and the rows; a row's place is the line on which it begins.

    A row that is no CSV is rejected, and those after it are read. A quotation mark that is never
    closed rejects everything from its row on, as one.

    Raises:
        Findings: there is no header, or a column has no name or occurs twice.
    """
    recorder = _Recorder(lines)
    header = _read_header(recorder, file)
    return header, _read_rows(recorder, header)


def _read_rows(recorder: _Recorder, header: Header) -> Iterator[SourceRow | RejectedRow]:
    reader = csv.reader(recorder, delimiter=header.delimiter, strict=True)
    while True:
        start = recorder.count + 1
        try:
            values = next(reader, None)
        except csv.Error as error:
            if str(error).startswith(_ENDLESS):
                yield _reject_rest(recorder, header, start)
                return
            yield _reject(recorder.take(), header, start, recorder.count, error)
            continue
        if values is None:
            return
        record = recorder.take()
        if any(value.strip() for value in values):
            yield _make_row(values, header, record, start)


def _make_row(values: list[str], header: Header, record: str, line: int) -> SourceRow:
    names = header.names
    fields = dict(zip(names, values, strict=False))
    missing = tuple(name for name in names[len(values) :] if name not in OURS)
    beyond = values[len(names) :]
    if any(value.strip() for value in beyond):
        fields[""] = header.delimiter.join(beyond)
    file = header.span.file
    places = partial(name_places, names, record, header.delimiter, file, line)
    return SourceRow(fields, row_place(record, file, line), LazyCells(places), missing)


def _reject(record: str, header: Header, start: int, end: int, error: csv.Error) -> RejectedRow:
    """Return the lines that could not be read, as they are written, in place of their cells."""
    which = f"lines {start} to {end} are" if end > start else "this row is"
    place = Span(header.span.file, start, 1, end, 1)
    why = f"{which} not CSV: {error}"
    problem = Problem(place, "FP215", why, "close the quotation marks, and double those in a text")
    fields = {**dict.fromkeys(header.names, ""), "": record.rstrip("\r\n")[:_KEPT]}
    return RejectedRow(fields, place, (problem,))


def _reject_rest(recorder: _Recorder, header: Header, start: int) -> RejectedRow:
    record = recorder.take()
    recorder.drain()
    count = recorder.count - start + 1
    said = f", so {count:,} lines are left out from here on" if count > 1 else ""
    place = Span(header.span.file, start, 1, recorder.count, 1)
    why = f"this row is not CSV: a quotation mark is never closed{said}"
    problem = Problem(place, "FP215", why, "close the quotation mark in this row")
    fields = {**dict.fromkeys(header.names, ""), "": record.rstrip("\r\n")[:_KEPT]}
    return RejectedRow(fields, place, (problem,))


def _read_header(recorder: _Recorder, file: str) -> Header:
    first, told = _first_line(recorder, file)
    line = recorder.count
    unquoted = re.sub(r'"[^"]*"?', "", first)
    delimiter = told or max(_DELIMITERS, key=unquoted.count)
    try:
        cells = next(csv.reader(chain((first,), recorder), delimiter=delimiter, strict=True))
    except csv.Error as error:
        place = Span(file, line, 1, line, len(first.rstrip()) + 1)
        why = f"the first line is not CSV: {error}"
        raise Findings(
            (Problem(place, "FP215", why, "close the quotation marks in it"),)
        ) from error
    while len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    names = tuple(name.strip() for name in cells)
    spans = cell_spans(recorder.take(), delimiter, file, line)[: len(names)]
    problems = tuple(_check_names(names, spans))
    if problems:
        raise Findings(problems)
    whole = Span(file, line, 1, line, len(first.rstrip()) + 1)
    return Header(names, dict(zip(names, spans, strict=True)), delimiter, whole)


def _first_line(recorder: _Recorder, file: str) -> tuple[str, str]:
    """Return the header's first line, and the delimiter if Excel's `sep=;` tells it.

    Raises:
        Findings: there is none.
    """
    told = ""
    for line in recorder:
        found = _SEPARATOR_LINE.fullmatch(line) if recorder.count == 1 else None
        if found:
            told = found.group(1)
        elif line.strip(f" \t\r\n{_DELIMITERS}"):
            return line, told
        recorder.take()
    why = "the recipients' file is empty"
    remedy = "the first line names the columns, such as: appointment_id,name,phone"
    raise Findings((Problem(Span(file, 1, 1, 1, 1), "FP215", why, remedy),))


def _check_names(names: tuple[str, ...], spans: list[Span]) -> Iterator[Problem]:
    for index, (name, span) in enumerate(zip(names, spans, strict=True)):
        if not name:
            yield Problem(span, "FP218", "this column has no name", "give it one in the first line")
        elif name in names[:index]:
            other = Related(spans[names.index(name)], "the other one")
            why = f'two columns are called "{name}"'
            yield Problem(span, "FP218", why, "rename one of them", related=(other,))
