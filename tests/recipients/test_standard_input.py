"""Recipients that are piped in."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from runner.model.recipient import Recipient
from runner.recipients import source as sources
from runner.recipients.source import open_source
from runner.recipients.standard_input import NAME, spool_standard_input

_PLAYBOOK = """\
version: 1
name: reminder
channel: { type: sms }
participants: [{ address: "{{ recipient.phone }}", proxy_address: "+19255551234" }]
routing: { properties: { workspace_sid: WS0123456789abcdef0123456789abcdef } }
message: { body: "Hi {{ recipient.name }}" }
recipients: { key: "{{ recipient.id }}" }
"""
_CSV = "id;name;phone\nA;Jörg;+12125552361\nB;Bob;+12125552362\n"
_ROWS = [
    {"id": "A", "name": "Jörg", "phone": "+12125552361"},
    {"id": "B", "name": "Bob", "phone": "+12125552362"},
]
_FORMS = {
    "csv": _CSV.encode(),
    "excel": _CSV.encode("utf-16"),
    "json lines": "\n".join(map(json.dumps, _ROWS)).encode(),
    "json": b"\n  " + json.dumps(_ROWS, indent=1).encode(),
}


@pytest.mark.parametrize("form", _FORMS)
def test_the_beginning_tells_what_it_is(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    """And both passes read it from the first row on, although it comes only once."""
    stream = io.BytesIO(_FORMS[form])
    monkeypatch.setattr(sources, "spool_standard_input", lambda: spool_standard_input(stream))
    source = open_source("-", None)
    assert source.file == NAME
    abandoned = source.rows()
    next(abandoned)
    for _ in range(2):
        rows = list(source.rows())
        assert [row.fields for row in rows] == _ROWS
        assert all(isinstance(row, Recipient) for row in rows)
    assert [row.fields for row in abandoned] == _ROWS[1:]


@pytest.mark.parametrize("form", _FORMS)
def test_a_pipe_is_as_good_as_a_file(tmp_path: Path, form: str) -> None:
    """`export | flexplay run p.yaml -r -`: nothing is left behind."""
    (tmp_path / "p.yaml").write_text(_PLAYBOOK, "utf-8")
    command = [sys.executable, "-m", "runner", "run", "p.yaml", "-r", "-", "--dry-run"]
    done = subprocess.run(
        [*command, "--format", "json"],
        input=_FORMS[form],
        capture_output=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    document = json.loads(done.stdout)
    assert [delivery["key"] for delivery in document["deliveries"]] == ["A", "B"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["p.yaml"]


def test_a_fault_is_placed_in_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no file to name."""
    stream = io.BytesIO(b'{"id": 1}\n{"id": \n')
    monkeypatch.setattr(sources, "spool_standard_input", lambda: spool_standard_input(stream))
    _, bad = open_source("-", None).rows()
    assert (bad.place.file, bad.place.line) == ("standard input", 2)
