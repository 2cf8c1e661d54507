import os
from dataclasses import replace
from pathlib import Path

import pytest

from runner.model.place import Span
from runner.model.problem import Problem
from runner.report.source_lines import last_line, marked_range, read_source_lines


def problem_at(file: Path | str, line: int) -> Problem:
    """A finding whose line is wanted."""
    return Problem(Span(str(file), line, 1, line, 2), "FP104", "it is wrong")


def test_lines_end_where_the_loader_ends_them(tmp_path: Path) -> None:
    """LF, CRLF and CR end a line, rarer separators do not; a byte order mark goes."""
    file = tmp_path / "a.yaml"
    file.write_bytes("\ufeffone\r\ntwo\rthree\u2028\x0c\x85still\nfour".encode())
    lines = read_source_lines([problem_at(file, number) for number in (1, 2, 3, 4, 5)])
    assert lines == {
        (str(file), 1): "one",
        (str(file), 2): "two",
        (str(file), 3): "three\u2028\x0c\x85still",
        (str(file), 4): "four",
    }


@pytest.mark.parametrize("name", ["patients.csv", "PEOPLE.JSONL", "list.txt", "rows.tsv"])
def test_rows_of_recipients_are_never_read(tmp_path: Path, name: str) -> None:
    """A report on a recipient names the place, not the person."""
    (tmp_path / name).write_text("+13115552368\n")
    assert read_source_lines([problem_at(tmp_path / name, 1)]) == {}


def test_what_cannot_be_read_has_no_lines(tmp_path: Path) -> None:
    """A missing file, a folder, a name with a NUL and a pipe are passed over."""
    os.mkfifo(tmp_path / "pipe.yaml")
    names: list[Path | str] = [tmp_path / "none.yaml", tmp_path, "a\0.yaml", tmp_path / "pipe.yaml"]
    assert read_source_lines([problem_at(name, 1) for name in names]) == {}


@pytest.mark.parametrize(
    ("span", "marked"),
    [
        (Span("f", 1, 3, 1, 5), (2, 4)),
        (Span("f", 1, 3, 1, 99), (2, 8)),
        (Span("f", 1, 3, 4, 1), (2, 6)),
        (Span("f", 1, 50, 1, 60), (8, 8)),
        (Span("f", 1, 7, 2, 1), (6, 6)),
    ],
)
def test_the_marked_range_lies_inside_of_the_line(span: Span, marked: tuple[int, int]) -> None:
    """A span over several lines marks its first up to the last character that is no blank."""
    assert marked_range("abcdef  ", span) == marked


@pytest.mark.parametrize(
    ("span", "line"),
    [(Span("f", 3, 1, 5, 1), 4), (Span("f", 3, 1, 5, 2), 5), (Span("f", 3, 1, 3, 1), 3)],
)
def test_a_span_that_ends_before_a_lines_first_character_leaves_that_line_out(
    span: Span, line: int
) -> None:
    """Ends are exclusive, and the reports that count whole lines need the last covered one."""
    assert last_line(span) == line


def test_the_line_of_a_secret_is_left_out(tmp_path: Path) -> None:
    """Neither the finding about it nor another on the same line shows it, nor a hash of it."""
    file = tmp_path / "a.yaml"
    file.write_text("a: 1\nmine: Zx7Q\nauth_token: 0f1e2d3c4b5a69788796a5b4c3d2e1f0\n", "utf-8")
    told = replace(problem_at(file, 2), code="FP502")
    lines = read_source_lines([problem_at(file, n) for n in (1, 2, 3)] + [told])
    assert lines == {(str(file), 1): "a: 1"}


def test_a_text_takes_the_place_of_its_file(tmp_path: Path) -> None:
    """What came from standard input is shown as it came, whatever the disk has."""
    file = tmp_path / "a.yaml"
    file.write_text("old\n", "utf-8")
    lines = read_source_lines([problem_at(file, 2)], {str(file): "one\r\ntwo\rthree"})
    assert lines == {(str(file), 2): "two"}
