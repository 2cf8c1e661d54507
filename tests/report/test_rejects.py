"""The rejects file: rows ready to be mended and run again."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from runner.model.place import Span
from runner.model.problem import Problem
from runner.model.recipient import RejectedRow
from runner.recipients.json_lines import read_json_lines
from runner.recipients.text_file import read_lines
from runner.report.rejects import RejectsFile

_PLACE = Span("r.csv", 2, 1, 2, 9)


def _row(fields: dict[str, Any], why: str = "phone is empty") -> RejectedRow:
    return RejectedRow(fields, _PLACE, (Problem(_PLACE, "FP212", why), Problem(_PLACE, "FP1", "x")))


def _write(path: Path, *rows: dict[str, Any]) -> list[dict[str, str]]:
    with RejectsFile(path) as rejects:
        for row in rows:
            rejects.add(_row(row))
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_row_keeps_its_columns_and_gets_its_first_reason(tmp_path: Path) -> None:
    """Commas, quotes and line breaks come back as they were."""
    (row,) = _write(tmp_path / "r.csv", {"name": 'Ann, "A"\nLee', "phone": "日"})
    assert row == {
        "name": 'Ann, "A"\nLee',
        "phone": "日",
        "flexplay_code": "FP212",
        "flexplay_reason": "phone is empty",
    }


def test_no_cell_is_lost_when_rows_differ(tmp_path: Path) -> None:
    """A short first row does not decide which columns there are; extra cells are kept too."""
    first, second, third = _write(
        tmp_path / "r.csv", {"a": "1"}, {"a": "2", "b": "3"}, {"a": "4", "b": "5", "": "6,7"}
    )
    assert (first["a"], first["b"]) == ("1", "")
    assert (second["a"], second["b"]) == ("2", "3")
    assert (third["b"], third["flexplay_extra_cells"]) == ("5", "6,7")


def test_without_a_row_there_is_no_file(tmp_path: Path) -> None:
    """A run without rejects leaves nothing behind."""
    with RejectsFile(tmp_path / "r.csv"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_rows_are_kept_when_the_run_fails_later(tmp_path: Path) -> None:
    """What was found until then is written."""

    def fail(rejects: RejectsFile) -> None:
        with rejects:
            rejects.add(_row({"a": "1"}))
            raise OSError("later")

    with pytest.raises(OSError, match="later"):
        fail(RejectsFile(tmp_path / "r.csv"))
    assert (tmp_path / "r.csv").exists()


@pytest.mark.parametrize("there", [False, True])
def test_only_the_owner_may_read_it(tmp_path: Path, there: bool) -> None:  # noqa: FBT001
    """Personal data is private, also where a readable file of this name was."""
    path = tmp_path / "r.csv"
    if there:
        path.write_text("old and long enough to stay behind if nobody cuts it off\n" * 9)
        path.chmod(0o644)
    assert len(_write(path, {"a": "1"})) == 1
    assert path.stat().st_mode & 0o777 == 0o600


def test_values_of_json_are_written_as_json(tmp_path: Path) -> None:
    """A cell holds what JSON would, and nothing for null."""
    (row,) = _write(tmp_path / "r.csv", {"a": True, "b": None, "c": [1, "é"], "d": 9.5})
    assert (row["a"], row["b"], row["c"], row["d"]) == ("true", "", '[1, "é"]', "9.5")


def test_a_second_round_does_not_double_the_reasons(tmp_path: Path) -> None:
    """A rejects file that is rejected again has its columns once."""
    fields = {"a": "1", "flexplay_code": "FP001", "flexplay_reason": "old"}
    (row,) = _write(tmp_path / "r.csv", fields)
    assert row == {"a": "1", "flexplay_code": "FP212", "flexplay_reason": "phone is empty"}
    assert (tmp_path / "r.csv").read_text().count("flexplay_code") == 1


def test_json_lines_keep_their_types(tmp_path: Path) -> None:
    """Rows of a JSON Lines file can be run again as they are."""
    path = tmp_path / "r.jsonl"
    with RejectsFile(path) as rejects:
        rejects.add(_row({"a": {"b": [1, None]}, "c": True}))
    (row,) = read_json_lines(read_lines(str(path)), "r.jsonl")
    assert row.fields["a"] == {"b": [1, None]}
    assert json.loads(path.read_text())["flexplay_code"] == "FP212"
