"""The recipients of a run as a stream that can be read more than once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from runner.model.document import MappingNode, Plain
from runner.model.errors import Findings
from runner.model.place import Span
from runner.model.problem import Problem
from runner.model.recipient import Recipient, RejectedRow, SourceRow
from runner.recipients.columns import check_columns
from runner.recipients.convert import RowCheck
from runner.recipients.csv_file import read_csv
from runner.recipients.json_array import read_json_array
from runner.recipients.json_lines import read_json_lines
from runner.recipients.parquet_file import read_names, read_parquet
from runner.recipients.sql_address import is_sql, read_question
from runner.recipients.sql_query import QUERY, ask
from runner.recipients.standard_input import NAME, spool_standard_input
from runner.recipients.table import check_names, make_rows, name_columns
from runner.recipients.text_file import Opener, first_character, read_chunks, read_lines

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """Recipients from somewhere: `rows` reads them from the first to the last, each time anew.

    `columns` are the header's names with their places, where there is a header. `file` is empty
    when the recipients come from no file. `same_address` says what becomes of a row with an address
    that an earlier row has.
    """

    rows: Callable[[], Iterator[Recipient | RejectedRow]]
    file: str = ""
    columns: Mapping[str, Span] = field(default_factory=dict)
    same_address: Literal["all", "first", "reject"] = "all"


@dataclass(frozen=True, slots=True)
class Reading:
    """How rows are to be read.

    `region` is the country of telephone numbers that are written without one, `variables` what a
    query may ask for by name.
    """

    schema: MappingNode | None = None
    region: str = ""
    variables: Mapping[str, Plain] = field(default_factory=dict)

    def check(self, *, typed: bool) -> RowCheck:
        """Return what a row must be."""
        return RowCheck(self.schema, typed=typed, region=self.region)


def open_source(
    file: str,
    schema: MappingNode | None,
    region: str = "",
    variables: Mapping[str, Plain] | None = None,
) -> Source:
    """Return the recipients of a file, whose suffix says what it is, of a database, or of `-`.

    Raises:
        Findings: they cannot be used as a whole. Faults of single rows are rejected rows.
        UsageFault: an extra is not installed, or a database's address cannot be used.
    """
    reading = Reading(schema, region, variables or {})
    if file == STANDARD_INPUT:
        return _open_standard_input(reading)
    if is_sql(file):
        return _open_query(file, reading)
    suffix = Path(file).suffix.lower()
    if suffix in _OPENERS:
        return _OPENERS[suffix](file, reading)
    why = f"recipients cannot be read from a {suffix or 'nameless kind of'} file"
    remedy = "use a .csv, .jsonl, .json or .parquet file, or a database with a query"
    raise Findings((Problem(Span(file, 1, 1, 1, 1), "FP215", why, remedy),))


def one_recipient(
    fields: Mapping[str, str], schema: MappingNode | None, place: Span, region: str = ""
) -> Source:
    """Return the recipient that the command line describes with `--set`."""
    check = RowCheck(schema, typed=False, region=region)
    row = SourceRow(fields, place, {}, tuple(name for name in check.required if name not in fields))

    def rows() -> Iterator[Recipient | RejectedRow]:
        yield check.check(row, {})

    return Source(rows)


def samples_source(
    samples: tuple[MappingNode, ...], schema: MappingNode | None, region: str = ""
) -> Source:
    """Return the playbook's own samples as recipients."""
    check = RowCheck(schema, typed=True, region=region)
    return Source(lambda: (check.check_sample(sample) for sample in samples))


def nobody(place: Span) -> Source:
    """Return the one empty recipient of a playbook that has no recipients."""
    return Source(lambda: iter((Recipient({}, place),)))


def _open_standard_input(reading: Reading) -> Source:
    """Return what is piped in: a list of JSON, JSON Lines, or else CSV, as its beginning tells."""
    spool = spool_standard_input()
    match first_character(NAME, spool.open):
        case "[":
            return _open_json(NAME, reading, spool.open)
        case "{":
            return _open_json_lines(NAME, reading, spool.open)
        case _:
            return _open_csv(NAME, reading, spool.open)


def _open_csv(file: str, reading: Reading, opener: Opener | None = None) -> Source:
    check = reading.check(typed=False)
    header, _ = read_csv(read_lines(file, opener), file)
    check_columns(header.names, header.places, header.span, check.required, header.delimiter)

    def rows() -> Iterator[Recipient | RejectedRow]:
        _, found = read_csv(read_lines(file, opener), file)
        return (check.check(row, header.places) for row in found)

    return Source(rows, file, header.places)


def _open_json_lines(file: str, reading: Reading, opener: Opener | None = None) -> Source:
    check = reading.check(typed=True)

    def rows() -> Iterator[Recipient | RejectedRow]:
        found = read_json_lines(read_lines(file, opener), file)
        return (check.check(row, {}) for row in found)

    return Source(rows, file)


def _open_json(file: str, reading: Reading, opener: Opener | None = None) -> Source:
    check = reading.check(typed=True)

    def rows() -> Iterator[Recipient | RejectedRow]:
        found = read_json_array(read_chunks(file, opener), file)
        return (check.check(row, {}) for row in found)

    return Source(rows, file)


def _open_parquet(file: str, reading: Reading) -> Source:
    return _open_table(read_names(file), lambda: read_parquet(file), file, reading)


def _open_query(address: str, reading: Reading) -> Source:
    answer = ask(read_question(address), reading.variables)
    return _open_table(answer.names, answer.rows, QUERY, reading)


def _open_table(
    names: tuple[str, ...],
    values: Callable[[], Iterator[tuple[Any, ...]]],
    what: str,
    reading: Reading,
) -> Source:
    check = reading.check(typed=False)
    columns = name_columns(names, what, 1)
    check_names(names, what)
    check_columns(names, columns, Span(what, 1, 1, 1, 1), check.required)

    def rows() -> Iterator[Recipient | RejectedRow]:
        return (check.check(row, columns) for row in make_rows(names, values(), what))

    return Source(rows, what, columns)


_OPENERS: Mapping[str, Callable[[str, Reading], Source]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), _open_csv),
    **dict.fromkeys((".jsonl", ".ndjson"), _open_json_lines),
    ".json": _open_json,
    ".parquet": _open_parquet,
}
