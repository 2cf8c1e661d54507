"""Rows and recipients' files that cannot be sent: each is a finding, and nothing leaves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_PLAYBOOK = """\
version: 1
name: reminder
channel: { type: sms }
participants: [{ address: "{{ recipient.phone }}", proxy_address: "+19255550100" }]
routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    queue_sid: WQ0123456789abcdef0123456789abcdef
    worker_sid: WK0123456789abcdef0123456789abcdef
message: { body: "Hi {{ recipient.name }}" }
recipients:
  key: "{{ recipient.id }}"
  schema:
    type: object
    required: [id, name, phone]
    properties:
      phone: { type: string, format: phone }
      age: { type: integer }
"""
_HEADER = b"id,name,phone,age\n"
_ANN = b"A-1,Ann,+13115552361,40\n"
_CASES: dict[str, tuple[bytes, str]] = {
    "missing cell": (
        _HEADER + _ANN + b"B-2,Bob\n",
        "r.csv:3:1: error FP212: this row has too few cells: phone, age is missing",
    ),
    "too many cells": (
        _HEADER + _ANN + b"B-2,Lee, Bob,+13115552362,41\n",
        "r.csv:3:27: error FP212: this row has more cells than the header has columns",
    ),
    "empty required cell": (
        _HEADER + b"A-1,,+13115552361,40\n",
        "r.csv:2:5: error FP212: name is empty",
    ),
    "blank required cell": (
        _HEADER + b'A-1,"  ",+13115552361,40\n',
        "r.csv:2:5: error FP212: name is empty",
    ),
    "wrong type": (
        _HEADER + _ANN + b"B-2,Bob,+13115552362,old\n",
        "r.csv:3:22: error FP213: age is not a whole number",
    ),
    "no telephone number": (
        _HEADER + b'A-1,"Ann\nLee",0311 555,40\n',
        "r.csv:3:6: error FP106: phone must be a telephone number",
    ),
    "duplicate key": (
        _HEADER + _ANN + b"B-2,Bob,+13115552362,41\n" + _ANN,
        'r.csv:4:1: error FP214: the key "A-1" stands twice: one key is one message',
    ),
    "duplicate key with another message": (
        _HEADER + _ANN + b"A-1,Bob,+13115552362,41\n",
        'r.csv:3:1: error FP225: the key "A-1" stands twice, with two different messages',
    ),
    "impossible number": (
        _HEADER + _ANN + b"B-2,Bob,+1 311 555,41\n",
        "p.yaml:4:27: error FP222: +1\u2022\u2022\u2022\u2022\u20221555 is not a number",
    ),
    "broken quotation marks in the middle": (
        _HEADER + _ANN + b'B-2,"Bob" Lee,+13115552362,41\n' + b"C-3,Cem,+13115552363,42\n",
        "r.csv:3:1: error FP215: this row is not CSV",
    ),
    "UTF-16 with an empty cell": (
        (_HEADER + b"A-1,,+13115552361,40\n").decode().encode("utf-16"),
        "r.csv:2:5: error FP212: name is empty",
    ),
    "a workbook": (b"PK\x03\x04", "r.csv:1:1: error FP002: this is a workbook"),
    "not UTF-8 in the middle": (
        _HEADER + _ANN + b"B-2,J\xf6rg,+13115552362,41\n" + _ANN,
        "r.csv:3:6: error FP002: this is not UTF-8",
    ),
    "no header": (
        _ANN + b"B-2,Bob,+13115552362,41\n",
        "r.csv:1:1: error FP211: the first line names none of the columns id, name, phone",
    ),
    "missing column": (
        b"id,name,telephone\nA-1,Ann,+13115552361\n",
        'r.csv:1:9: error FP211: the column "phone" is missing, there is "telephone"',
    ),
    "missing column without a close one": (
        b"id,name,age\nA-1,Ann,40\n",
        'r.csv:1:1: error FP211: the column "phone" is missing',
    ),
    "two columns of one name": (
        b"id,name,phone,name\nA-1,Ann,+13115552361,Lee\n",
        'r.csv:1:15: error FP218: two columns are called "name"',
    ),
    "an open quotation mark": (
        _HEADER + b'A-1,"Ann,+13115552361,40\n' + _ANN,
        "r.csv:2:1: error FP215: this row is not CSV",
    ),
    "empty file": (b"", "r.csv:1:1: error FP215: the recipients' file is empty"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a playbook."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(_PLAYBOOK, "utf-8")
    return tmp_path


@pytest.mark.parametrize("case", _CASES)
def test_a_bad_row_is_found_at_its_place(
    flexplay: Callable[..., Any], folder: Path, case: str
) -> None:
    """The dry run exits 1 and says file, line, column and what is wrong."""
    content, said = _CASES[case]
    (folder / "r.csv").write_bytes(content)
    ran = flexplay("run", "p.yaml", "-r", "r.csv", "--dry-run")
    assert ran.code == 1, ran.out + ran.err
    assert said in ran.err
    assert ran.err.count(" error ") == 1


@pytest.mark.parametrize("case", _CASES)
def test_a_bad_row_sends_nothing(
    flexplay: Callable[..., Any], sandbox: Any, credentials: str, folder: Path, case: str
) -> None:
    """Not even the good rows leave, and no request of any kind reaches Twilio."""
    del credentials
    content, said = _CASES[case]
    (folder / "r.csv").write_bytes(content)
    ran = flexplay(
        "run", "p.yaml", "-r", "r.csv", "--yes", "--new-journal", "--base-url", sandbox.url
    )
    assert ran.code == 1, ran.out + ran.err
    assert said in ran.err
    assert list(sandbox.world.requests) == []


def test_the_good_rows_are_shown_beside_the_bad_one(
    flexplay: Callable[..., Any], folder: Path
) -> None:
    """A dry run shows what would be sent to the others."""
    (folder / "r.csv").write_bytes(_CASES["wrong type"][0])
    ran = flexplay("run", "p.yaml", "-r", "r.csv", "--dry-run")
    assert "key A-1" in ran.out
    assert "key B-2" not in ran.out
    assert "1 row rejected." in ran.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"id": "B-2", "name": "Bob"}', 'r.jsonl:2:1: error FP101: "phone" is missing'),
        (
            b'{"id": "B-2", "name": "Bob", "phone": 13115552362}',
            "r.jsonl:2:39: error FP104: phone is a number here, not text",
        ),
        (b'{"id": "B-2", "name": "Bob"', "r.jsonl:2:28: error FP215: this is not JSON"),
        (
            b'{"id": "B-2", "name": "J\xf6rg", "phone": "+13115552362"}',
            "r.jsonl:2:25: error FP002: this is not UTF-8",
        ),
    ],
)
def test_a_bad_line_of_json_is_found_at_its_place(
    flexplay: Callable[..., Any], folder: Path, line: bytes, said: str
) -> None:
    """JSON Lines are held to the same."""
    good = b'{"id": "A-1", "name": "Ann", "phone": "+13115552361"}\n'
    (folder / "r.jsonl").write_bytes(good + line + b"\n")
    ran = flexplay("run", "p.yaml", "-r", "r.jsonl", "--dry-run")
    assert ran.code == 1, ran.out + ran.err
    assert said in ran.err


def test_rejected_lines_of_json_are_kept_as_json(
    flexplay: Callable[..., Any], sandbox: Any, credentials: str, folder: Path
) -> None:
    """The rejects file has the form of the recipients, so that it can be mended and sent."""
    del credentials
    (folder / "r.jsonl").write_text(
        '{"id": "B-2", "name": "Bob", "phone": "+13115552361", "age": "x"}\n'
    )
    words = ("run", "p.yaml", "-r", "r.jsonl", "--base-url", sandbox.url, "--yes", "--new-journal")
    ran = flexplay(*words)
    assert ran.code == 1
    assert "They are in r.rejects.jsonl." in ran.err
    assert '"flexplay_code"' in (folder / "r.rejects.jsonl").read_text("utf-8")
    assert not (folder / "r.rejects.csv").exists()


def test_rejected_rows_of_the_playbooks_own_file_are_kept(
    flexplay: Callable[..., Any], sandbox: Any, credentials: str, folder: Path
) -> None:
    """Whoever named the file."""
    del credentials
    text = _PLAYBOOK.replace("  key:", "  file: r.csv\n  key:")
    (folder / "p.yaml").write_text(text, "utf-8")
    (folder / "r.csv").write_bytes(_CASES["wrong type"][0])
    ran = flexplay("run", "p.yaml", "--base-url", sandbox.url, "--yes", "--new-journal")
    assert ran.code == 1
    assert "FP213" in (folder / "r.rejects.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (("id=A-1", "name=Ann"), "FP212: this row has too few cells: phone is missing"),
        (("id=A-1", "name=Ann", "phone="), "FP212: phone is empty"),
        (("id=A-1", "name=Ann", "phone=+13115552361", "age=x"), "FP213: age is not a whole number"),
    ],
)
def test_a_bad_recipient_on_the_command_line_is_a_finding(
    flexplay: Callable[..., Any], fields: tuple[str, ...], said: str
) -> None:
    """`--set` is checked like a row of a file."""
    options = [part for field in fields for part in ("--set", field)]
    ran = flexplay("run", "p.yaml", *options, "--dry-run")
    assert ran.code == 1, ran.out + ran.err
    assert said in ran.err
