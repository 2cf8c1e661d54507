"""Parquet files, real ones."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from runner.load.file import load_text
from runner.model.document import Document, MappingNode
from runner.model.errors import Findings
from runner.model.recipient import Recipient, RejectedRow
from runner.recipients.source import open_source

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install '.[parquet]'")
_SCHEMA = "required: [id, name]\nproperties: { id: { type: string }, age: { type: integer } }"


def _schema() -> MappingNode:
    document = load_text("p.yaml", _SCHEMA.encode())
    assert isinstance(document, Document)
    assert isinstance(document.root, MappingNode)
    return document.root


def _write(file: Path, columns: dict[str, Any], **options: Any) -> str:
    from pyarrow import parquet  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra

    parquet.write_table(pa.table(columns), file, **options)
    return str(file)


def test_values_are_converted_and_rows_have_places(tmp_path: Path) -> None:
    """A place is the row's number and the column's."""
    columns = {
        "id": [1, 2],
        "name": ["Ann", "Jörg"],
        "age": [40.0, None],
        "at": [date(2026, 3, 31), None],
        "fee": [Decimal("1.50"), None],
        "tags": [["a"], []],
    }
    source = open_source(_write(tmp_path / "r.parquet", columns), _schema())
    for _ in range(2):
        first, second = source.rows()
        assert first.fields == {
            "id": "1",
            "name": "Ann",
            "age": 40,
            "at": "2026-03-31",
            "fee": "1.50",
            "tags": ["a"],
        }
        assert second.fields == {"id": "2", "name": "Jörg", "at": "", "fee": "", "tags": []}
        assert isinstance(second, Recipient)
        assert (second.cells["name"].line, second.cells["name"].column) == (2, 2)


def test_many_batches_are_one_stream(tmp_path: Path) -> None:
    """Rows keep their numbers across batches and groups."""
    columns = {"id": list(range(5_000)), "name": ["Ann"] * 5_000}
    file = _write(tmp_path / "r.parquet", columns, row_group_size=700)
    rows = list(open_source(file, _schema()).rows())
    assert [row.fields["id"] for row in rows] == [str(number) for number in range(5_000)]
    assert rows[-1].place.line == 5_000


def test_a_bad_cell_is_found_at_its_place(tmp_path: Path) -> None:
    """The others are read."""
    columns = {"id": [1, 2, None], "name": ["Ann", "Bob", "Cem"], "age": ["40", "old", "41"]}
    good, bad, empty = open_source(_write(tmp_path / "r.parquet", columns), _schema()).rows()
    assert isinstance(good, Recipient)
    assert isinstance(bad, RejectedRow)
    assert isinstance(empty, RejectedRow)
    assert bad.problems[0].message == "age is not a whole number"
    assert (bad.problems[0].span.line, bad.problems[0].span.column) == (2, 3)
    assert empty.problems[0].message == "id is empty"


@pytest.mark.parametrize("content", [b"", b"id,name\n", b"PAR1broken"])
def test_what_is_no_parquet_is_a_finding(tmp_path: Path, content: bytes) -> None:
    """Whatever its name says."""
    file = tmp_path / "r.parquet"
    file.write_bytes(content)
    with pytest.raises(Findings) as caught:
        open_source(str(file), None)
    assert caught.value.problems[0].code == "FP215"


def test_a_missing_file_is_answered_with_a_close_name(tmp_path: Path) -> None:
    """As for every other file."""
    _write(tmp_path / "patients.parquet", {"id": [1]})
    with pytest.raises(Findings) as caught:
        open_source(str(tmp_path / "patiens.parquet"), None)
    assert caught.value.problems[0].remedy == f"did you mean {tmp_path / 'patients.parquet'}?"


def test_a_missing_column_is_found_before_any_row(tmp_path: Path) -> None:
    """One finding, with the column that was meant."""
    file = _write(tmp_path / "r.parquet", {"id": [1, 2], "nmae": ["Ann", "Bob"]})
    with pytest.raises(Findings) as caught:
        open_source(file, _schema())
    (problem,) = caught.value.problems
    assert problem.message == 'the column "name" is missing, there is "nmae"'
