"""Recipients as a stream that can be read more than once."""

from pathlib import Path

import pytest

from runner.load.file import load_text
from runner.model.document import Document, MappingNode, SequenceNode
from runner.model.errors import Findings
from runner.model.place import Span
from runner.model.problem import Problem
from runner.model.recipient import Recipient, RejectedRow
from runner.recipients.source import Source, nobody, one_recipient, open_source, samples_source

_SCHEMA = "type: object\nrequired: [id, name]\nproperties: { id: { type: string } }"


def _schema(text: str = _SCHEMA) -> MappingNode:
    document = load_text("p.yaml", text.encode())
    assert isinstance(document, Document)
    assert isinstance(document.root, MappingNode)
    return document.root


def _fields(source: Source) -> list[dict[str, object]]:
    return [dict(row.fields) for row in source.rows() if isinstance(row, Recipient)]


def _faults(file: Path) -> tuple[Problem, ...]:
    with pytest.raises(Findings) as caught:
        open_source(str(file), _schema())
    return caught.value.problems


def _write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("r.csv", "id,name\n1,Ann\n2,Bob\n"),
        ("r.TXT", "\ufeffid;name\n1;Ann\n2;Bob\n"),
        ("r.tsv", "id\tname\n1\tAnn\n2\tBob\n"),
        ("r.jsonl", '{"id": "1", "name": "Ann"}\n{"id": "2", "name": "Bob"}\n'),
        ("r.ndjson", '{"id": "1", "name": "Ann"}\n{"id": "2", "name": "Bob"}'),
    ],
)
def test_a_file_is_read_as_its_name_says_and_again(tmp_path: Path, name: str, text: str) -> None:
    """Every pass begins with the first row, also while another pass is under way."""
    source = open_source(str(_write(tmp_path, name, text)), _schema())
    wanted = [{"id": "1", "name": "Ann"}, {"id": "2", "name": "Bob"}]
    abandoned = source.rows()
    next(abandoned)
    assert _fields(source) == wanted
    assert _fields(source) == wanted
    assert [row.fields for row in abandoned] == wanted[1:]


def test_a_faulty_row_does_not_hide_the_others(tmp_path: Path) -> None:
    """It is rejected in its place among the good ones."""
    file = _write(tmp_path, "r.csv", "id,name\n1,Ann\n2\n3,Cem\n")
    kinds = [type(row) for row in open_source(str(file), _schema()).rows()]
    assert kinds == [Recipient, RejectedRow, Recipient]


def test_a_missing_column_is_found_before_any_row(tmp_path: Path) -> None:
    """A column with a close name is pointed at."""
    (problem,) = _faults(_write(tmp_path, "r.csv", "id,nmae\n1,Ann\n"))
    assert problem.code == "FP211"
    assert problem.message == 'the column "name" is missing, there is "nmae"'
    assert (problem.span.line, problem.span.column) == (1, 4)
    assert problem.remedy == "call it name"


def test_a_file_without_a_header_is_told_in_one_finding(tmp_path: Path) -> None:
    """A recipient on the first line is no row of columns."""
    (problem,) = _faults(_write(tmp_path, "r.csv", "A-1;Ann\nA-2;Bob\n"))
    assert problem.message == "the first line names none of the columns id, name"
    assert problem.remedy == "put this line above it: id;name"


@pytest.mark.parametrize("name", ["r.xlsx", "recipients"])
def test_other_kinds_of_files_are_refused(tmp_path: Path, name: str) -> None:
    """The finding says which kinds can be read."""
    (problem,) = _faults(_write(tmp_path, name, "id,name\n"))
    assert problem.code == "FP215"
    assert (
        problem.remedy == "use a .csv, .jsonl, .json or .parquet file, or a database with a query"
    )


@pytest.mark.parametrize("name", ["no.csv"])
def test_a_file_that_is_not_there_is_found_when_it_is_opened(tmp_path: Path, name: str) -> None:
    """Not later, when something may have been sent."""
    (problem,) = _faults(tmp_path / name)
    assert problem.code == "FP001"


def test_one_recipient_from_the_command_line() -> None:
    """`--set` makes a row; what the schema requires and nobody set is missing."""
    place = Span("p.yaml", 1, 1, 9, 1)
    (good,) = one_recipient({"id": "1", "name": "Ann"}, _schema(), place).rows()
    assert isinstance(good, Recipient)
    assert good.place == place
    (bad,) = one_recipient({"id": "1"}, _schema(), place).rows()
    assert isinstance(bad, RejectedRow)
    assert "name is missing" in bad.problems[0].message


def test_samples_are_recipients_too() -> None:
    """Each has the place of its sample."""
    samples = _schema("samples:\n  - { id: A, name: Ann }\n  - { id: 7, name: Bob }").get("samples")
    assert isinstance(samples, SequenceNode)
    nodes = tuple(item for item in samples.items if isinstance(item, MappingNode))
    first, second = samples_source(nodes, _schema()).rows()
    assert isinstance(first, Recipient)
    assert first.place.line == 2
    assert isinstance(second, RejectedRow)
    assert second.problems[0].span.line == 3


def test_nobody_is_one_empty_recipient() -> None:
    """A playbook without recipients is one message, as often as it is asked."""
    source = nobody(Span("p.yaml", 1, 1, 9, 1))
    assert _fields(source) == [{}]
    assert _fields(source) == [{}]
