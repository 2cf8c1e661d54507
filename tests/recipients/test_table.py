"""Rows of a database or a column file."""

import math
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from runner.model.errors import Findings
from runner.model.place import Span
from runner.model.recipient import RejectedRow, SourceRow
from runner.recipients.table import NoPlain, check_names, make_row, make_rows, plain_value


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (1.5, 1.5),
        ("Ann", "Ann"),
        (Decimal("12.50"), "12.50"),
        (Decimal("1E+3"), "1000"),
        (date(2026, 3, 31), "2026-03-31"),
        (time(9, 30), "09:30:00"),
        (datetime(2026, 3, 31, 9, 30, tzinfo=UTC), "2026-03-31T09:30:00+00:00"),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        ([Decimal(1), None], ["1", None]),
        ({"a": date(2026, 3, 31)}, {"a": "2026-03-31"}),
    ],
)
def test_values_become_what_json_has(value: Any, plain: Any) -> None:
    """Nothing is rounded, and dates are ISO 8601."""
    assert plain_value(value) == plain


@pytest.mark.parametrize("value", [b"x", memoryview(b"x"), math.nan, Decimal("NaN"), [b"x"]])
def test_other_values_cannot_stand_in_a_message(value: Any) -> None:
    """Bytes are no text, and what is no number cannot be written."""
    with pytest.raises(NoPlain):
        plain_value(value)


def test_a_place_is_the_rows_and_the_columns_number() -> None:
    """Both count from 1."""
    first, second = make_rows(("id", "name"), iter([(1, "Ann"), (2, "Bob")]), "query")
    assert isinstance(first, SourceRow)
    assert isinstance(second, SourceRow)
    assert first.place.line == 1
    assert second.cells["name"] == Span("query", 2, 2, 2, 3)


def test_a_value_that_cannot_be_written_rejects_its_row() -> None:
    """The finding names the column."""
    row = make_row(("id", "photo"), (1, b"x"), "query", 3)
    assert isinstance(row, RejectedRow)
    (problem,) = row.problems
    assert (problem.code, problem.span) == ("FP213", Span("query", 3, 2, 3, 3))
    assert problem.message == "photo holds bytes"


def test_two_columns_of_one_name_are_refused() -> None:
    """A join easily gives two of them."""
    with pytest.raises(Findings) as caught:
        check_names(("id", "name", "id"), "query")
    assert caught.value.problems[0].code == "FP218"
    assert caught.value.problems[0].span.column == 3
