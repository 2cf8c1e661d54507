"""A recipients' file as lines of text."""

import os
from pathlib import Path
from typing import IO, Any

import pytest

from runner.model.errors import Findings
from runner.model.problem import Problem
from runner.recipients.text_file import read_lines


def _fault(file: Path) -> Problem:
    with pytest.raises(Findings) as caught:
        list(read_lines(str(file)))
    (problem,) = caught.value.problems
    return problem


def test_lines_keep_their_ends_and_lose_the_byte_order_mark(tmp_path: Path) -> None:
    """Only a mark at the beginning of the file is taken away."""
    file = tmp_path / "r.csv"
    file.write_bytes("\ufeffid\r\n\ufeff1\n2".encode())
    assert list(read_lines(str(file))) == ["id\r\n", "\ufeff1\n", "2"]


def test_what_is_not_utf8_has_a_line_and_a_column(tmp_path: Path) -> None:
    """Columns count characters, not bytes."""
    file = tmp_path / "r.csv"
    file.write_bytes("id,name\n1,日本".encode() + b"\xfc\n")
    problem = _fault(file)
    assert (problem.code, problem.span.line, problem.span.column) == ("FP002", 2, 5)
    assert "CSV UTF-8" in problem.remedy


def test_the_column_leaves_out_the_byte_order_mark(tmp_path: Path) -> None:
    """The first character that an editor shows is column 1."""
    file = tmp_path / "r.csv"
    file.write_bytes(b"\xef\xbb\xbfid\xff\n")
    assert _fault(file).span.column == 3


def test_a_missing_file_is_answered_with_a_close_name(tmp_path: Path) -> None:
    """A slip of the finger is named."""
    (tmp_path / "patients.csv").write_text("id\n")
    problem = _fault(tmp_path / "patiens.csv")
    assert problem.code == "FP001"
    assert problem.remedy == f"did you mean {tmp_path / 'patients.csv'}?"


@pytest.mark.parametrize(("name", "said"), [("", "it is a folder"), ("no/r.csv", "no such file")])
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, said: str) -> None:
    """A folder, or a file in a folder that is not there."""
    assert said in _fault(tmp_path / name).message


def test_a_pipe_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    """Recipients are read twice; a pipe would hang or be empty the second time."""
    os.mkfifo(tmp_path / "r.csv")
    assert "read twice" in _fault(tmp_path / "r.csv").message


def test_a_name_with_a_nul_is_no_crash() -> None:
    """No file can have it."""
    assert _fault(Path("a\0b.csv")).code == "FP001"


def test_an_abandoned_file_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the first line only leaves no file open."""
    opened: list[IO[Any]] = []
    really_open = Path.open

    def remember(self: Path, mode: str) -> IO[Any]:
        opened.append(really_open(self, mode))
        return opened[0]

    file = tmp_path / "r.csv"
    file.write_bytes(b"id\n1\n")
    monkeypatch.setattr(Path, "open", remember)
    lines = read_lines(str(file))
    assert next(lines) == "id\n"
    assert not opened[0].closed
    del lines
    assert opened[0].closed
