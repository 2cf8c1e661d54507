"""CSV as spreadsheets write it."""

import csv
import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.errors import Findings
from runner.model.place import Span
from runner.model.recipient import RejectedRow, SourceRow
from runner.recipients.csv_file import Header, read_csv
from runner.recipients.csv_places import cell_spans


def _cut(text: str) -> Iterator[str]:
    """Yield lines as a recipients' file is read: cut after LF, CR LF or CR."""
    return iter(io.StringIO(text, newline=""))


def _read_all(text: str) -> tuple[Header, list[SourceRow | RejectedRow]]:
    header, rows = read_csv(_cut(text), "r.csv")
    return header, list(rows)


def _read(text: str) -> tuple[Header, list[SourceRow]]:
    header, rows = _read_all(text)
    return header, [row for row in rows if isinstance(row, SourceRow)]


def _slice(text: str, span: Span) -> str:
    """Return what stands at the span, cut out of the file."""
    lines = list(_cut(text))
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    first = lines[span.line - 1][span.column - 1 :]
    last = lines[span.end_line - 1][: span.end_column - 1]
    return first + "".join(lines[span.line : span.end_line - 1]) + last


_CELL = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    | st.sampled_from('",;\t|\r\n 日😀'),
    max_size=8,
)


@st.composite
def _tables(draw: st.DrawFn) -> tuple[str, str, list[list[str]]]:
    """Return a delimiter, a line end and a table whose first column is never empty."""
    width = draw(st.integers(1, 4))
    row = st.lists(_CELL, min_size=width, max_size=width).map(
        lambda cells: ["x" + cells[0], *cells[1:]]
    )
    return (
        draw(st.sampled_from(",;\t|")),
        draw(st.sampled_from(["\n", "\r\n", "\r"])),
        draw(st.lists(row, min_size=1, max_size=4)),
    )


