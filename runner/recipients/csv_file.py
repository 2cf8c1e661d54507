"""CSV as spreadsheets write it: `,` or `;` or tab, quoted newlines, a byte order mark."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from runner.model.errors import Findings
from runner.model.place import Span
from runner.model.problem import Problem, Related
from runner.model.recipient import SourceRow

_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Header:
    """The columns' names and where they stand."""

    names: tuple[str, ...]
    places: Mapping[str, Span]
    delimiter: str
    span: Span


class _Cells(Mapping[str, Span]):
    """The places of a record's cells, worked out only when a finding asks for one.

    Cells beyond the header's columns have the empty name together.
    """

    def __init__(self, header: Header, record: str, line: int) -> None:
        self._header = header
        self._record = record
        self._line = line

    @cached_property
    def _places(self) -> dict[str, Span]:
        names, file = self._header.names, self._header.span.file
        spans = cell_spans(self._record, self._header.delimiter, file, self._line)
        places = dict(zip(names, spans, strict=False))
        extra = spans[len(names) :]
        if extra:
            last = extra[-1]
            places[""] = replace(extra[0], end_line=last.end_line, end_column=last.end_column)
        return places

    def __getitem__(self, name: str) -> Span:
        return self._places[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


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


def read_csv(lines: Iterator[str], file: str) -> tuple[Header, Iterator[SourceRow]]:
    """Return the header and the rows; a row's place is the line on which it begins.

    Raises:
        Findings: there is no header, a column has no name or occurs twice, or (while the rows are
            read) the file is no CSV.
    """
    recorder = _Recorder(lines)
    first = next(recorder, None)
    if first is None or not first.strip():
        raise Findings((_no_header(file, "file" if first is None else "first line"),))
    header = _read_header(first, recorder, file)
    return header, _read_rows(recorder, header, file)


def _read_rows(recorder: _Recorder, header: Header, file: str) -> Iterator[SourceRow]:
    reader = csv.reader(recorder, delimiter=header.delimiter, strict=True)
    while True:
        start = recorder.count + 1
        try:
            values = next(reader, None)
        except csv.Error as error:
            raise Findings((_not_csv(file, start, recorder.count, error),)) from error
        if values is None:
            return
        record = recorder.take()
        if values:
            yield _make_row(values, header, record, start)


def _make_row(values: list[str], header: Header, record: str, line: int) -> SourceRow:
    fields = dict(zip(header.names, values, strict=False))
    place = Span(
        header.span.file, line, 1, line, max(len(record.partition("\n")[0].rstrip()), 1) + 1
    )
    missing = header.names[len(values) :]
    if len(values) > len(header.names):
        extra = header.delimiter.join(values[len(header.names) :])
        fields[""] = extra
    return SourceRow(fields, place, _Cells(header, record, line), missing)


def _read_header(first: str, recorder: _Recorder, file: str) -> Header:
    delimiter = max(_DELIMITERS, key=re.sub(r'"[^"]*"?', "", first).count)
    try:
        cells = next(csv.reader(chain((first,), recorder), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Findings((_not_csv(file, 1, recorder.count, error),)) from error
    names = tuple(name.strip() for name in cells)
    spans = cell_spans(recorder.take(), delimiter, file, 1)
    problems = tuple(_check_names(names, spans))
    if problems:
        raise Findings(problems)
    whole = Span(file, 1, 1, 1, len(first.rstrip()) + 1)
    return Header(names, dict(zip(names, spans, strict=True)), delimiter, whole)


def _check_names(names: tuple[str, ...], spans: list[Span]) -> Iterator[Problem]:
    for index, (name, span) in enumerate(zip(names, spans, strict=True)):
        if not name:
            yield Problem(span, "FP218", "this column has no name", "give it one in the first line")
        elif name in names[:index]:
            other = Related(spans[names.index(name)], "the other one")
            why = f'two columns are called "{name}"'
            yield Problem(span, "FP218", why, "rename one of them", related=(other,))


def cell_spans(record: str, delimiter: str, file: str, line: int) -> list[Span]:
    """Return the place of every cell of a record; a quoted cell's quotes belong to it.

    As for the csv module, a quote means something only where a cell begins with one.
    """
    spans = []
    column, start, quoted, opened = 1, (line, 1), False, False
    for char in record:
        if char == '"' and (opened or start == (line, column)):
            quoted, opened = not quoted, True
        elif char in ("\r", "\n") and not quoted:
            break
        elif char == delimiter and not quoted:
            spans.append(Span(file, *start, line, column))
            start, opened = (line, column + 1), False
        column += 1
        if char == "\n":
            line, column = line + 1, 1
    spans.append(Span(file, *start, line, column))
    return spans


def _no_header(file: str, what: str) -> Problem:
    why = f"the recipients' {what} is empty"
    remedy = "the first line names the columns, such as: appointment_id,name,phone"
    return Problem(Span(file, 1, 1, 1, 1), "FP215", why, remedy)


def _not_csv(file: str, start: int, end: int, error: csv.Error) -> Problem:
    why = f"this row is not CSV: {error}"
    return Problem(
        Span(file, start, 1, max(end, start), 1), "FP215", why, "close the quotation marks in it"
    )
