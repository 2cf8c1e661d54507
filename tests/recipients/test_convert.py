"""A row as written -> a recipient of the declared types, or what is wrong with each cell."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.load.file import load_text
from runner.model.document import Document, MappingNode
from runner.model.place import Span
from runner.model.recipient import Recipient, RejectedRow, SourceRow
from runner.recipients.convert import RowCheck

_SCHEMA = """
type: object
required: [id, phone]
properties:
  id: { type: string }
  phone: { type: string, format: phone }
  age: { type: integer }
  price: { type: number }
  vip: { type: boolean }
  visits: { type: [integer, "null"] }
  code: { type: [string, integer] }
  mail: { type: string, format: email }
"""
_PLACE = Span("r.csv", 2, 1, 2, 9)


def _mapping(text: str) -> MappingNode:
    document = load_text("p.yaml", text.encode())
    assert isinstance(document, Document)
    assert isinstance(document.root, MappingNode)
    return document.root


def _check(given: dict[str, Any], *, typed: bool = False, missing: tuple[str, ...] = ()) -> Any:
    fields = {"id": "A-1", "phone": "+13115552368", **given}
    cells = {name: Span("r.csv", 2, index, 2, index) for index, name in enumerate(fields, 1)}
    row = SourceRow(fields, _PLACE, cells, missing)
    return RowCheck(_mapping(_SCHEMA), typed=typed).check(row, {})


def _codes(found: Any) -> list[str]:
    assert isinstance(found, RejectedRow), found
    return [problem.code for problem in found.problems]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("age", "42", 42),
        ("age", " -7 ", -7),
        ("price", "9.50", 9.5),
        ("price", "10", 10.0),
        ("vip", "true", True),
        ("vip", "FALSE", False),
        ("visits", "3", 3),
        ("code", "007", "007"),
        ("unknown", "12", "12"),
        ("id", " 12 ", " 12 "),
    ],
)
def test_a_cell_becomes_what_the_schema_declares(name: str, text: str, value: object) -> None:
    """Only declared numbers and truth values are converted; everything else stays as written."""
    found = _check({name: text})
    assert isinstance(found, Recipient)
    assert found.fields[name] == value
    assert type(found.fields[name]) is type(value)


@pytest.mark.parametrize("name", ["age", "price", "vip", "visits"])
def test_an_empty_cell_of_a_number_is_no_value(name: str) -> None:
    """A template sees that the field is not there, instead of a zero."""
    found = _check({name: " "})
    assert isinstance(found, Recipient)
    assert name not in found.fields


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("age", "4.5", "age is not a whole number"),
        ("age", "1_000", "age is not a whole number"),
        ("age", "٣", "age is not a whole number"),
        ("price", "9,50", "price is not a number"),
        ("price", "1e3", "price is not a number"),
        ("price", "nan", "price is not a number"),
        ("vip", "yes", "vip is not true or false"),
    ],
)
def test_a_cell_of_another_type_is_rejected_at_its_place(name: str, text: str, said: str) -> None:
    """The finding stands at the cell and says what to write."""
    found = _check({name: text})
    assert _codes(found) == ["FP213"]
    assert found.problems[0].message == said
    assert found.problems[0].span == Span("r.csv", 2, 3, 2, 3)


@pytest.mark.parametrize("text", ["", "  "])
def test_a_required_cell_may_not_be_empty(text: str) -> None:
    """Blanks are empty too: nobody is greeted with them."""
    found = _check({"phone": text})
    assert _codes(found)[0] == "FP212"
    assert found.problems[0].message == "phone is empty"


def test_all_faults_of_a_row_are_told() -> None:
    """Whoever mends a row mends it once."""
    assert _codes(_check({"id": "", "age": "x", "vip": "y"})) == ["FP212", "FP213", "FP213"]


def test_too_few_and_too_many_cells() -> None:
    """The row names the columns that it lacks; what is too much has its own place."""
    few = _check({}, missing=("name", "age"))
    assert few.problems[0].message == "this row has too few cells: name, age is missing"
    assert few.fields["name"] == few.fields["age"] == ""
    many = _check({"": "x,y"})
    assert _codes(many) == ["FP212"]
    assert many.problems[0].span.column == 3


def test_the_schemas_own_words_hold_too() -> None:
    """Formats, the standard's and ours, are checked after the types."""
    assert _codes(_check({"phone": "0311 555"})) == ["FP106"]
    assert _codes(_check({"mail": "ann"})) == ["FP106"]
    assert isinstance(_check({"phone": "+1 (311) 555-2368", "mail": "ann@example.org"}), Recipient)


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_no_row_is_a_crash_or_a_silent_pass(phone: str, age: str, vip: str, visits: str) -> None:
    """A row is a recipient of the declared types, or is rejected with at least one reason."""
    found = _check({"phone": phone, "age": age, "vip": vip, "visits": visits})
    if isinstance(found, RejectedRow):
        assert found.problems
        assert found.fields["phone"] == phone
    else:
        assert type(found.fields.get("age", 0)) is int
        assert type(found.fields.get("vip", True)) is bool


