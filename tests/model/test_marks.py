import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.marks import Marks


def _marks(bits: list[bool]) -> Marks:
    marks = Marks()
    for bit in bits:
        marks.add(marked=bit)
    return marks


@given(st.lists(st.booleans()))
def test_marks_are_read_as_they_were_written(bits: list[bool]) -> None:
    """Of any number of rows, none included."""
    read = Marks.from_text(_marks(bits).to_text())
    assert (list(read), len(read), read.marked) == (bits, len(bits), sum(bits))


@given(st.lists(st.booleans()))
def test_every_row_is_picked_once(bits: list[bool]) -> None:
    """Those that are meant, or the others."""
    rows, marks = range(len(bits)), _marks(bits)
    assert list(marks.pick(rows)) == [row for row in rows if bits[row]]
    assert sorted([*marks.pick(rows), *marks.pick(rows, marked=False)]) == list(rows)


def test_other_rows_than_were_marked_are_an_error() -> None:
    """A mark must never fall on another row than it was made for."""
    for rows in (range(1), range(3)):
        with pytest.raises(ValueError, match="zip"):
            list(_marks([True, False]).pick(rows))


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    """What is no marks is a ValueError, and nothing else."""
    try:
        marks = Marks.from_text(text)
    except ValueError:
        return
    assert len(list(marks)) == len(marks)


@pytest.mark.parametrize("rows", [0, 7, 8, 9, 1000])
def test_a_cut_text_is_an_error(rows: int) -> None:
    """However little is missing."""
    text = _marks([True] * rows).to_text()
    for wrong in (text[:-4], text.replace(f"{rows}:", f"{rows + 8}:"), ""):
        with pytest.raises(ValueError):  # noqa: PT011 - which of them does not matter
            Marks.from_text(wrong)
