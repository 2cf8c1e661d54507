"""JSON Lines: one object a line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.recipient import RejectedRow, SourceRow
from runner.recipients.json_lines import read_json_lines


def _read(*lines: str) -> list[SourceRow | RejectedRow]:
    return list(read_json_lines(iter(lines), "r.jsonl"))


_TEXTS = st.text(max_size=6) | st.sampled_from(['"phone": 1', "{", '\\"', "é日😀"])
_NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_VALUES = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.text(max_size=5) | st.just("phone"), _VALUES, max_size=4),
    st.sampled_from([(",", ":"), (" , ", " : "), (",\t", ":  ")]),
    st.booleans(),
)
def test_every_values_place_holds_the_value(
    row: dict[str, object],
    separators: tuple[str, str],
    ascii_only: bool,  # noqa: FBT001
) -> None:
    """Cut out of the line at its place, a value is the value again, however it is written."""
    line = "  " + json.dumps(row, separators=separators, ensure_ascii=ascii_only) + "\r\n"
    (found,) = _read(line)
    assert isinstance(found, SourceRow)
    assert found.fields == row
    assert set(found.cells) == set(row)
    for name, value in row.items():
        span = found.cells[name]
        assert span.line == span.end_line == 1
        assert json.loads(line[span.column - 1 : span.end_column - 1]) == value


def test_blank_lines_are_passed_over_and_counted() -> None:
    """A row's line is its line in the file."""
    rows = _read('{"id": 1}\n', "\n", "  \n", '{"id": 2}')
    assert [row.place.line for row in rows] == [1, 4]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[1]", "a recipient is an object"),
        ('"Ann"', "a recipient is an object"),
        ("{'id': 1}", "this is not JSON"),
        ('{"id": 1', "this is not JSON"),
        ('{"id": 1, "id": 2}', 'the key "id" stands twice'),
        ('{"a": {"b": 1, "b": 2}}', 'the key "b" stands twice'),
        ('{"id": NaN}', "NaN is not JSON"),
        ('{"id": -Infinity}', "-Infinity is not JSON"),
        ('{"id": ' + "9" * 5000 + "}", "too long"),
        ('{"id": ' + "[" * 200_000 + "}", "nested too deeply"),
    ],
)
def test_a_line_that_is_no_recipient_says_why(line: str, said: str) -> None:
    """It is rejected with its place and what to write instead, and the others are read."""
    before, broken, after = _read('{"id": 0}', line, '{"id": 2}')
    assert [before.fields, after.fields] == [{"id": 0}, {"id": 2}]
    assert isinstance(broken, RejectedRow)
    (problem,) = broken.problems
    assert (problem.code, problem.span.line) == ("FP215", 2)
    assert said in problem.message
    assert problem.remedy
    assert broken.fields == {"": line[:1000]}