def test_what_the_command_line_gives_has_no_cells_and_is_checked_the_same() -> None:
    """`--set` gives fields without places; their faults stand at the row."""
    row = SourceRow({"id": "", "phone": "x", "age": "old"}, _PLACE, {})
    found = RowCheck(_mapping(_SCHEMA), typed=False).check(row, {})
    assert isinstance(found, RejectedRow)
    assert {problem.span for problem in found.problems} == {_PLACE}


def test_json_keeps_its_own_types() -> None:
    """Nothing is converted where the source has types; a text for a number is a fault."""
    assert isinstance(_check({"age": 42}, typed=True), Recipient)
    assert _codes(_check({"age": "42"}, typed=True)) == ["FP103"]
    assert _codes(_check({"phone": 13115552368}, typed=True)) == ["FP104"]


def test_without_a_schema_every_row_will_do() -> None:
    """A playbook need not declare one."""
    row = SourceRow({"a": "1"}, _PLACE, {})
    found = RowCheck(None, typed=False).check(row, {"a": _PLACE})
    assert isinstance(found, Recipient)
    assert (found.fields, found.columns) == ({"a": "1"}, {"a": _PLACE})


def test_a_sample_is_checked_where_it_stands() -> None:
    """Its findings point into the playbook."""
    check = RowCheck(_mapping(_SCHEMA), typed=True)
    good = check.check_sample(_mapping("{ id: A-1, phone: '+13115552368' }"))
    assert isinstance(good, Recipient)
    assert good.cells["phone"].column == 19
    bad = check.check_sample(_mapping("{ id: 7, phone: '+13115552368' }"))
    assert _codes(bad) == ["FP104"]


@pytest.mark.parametrize(
    ("kind", "value", "converted"),
    [
        ("string", 7, "7"),
        ("string", 7.0, "7"),
        ("string", True, "true"),
        ("string", None, ""),
        ("integer", 7, 7),
        ("integer", 7.0, 7),
        ("integer", "7", 7),
        ("number", "1.50", 1.5),
        ("number", 2, 2.0),
        ("boolean", True, True),
    ],
)
def test_a_databases_values_are_converted_too(kind: str, value: Any, converted: Any) -> None:
    """What is declared counts, not what the database made of it."""
    schema = _mapping(f"properties: {{ a: {{ type: {kind} }} }}")
    place = Span("query", 1, 1, 1, 2)
    found = RowCheck(schema, typed=False).check(SourceRow({"a": value}, place, {}), {})
    assert isinstance(found, Recipient)
    assert found.fields == {"a": converted}


@pytest.mark.parametrize(("kind", "value"), [("integer", 7.5), ("integer", True), ("boolean", 1)])
def test_what_is_of_another_kind_is_rejected(kind: str, value: Any) -> None:
    """Nothing is rounded or guessed."""
    schema = _mapping(f"properties: {{ a: {{ type: {kind} }} }}")
    place = Span("query", 1, 1, 1, 2)
    found = RowCheck(schema, typed=False).check(SourceRow({"a": value}, place, {}), {})
    assert isinstance(found, RejectedRow)
    assert found.problems[0].code == "FP213"


def test_null_stays_where_it_is_declared() -> None:
    """Else it is an empty cell: no value for a number, an empty text for a text."""
    text = "required: [a]\nproperties: { a: { type: [string, 'null'] }, b: { type: integer } }"
    place = Span("query", 1, 1, 1, 2)
    row = SourceRow({"a": None, "b": None, "c": None}, place, {})
    found = RowCheck(_mapping(text), typed=False).check(row, {})
    assert found.fields == {"a": None, "c": ""}


def test_a_regions_numbers_are_telephone_numbers() -> None:
    """`format: phone` follows recipients.default_region."""
    schema = _mapping("properties: { a: { type: string, format: phone } }")
    row = SourceRow({"a": "030 123456"}, Span("r.csv", 2, 1, 2, 9), {})
    assert isinstance(RowCheck(schema, typed=False, region="DE").check(row, {}), Recipient)
    assert isinstance(RowCheck(schema, typed=False).check(row, {}), RejectedRow)


@pytest.mark.parametrize("written", ["4.93012E+11", "4,93012E+11", "1E+10", " 4.9e+11 "])
def test_a_number_that_a_spreadsheet_has_shortened_is_called_so(written: str) -> None:
    """Its digits are lost: to add a plus would not help. What stood there is not repeated."""
    found = _check({"phone": written})
    assert _codes(found) == ["FP106"]
    (problem,) = found.problems
    assert problem.message == "phone has been shortened by a spreadsheet: its last digits are lost"
    assert problem.span.column == 2


def test_other_faults_are_not_blamed_on_spreadsheets() -> None:
    """Nor is a text like that where no number is wanted."""
    (problem,) = _check({"phone": "49301E", "code": "4.93012E+11"}).problems
    assert "spreadsheet" not in problem.message