@given(_tables(), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_every_cells_place_holds_the_cell(
    table: tuple[str, str, list[list[str]]], quoting: int
) -> None:
    """Cut out of the file at its span and read alone, a cell is the cell's value again."""
    delimiter, end, rows = table
    names = [f"c{index}" for index in range(len(rows[0]))]
    names = names if len(names) > 1 else [*names, "more"]
    rows = [row if len(row) == len(names) else [*row, ""] for row in rows]
    if any({"\r", "\n"} & set(cell) for row in rows for cell in row):
        quoting = csv.QUOTE_ALL  # before Python 3.13 not every line end is quoted otherwise
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([names, *rows])
    text = out.getvalue()
    header, found = _read(text)
    assert header.delimiter == delimiter
    assert [[row.fields[name] for name in names] for row in found] == rows
    for row in found:
        for name in names:
            cut = _slice(text, row.cells[name])
            alone = next(csv.reader(_cut(cut), delimiter=delimiter, strict=True), [""])
            assert alone == [row.fields[name]]


@pytest.mark.parametrize(
    ("record", "columns"),
    [
        ("a,b\n", [(1, 2), (3, 4)]),
        ('ab"c,d\r\n', [(1, 5), (6, 7)]),
        ('"a,""b""",c', [(1, 10), (11, 12)]),
        ("日本,x", [(1, 3), (4, 5)]),
        (",,", [(1, 1), (2, 2), (3, 3)]),
        ("", [(1, 1)]),
    ],
)
def test_cells_are_placed_by_the_csv_modules_rules(
    record: str, columns: list[tuple[int, int]]
) -> None:
    """A quote in the middle of a cell is a character, a doubled one does not end the cell."""
    spans = cell_spans(record, ",", "r.csv", 1)
    assert [(span.column, span.end_column) for span in spans] == columns


def test_a_quoted_line_break_moves_the_next_row_down() -> None:
    """A row's place is the line on which it begins."""
    _, rows = _read('id,text\n1,"a\nb"\n2,c\n')
    assert [row.place.line for row in rows] == [2, 4]
    assert rows[0].cells["text"] == Span("r.csv", 2, 3, 3, 3)


def test_blank_lines_are_passed_over() -> None:
    """A line end too many is no recipient."""
    _, rows = _read("id,name\n\n1,Ann\n\n\n2,Bob\n\n")
    assert [(row.fields["id"], row.place.line) for row in rows] == [("1", 3), ("2", 6)]


@pytest.mark.parametrize("header", ["a;b", "a\tb", "a|b", "a,b", '"a,x";b', '"a;x","b"'])
def test_the_header_tells_the_separator(header: str) -> None:
    """Comma, semicolon, tab and bar are known; those within quotes do not count."""
    found, _ = _read(header + "\n")
    assert len(found.names) == 2


def test_a_header_may_have_a_quoted_line_break() -> None:
    """Spreadsheets allow it, and the rows below are still counted right."""
    header, rows = _read('id,"full\nname"\n1,Ann\n')
    assert header.names == ("id", "full\nname")
    assert rows[0].place.line == 3


def test_too_few_cells_are_named() -> None:
    """The row knows which columns it lacks."""
    _, (row,) = _read("id,name,phone\n1\n")
    assert row.missing == ("name", "phone")


def test_too_many_cells_have_a_place() -> None:
    """What is beyond the columns is kept, with the place where it begins."""
    _, (row,) = _read("id,name\n1,Ann,x,y\n")
    assert row.fields[""] == "x,y"
    assert row.cells[""] == Span("r.csv", 2, 7, 2, 10)


@pytest.mark.parametrize(
    ("text", "code", "line", "said"),
    [
        ("", "FP215", 1, "file is empty"),
        ("\n;;\n \n", "FP215", 1, "file is empty"),
        ("id,,name\n", "FP218", 1, "no name"),
        ("id,name,id\n", "FP218", 1, 'two columns are called "id"'),
        ('id,"name\n', "FP215", 1, "not CSV"),
    ],
)
def test_what_is_no_csv_says_where_and_why(text: str, code: str, line: int, said: str) -> None:
    """A file that cannot be used as a whole is refused with the place of the fault."""
    with pytest.raises(Findings) as caught:
        _read(text)
    (problem,) = caught.value.problems
    assert (problem.code, problem.span.line) == (code, line)
    assert said in problem.message


def test_a_second_column_of_one_name_points_at_the_first() -> None:
    """Both places are shown."""
    with pytest.raises(Findings) as caught:
        _read("id,name,id\n")
    (problem,) = caught.value.problems
    assert problem.span.column == 9
    assert problem.related[0].span.column == 1


def test_blank_lines_may_stand_above_the_header() -> None:
    """A spreadsheet's empty rows are lines of separators; they still count as lines."""
    header, rows = _read("\n;;\nid; name ;\n;;\n1;Ann;\n")
    assert (header.names, header.span.line) == (("id", "name"), 3)
    assert [(dict(row.fields), row.place.line) for row in rows] == [({"id": "1", "name": "Ann"}, 5)]


def test_excel_may_name_the_separator_itself() -> None:
    """`sep=;` is a line that Excel understands, and no header."""
    header, (row,) = _read("sep=;\r\nid;a,b,c\r\n1;x\r\n")
    assert (header.names, header.span.line, row.place.line) == (("id", "a,b,c"), 2, 3)


@pytest.mark.parametrize(
    ("text", "lines", "good"),
    [
        ('id,name\n1,"Ann" Lee\n2,Bob\n', (2, 2), ["2"]),
        ('id,name\n1,"Ann\n2,"Bob"\n3,Cem\n', (2, 3), ["3"]),
        ('id,name\n1,Ann\n2,"Bob\n3,Cem\n4,Dan\n', (3, 5), ["1"]),
        ('id,name\n1,"' + "x" * 140_000 + "\n2,Bob\n" * 3, (2, 7), []),
    ],
)
def test_a_row_that_is_no_csv_does_not_hide_the_others(
    text: str, lines: tuple[int, int], good: list[str]
) -> None:
    """It is rejected, and reading goes on; an open quotation mark rejects all from there on."""
    _, rows = _read_all(text)
    (bad,) = [row for row in rows if isinstance(row, RejectedRow)]
    (problem,) = bad.problems
    assert problem.code == "FP215"
    assert (problem.span.line, problem.span.end_line) == lines
    assert [row.fields["id"] for row in rows if isinstance(row, SourceRow)] == good


def test_what_an_open_quotation_mark_swallows_is_counted() -> None:
    """Nobody is left out silently."""
    _, (row,) = _read_all('id,name\n1,"Ann\n2,Bob\n3,Cem\n')
    assert isinstance(row, RejectedRow)
    assert row.problems[0].message.endswith("so 3 lines are left out from here on")
    assert row.fields == {"id": "", "name": "", "": '1,"Ann\n2,Bob\n3,Cem'}
