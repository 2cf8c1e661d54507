"""JSON: one list of objects, read an object at a time."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.errors import Findings
from runner.model.recipient import RejectedRow, SourceRow
from runner.recipients.json_array import read_json_array

_TEXTS = st.text(max_size=6) | st.sampled_from(['"a": 1', "[", "}\n,", "\\", "é日😀"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)
_ROWS = st.lists(st.dictionaries(_TEXTS, _VALUES, max_size=3), max_size=5)


def _pieces(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


def _read(text: str, size: int = 1 << 16) -> list[SourceRow | RejectedRow]:
    return list(read_json_array(_pieces(text, size), "r.json"))


@given(_ROWS, st.sampled_from([None, 1, 4]), st.integers(1, 40))
def test_every_object_is_read_wherever_the_pieces_end(
    rows: list[dict[str, object]], indent: int | None, size: int
) -> None:
    """A piece may end in the middle of a word, a number or an escape."""
    found = _read(json.dumps(rows, indent=indent), size)
    assert [row.fields for row in found] == rows


@given(_ROWS, st.sampled_from([None, 2]), st.integers(5, 40))
def test_every_values_place_holds_the_value(
    rows: list[dict[str, object]], indent: int | None, size: int
) -> None:
    """Cut out of the file at its place, a value is the value again."""
    text = json.dumps(rows, indent=indent, ensure_ascii=False)
    lines = text.split("\n")
    for row in _read(text, size):
        assert isinstance(row, SourceRow)
        for name, span in row.cells.items():
            part = lines[span.line - 1 : span.end_line]
            part[-1] = part[-1][: span.end_column - 1]
            part[0] = part[0][span.column - 1 :]
            assert json.loads("\n".join(part)) == row.fields[name]


@pytest.mark.parametrize("text", ['{"id": 1}', "7", '"a"', "", "  \n "])
def test_what_is_no_list_is_refused(text: str) -> None:
    """The finding shows what to write."""
    with pytest.raises(Findings) as caught:
        _read(text)
    (problem,) = caught.value.problems
    assert problem.code == "FP215"
    assert '[{"phone"' in problem.remedy


@pytest.mark.parametrize(
    ("item", "said"),
    [("7", "an object"), ('{"a": 1, "a": 2}', "stands twice"), ('{"a": NaN}', "NaN is not JSON")],
)
def test_an_item_that_is_no_recipient_does_not_hide_the_others(item: str, said: str) -> None:
    """It is rejected at its place."""
    first, second, third = _read(f'[{{"id": 0}},\n {item},\n {{"id": 2}}]')
    assert [first.fields, third.fields] == [{"id": 0}, {"id": 2}]
    assert isinstance(second, RejectedRow)
    assert said in second.problems[0].message
    assert (second.place.line, second.place.column) == (2, 2)


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ('{"id": 1\n{"id": 2}\n]\n', "Expecting ',' delimiter; 2 lines are left out"),
        ('{"id": 1}\n{"id": 2}\n]', "a comma is missing; 2 lines are left out"),
        ('{"id": 1}', "the list has no end; 1 line is left out"),
        ("]\n[1]\n", "something after the list; 1 line is left out"),
        ("," + "[" * 200_000, "1 line is left out"),
    ],
)
def test_from_a_fault_of_the_list_on_the_rest_is_rejected(rest: str, said: str) -> None:
    """Where the next object begins cannot be known; the finding counts the lines."""
    first, *_, last = _read('[{"id": 0},\n' + rest if rest[0] != "]" else '[{"id": 0}\n' + rest)
    assert first.fields == {"id": 0}
    assert isinstance(last, RejectedRow)
    (problem,) = last.problems
    assert problem.code == "FP215"
    assert said in problem.message


def test_an_endless_object_is_given_up() -> None:
    """Memory does not grow with what follows an open bracket."""
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        yield '[{"a": "'
        while True:
            taken += 1
            yield "x" * 100_000 + "\n"

    reader = read_json_array(_until(endless(), 60), "r.json")
    (row,) = list(reader)
    assert isinstance(row, RejectedRow)
    assert taken == 59


def _until(pieces: Iterator[str], count: int) -> Iterator[str]:
    return (piece for _, piece in zip(range(count), pieces, strict=False))
