"""Real files as spreadsheets write them come back as they were."""

import csv
import json
import tempfile
from pathlib import Path
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from runner.model.place import Span
from runner.model.problem import Problem
from runner.model.recipient import Recipient, RejectedRow
from runner.recipients.source import open_source
from runner.report.rejects import RejectsFile

_TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")
    | st.sampled_from('",;\t|\r\n é日😀'),
    max_size=8,
)
_ROWS = st.lists(st.fixed_dictionaries({"id": _TEXT.map("x".__add__), "b": _TEXT}), max_size=5)
_ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])


def _read(file: Path) -> list[dict[str, object]]:
    rows = list(open_source(str(file), None).rows())
    assert all(isinstance(row, Recipient) for row in rows)
    return [dict(row.fields) for row in rows]


@given(
    _ROWS,
    _ENCODINGS,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\r\n", ";;\n\n"]),
)
def test_csv_of_every_dialect(
    rows: list[dict[str, str]], encoding: str, delimiter: str, end: str, above: str
) -> None:
    """Whatever the encoding, the separator, the line ends and the blank lines above."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "r.csv"
        with file.open("w", encoding=encoding, newline="") as stream:
            if encoding in ("utf-16-le", "utf-16-be"):
                stream.write("\ufeff")
            stream.write(above)
            writer = csv.writer(
                stream, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL
            )
            writer.writerow([" id ", "b"])
            writer.writerows((row["id"], row["b"]) for row in rows)
        assert _read(file) == rows


@given(_ROWS, _ENCODINGS, st.booleans(), st.sampled_from(["r.json", "r.jsonl"]))
def test_json_of_both_kinds(
    rows: list[dict[str, str]],
    encoding: str,
    escaped: bool,  # noqa: FBT001
    name: Literal["r.json", "r.jsonl"],
) -> None:
    """A list, or an object a line."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        whole = json.dumps(rows, ensure_ascii=escaped, indent=1)
        lines = "\n".join(json.dumps(row, ensure_ascii=escaped) for row in rows)
        mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
        text = whole if name == "r.json" else lines
        file.write_bytes((mark + text).encode(encoding))
        assert _read(file) == rows


@given(_ROWS.filter(bool), st.sampled_from(["r.rejects.csv", "r.rejects.jsonl"]))
def test_a_rejects_file_can_be_run_again(rows: list[dict[str, str]], name: str) -> None:
    """It has the original columns; those that tell why are passed over."""
    place = Span("r.csv", 2, 1, 2, 9)
    problem = Problem(place, "FP212", 'phone is empty, or "so"')
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        with RejectsFile(file) as rejects:
            for row in rows:
                rejects.add(RejectedRow(row, place, (problem,)))
        assert "flexplay_reason" in file.read_text("utf-8")
        assert _read(file) == rows
