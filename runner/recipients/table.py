"""Rows of a database or a column file: values that have types, and places without characters.

A place is the row's number and the column's, both from 1.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any

from runner.model.document import Plain
from runner.model.errors import Findings
from runner.model.place import Span
from runner.model.problem import Problem
from runner.model.recipient import RejectedRow, SourceRow
from runner.recipients.cells import LazyCells


class NoPlain(ValueError):
    """A value that no message can hold, and what it is."""


def plain_value(value: Any) -> Plain:
    """Return a value as JSON has it: dates as ISO 8601, decimal fractions as they are written.

    Raises:
        NoPlain: it is of a kind that cannot be put into a message.
    """
    if isinstance(value, float | Decimal) and not math.isfinite(value):
        raise NoPlain("no number")
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return format(value, "f")
        case datetime() | date() | time():
            return value.isoformat()
        case list() | tuple():
            return [plain_value(item) for item in value]
        case dict():
            return {str(name): plain_value(item) for name, item in value.items()}
        case bytes() | bytearray() | memoryview():
            raise NoPlain("bytes")
    return str(value)


def check_names(names: Sequence[str], what: str) -> None:
    """Look at the columns' names.

    Raises:
        Findings: one occurs twice.
    """
    for index, name in enumerate(names):
        if name in names[:index]:
            why = f'two columns are called "{name}"'
            place = Span(what, 1, index + 1, 1, index + 2)
            raise Findings((Problem(place, "FP218", why, f"name one of them: AS {name}_2"),))


def name_columns(names: Sequence[str], what: str, row: int) -> dict[str, Span]:
    """Return the places of a row's cells."""
    return {name: Span(what, row, at, row, at + 1) for at, name in enumerate(names, 1)}


def make_row(
    names: Sequence[str], values: Sequence[Any], what: str, number: int
) -> SourceRow | RejectedRow:
    """Return the row; a value that cannot be put into a message rejects it."""
    fields: dict[str, Plain] = {}
    problems = []
    for at, (name, value) in enumerate(zip(names, values, strict=True), 1):
        try:
            fields[name] = plain_value(value)
        except NoPlain as error:
            fields[name] = None
            place = Span(what, number, at, number, at + 1)
            why = f"{name} holds {error}"
            problems.append(Problem(place, "FP213", why, "leave the column out, or write a text"))
    place = Span(what, number, 1, number, len(names) + 1)
    if problems:
        return RejectedRow(fields, place, tuple(problems))
    return SourceRow(fields, place, LazyCells(partial(name_columns, names, what, number)))


def make_rows(
    names: Sequence[str], rows: Iterator[Sequence[Any]], what: str
) -> Iterator[SourceRow | RejectedRow]:
    """Yield the rows with their places."""
    return (make_row(names, values, what, number) for number, values in enumerate(rows, 1))
