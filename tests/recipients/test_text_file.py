"""A recipients' file as lines of text."""

import os
from pathlib import Path
from typing import IO, Any

import pytest

from runner.model.errors import Findings
from runner.model.problem import Problem
from runner.recipients.text_file import LONGEST, first_character, read_chunks, read_lines


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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_spreadsheets_encodings_and_line_ends_are_known(
    tmp_path: Path, encoding: str, end: str
) -> None:
    """Excel's "Unicode text" is UTF-16 with a mark, an old Mac ends its lines with CR."""
    file = tmp_path / "r.csv"
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    file.write_bytes((mark + end.join(["id;name", "1;Jörg 😀", ""])).encode(encoding))
    assert list(read_lines(str(file))) == ["id;name" + end, "1;Jörg 😀" + end]
    assert "".join(read_chunks(str(file))) == f"id;name{end}1;Jörg 😀{end}"
    assert first_character(str(file)) == "i"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("id,name\n".encode("utf-16-le"), "UTF-16 without its mark"),
        ("id,name\n".encode("utf-16-be"), "UTF-16 without its mark"),
        ("id,name\n".encode("utf-32"), "not text"),
        (b"PK\x03\x04rest", "a workbook"),
        ("id,name\n".encode("utf-16") + b"1", "cut off"),
        ("id,name\n".encode("utf-16") + b"\x00\xd8,\x00", "not UTF-8"),
    ],
)
def test_what_is_no_text_is_named(tmp_path: Path, data: bytes, said: str) -> None:
    """The remedy says how to save it."""
    file = tmp_path / "r.csv"
    file.write_bytes(data)
    problem = _fault(file)
    assert (problem.code, said in problem.message) == ("FP002", True)
    assert "CSV UTF-8" in problem.remedy


def test_a_line_without_an_end_is_given_up(tmp_path: Path) -> None:
    """Memory does not grow with a line."""
    file = tmp_path / "r.csv"
    file.write_bytes(b"id\n" + b"x" * (LONGEST + 5))
    problem = _fault(file)
    assert (problem.code, problem.span.line) == ("FP215", 2)


def test_a_chunk_that_is_not_utf8_has_a_line_and_a_column(tmp_path: Path) -> None:
    """Also where the file is read in pieces."""
    file = tmp_path / "r.json"
    file.write_bytes(b"[\n" * 40_000 + "日".encode() + b"\xfc")
    with pytest.raises(Findings) as caught:
        list(read_chunks(str(file)))
    (problem,) = caught.value.problems
    assert (problem.span.line, problem.span.column) == (40_001, 2)


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
