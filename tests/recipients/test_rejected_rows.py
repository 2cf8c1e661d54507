"""The rows that cannot be used, however many."""

import pytest

from runner.model.place import Span
from runner.model.problem import Problem, Related
from runner.model.recipient import RejectedRow
from runner.recipients.rejected_rows import KEPT, RejectedRows


def _row(number: int) -> RejectedRow:
    place = Span("r.csv", number, 1, number, 9)
    related = (Related(place, "for this recipient"),)
    problem = Problem(place, "FP212", "phone is empty", "fill in phone", related=related)
    return RejectedRow({"id": str(number), "nested": {"a": [1, None]}}, place, (problem,))


def _make(count: int) -> tuple[RejectedRows, list[RejectedRow]]:
    rows = RejectedRows()
    wanted = [_row(number) for number in range(1, count + 1)]
    for row in wanted:
        rows.add(row)
    return rows, wanted


@pytest.mark.parametrize("count", [0, 1, KEPT, KEPT + 1, KEPT + 25])
def test_none_is_lost_and_none_is_changed(count: int) -> None:
    """Also those that are not in memory come back as they were, as often as they are asked for."""
    rows, wanted = _make(count)
    assert list(rows) == wanted
    assert list(rows) == wanted
    assert (len(rows), bool(rows)) == (count, count > 0)


def test_only_the_first_are_in_memory() -> None:
    """A file of a million bad rows is told of all the same."""
    rows, wanted = _make(KEPT + 3)
    assert rows.kept == tuple(wanted[:KEPT])
    assert len(rows._kept) == KEPT


def test_single_rows_and_parts_can_be_asked_for() -> None:
    """As of any sequence."""
    rows, wanted = _make(KEPT + 3)
    assert (rows[0], rows[-1], rows[KEPT]) == (wanted[0], wanted[-1], wanted[KEPT])
    assert rows[KEPT - 1 : KEPT + 2] == tuple(wanted[KEPT - 1 : KEPT + 2])
    assert rows[::-1] == tuple(wanted[::-1])
    with pytest.raises(IndexError):
        rows[KEPT + 3]


def test_a_row_that_is_added_while_others_are_read_waits_its_turn() -> None:
    """Readers do not disturb the writer."""
    rows, _ = _make(KEPT + 2)
    reading = iter(rows)
    next(reading)
    rows.add(_row(KEPT + 3))
    assert len(list(reading)) == KEPT + 2
