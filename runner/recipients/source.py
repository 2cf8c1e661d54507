"""The recipients of a run as a stream that can be read more than once."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runner.model.document import MappingNode
from runner.model.errors import Findings
from runner.model.place import Span
from runner.model.problem import Problem
from runner.model.recipient import Recipient, RejectedRow, SourceRow
from runner.recipients.convert import RowCheck
from runner.recipients.csv_file import Header, read_csv
from runner.recipients.json_lines import read_json_lines
from runner.recipients.text_file import read_lines


@dataclass(frozen=True, slots=True)
class Source:
    """Recipients from somewhere: `rows` reads them from the first to the last, each time anew.

    `columns` are the header's names with their places, where there is a header. `file` is empty
    when the recipients come from no file.
    """

    rows: Callable[[], Iterator[Recipient | RejectedRow]]
    file: str = ""
    columns: Mapping[str, Span] = field(default_factory=dict)


def open_source(file: str, schema: MappingNode | None) -> Source:
    """Return the recipients of a file; its suffix says what it is.

    Raises:
        Findings: the file cannot be used as a whole. Faults of single rows are rejected rows.
    """
    suffix = Path(file).suffix.lower()
    if suffix in (".csv", ".tsv", ".txt"):
        return _open_csv(file, schema)
    if suffix in (".jsonl", ".ndjson"):
        return _open_json_lines(file, schema)
    why = f"recipients cannot be read from a {suffix or 'nameless kind of'} file"
    remedy = "use a .csv or .jsonl file"
    raise Findings((Problem(Span(file, 1, 1, 1, 1), "FP215", why, remedy),))


def one_recipient(fields: Mapping[str, str], schema: MappingNode | None, place: Span) -> Source:
    """Return the recipient that the command line describes with `--set`."""
    check = RowCheck(schema, typed=False)
    row = SourceRow(fields, place, {}, tuple(name for name in check.required if name not in fields))

    def rows() -> Iterator[Recipient | RejectedRow]:
        yield check.check(row, {})

    return Source(rows)


def samples_source(samples: tuple[MappingNode, ...], schema: MappingNode | None) -> Source:
    """Return the playbook's own samples as recipients."""
    check = RowCheck(schema, typed=True)
    return Source(lambda: (check.check_sample(sample) for sample in samples))


def nobody(place: Span) -> Source:
    """Return the one empty recipient of a playbook that has no recipients."""
    return Source(lambda: iter((Recipient({}, place),)))


def _open_csv(file: str, schema: MappingNode | None) -> Source:
    check = RowCheck(schema, typed=False)
    header, _ = read_csv(read_lines(file), file)
    problems = tuple(_check_columns(header, check.required))
    if problems:
        raise Findings(problems)

    def rows() -> Iterator[Recipient | RejectedRow]:
        _, found = read_csv(read_lines(file), file)
        return (check.check(row, header.places) for row in found)

    return Source(rows, file, header.places)


def _open_json_lines(file: str, schema: MappingNode | None) -> Source:
    check = RowCheck(schema, typed=True)

    def rows() -> Iterator[Recipient | RejectedRow]:
        found = read_json_lines(read_lines(file), file)
        return (check.check(row, {}) for row in found)

    return Source(rows, file)


def _check_columns(header: Header, required: tuple[str, ...]) -> Iterator[Problem]:
    if _lacks_header(header, required):
        why = f"the first line names none of the columns {', '.join(required)}"
        remedy = f"put this line above it: {header.delimiter.join(required)}"
        yield Problem(header.span, "FP211", why, remedy)
        return
    for name in required:
        if name in header.names:
            continue
        close = difflib.get_close_matches(name, header.names, n=1)
        span = header.places[close[0]] if close else header.span
        there = f', there is "{close[0]}"' if close else ""
        why = f'the column "{name}" is missing{there}'
        remedy = f"call it {name}" if close else f"add a column {name}"
        yield Problem(span, "FP211", why, remedy)


def _lacks_header(header: Header, required: tuple[str, ...]) -> bool:
    """Tell whether the first line looks like a recipient instead of the columns' names."""
    return len(required) > 1 and not any(
        difflib.get_close_matches(name, header.names, n=1) for name in required
    )
