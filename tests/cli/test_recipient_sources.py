"""`--recipients`: files, databases and pipes, and the rows that come back to be mended."""

import sqlite3
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
  default_region: DE
  same_address: first
  schema:
    type: object
    required: [id, name, phone]
    properties:
      id: { type: string }
      phone: { type: string, format: phone }
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a playbook."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(_PLAYBOOK, "utf-8")
    return tmp_path


def _dry_run(flexplay: Callable[..., Any], recipients: str, *more: str) -> Any:
    return flexplay("run", "p.yaml", "-r", recipients, "--dry-run", *more)


def test_excels_file_with_numbers_of_the_country(
    flexplay: Callable[..., Any], folder: Path
) -> None:
    """UTF-16, tabs, and numbers as they are dialled there."""
    text = "id\tname\tphone\r\nA\tJörg\t030 123456\r\nB\tBob\t0049 30/123457\r\n"
    (folder / "r.txt").write_bytes(text.encode("utf-16"))
    ran = _dry_run(flexplay, "r.txt")
    assert ran.code == 0, ran.err
    assert "Hi Jörg" in ran.out
    assert "+4930123457" in ran.out


def test_an_address_that_stands_twice_is_left_out_loudly(
    flexplay: Callable[..., Any], folder: Path
) -> None:
    """With `same_address: first` it is no error, and not silent either."""
    rows = "A,Ann,030 123456\nB,Bob,+49 (0)30 123456\nC,Cem,+4930123457\n"
    (folder / "r.csv").write_text("id,name,phone\n" + rows, "utf-8")
    ran = _dry_run(flexplay, "r.csv")
    assert ran.code == 0, ran.err
    assert "r.csv:3:1: warning FP224: an earlier row has the same address" in ran.err
    assert ("key A" in ran.out, "key B" in ran.out, "key C" in ran.out) == (True, False, True)


def test_odd_numbers_are_one_warning(flexplay: Callable[..., Any], folder: Path) -> None:
    """They are sent to all the same."""
    rows = "".join(f"{number},Ann,+131155523{number}\n" for number in range(10, 20))
    (folder / "r.csv").write_text("id,name,phone\n" + rows, "utf-8")
    ran = _dry_run(flexplay, "r.csv")
    assert ran.code == 0, ran.err
    assert ran.err.count("FP223") == 1
    assert "10 numbers are of a kind that is not given out" in ran.err


def test_a_database_is_asked(flexplay: Callable[..., Any], folder: Path) -> None:
    """With the playbook's variables; a row that cannot be used has its number."""
    with sqlite3.connect(folder / "crm.db") as connection:
        connection.execute("CREATE TABLE t (id integer, name text, phone text)")
        connection.execute("INSERT INTO t VALUES (1, 'Ann', '030 123456'), (2, NULL, '030 1')")
    connection.close()
    query = "sqlite:///crm.db?query=SELECT * FROM t WHERE id <= :most ORDER BY id"
    ran = _dry_run(flexplay, query, "--var", "most=1")
    assert (ran.code, "Hi Ann" in ran.out) == (0, True), ran.err
    ran = _dry_run(flexplay, query, "--var", "most=2")
    assert (ran.code, "query:2:2: error FP212: name is empty" in ran.err) == (1, True), ran.err


def test_a_password_in_a_url_is_refused(flexplay: Callable[..., Any]) -> None:
    """And not repeated."""
    ran = _dry_run(flexplay, "postgresql://ann:secret@host/crm?query=SELECT 1")
    assert ran.code == 2
    assert "PGPASSWORD" in ran.err
    assert "secret" not in ran.out + ran.err


def test_rejected_rows_are_mended_and_run_again(
    flexplay: Callable[..., Any], sandbox: Any, credentials: str, folder: Path
) -> None:
    """The rejects file is a recipients' file; its own columns are passed over."""
    del credentials
    rows = "A,Ann,030 123456\nB,,030 123457\nC,Cem,x\n"
    (folder / "r.csv").write_text("id,name,phone\n" + rows, "utf-8")
    sending = ("--yes", "--new-journal", "--base-url", sandbox.url)
    ran = flexplay("run", "p.yaml", "-r", "r.csv", *sending)
    assert ran.code == 1
    rejects = folder / "r.rejects.csv"
    again = flexplay("run", "p.yaml", "-r", "r.rejects.csv", *sending)
    assert again.code == 1
    mended = (
        rejects.read_text("utf-8").replace("B,,", "B,Bob,").replace("C,Cem,x", "C,Cem,030 1234")
    )
    (folder / "mended.csv").write_text(mended, "utf-8")
    ran = flexplay("run", "p.yaml", "-r", "mended.csv", *sending)
    assert ran.code == 0, ran.out + ran.err
    assert "2 planned: 2 accepted by Twilio" in ran.out
