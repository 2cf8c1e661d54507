"""`flexplay status`: the runs of a journal, or what became of everyone in one of them."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from runner.book.detail import Detail
from runner.cli.watching import watch_run
from runner.journal.connect import SqliteLocation, open_journal
from runner.journal.ledger import RunRow
from runner.journal.run_lock import take_run_lock
from runner.report.run_record import RunRecord
from runner.sandbox.values import Settings
from runner.schema.store import read_schema


def _follow(name: str, document: Any) -> None:
    validator = jsonschema.Draft202012Validator(read_schema(name))
    assert [error.message for error in validator.iter_errors(document)] == []


def test_the_newest_runs_are_listed_first(desk: Any) -> None:
    """A line each, with counts that add up; the last line says what to type next."""
    first = desk.run_json("--limit", "2")["run"]
    second = desk.run_json("--only", "A", "--only", "D")["run"]
    ran = desk.flexplay("status")
    assert ran.code == 0
    newest, oldest = ran.out.splitlines()
    assert newest.startswith(f"{second}  reminder  default  ended ")
    assert newest.endswith("2 planned: 1 accepted by Twilio, 1 already sent, 1 segment")
    assert oldest.endswith("5 planned: 2 accepted by Twilio, 3 pending, 2 segments")
    assert f"flexplay status {second}" in ran.err
    document = desk.status()
    _follow("status", document)
    assert [run["run"] for run in document["runs"]] == [second, first]


def test_one_run_shows_everyone_who_did_not_get_it(desk: Any) -> None:
    """Each with state, row, masked address and reason, and the command that carries on."""
    conversation = desk.open_conversation("B")
    desk.break_things({"fault": "error_before", "on": "create_message", "status": 400, "first": 1})
    run = desk.run_json("--limit", "4")["run"]
    ran = desk.flexplay("status", run)
    assert (
        f"HELD       r.csv:3  +1•••••0166  the customer is in the open conversation {conversation}"
        in ran.out
    )
    assert "FAILED     r.csv:" in ran.out
    assert "5 planned: 2 accepted by Twilio, 1 held, 1 failed, 1 pending" in ran.out
    assert f"Carry on: flexplay resume {run}" in ran.err
    assert "555" not in ran.out
    document = desk.status(run)
    _follow("status", document)
    assert {each["state"] for each in document["deliveries"]} == {"held", "failed"}
    for name in ("run", "playbook", "environment", "counts", "segments", "duration_s", "exit_code"):
        assert name in document
    assert document["receipts"] is None


def test_the_counts_are_the_runs_own(desk: Any) -> None:
    """What the run printed and what is told of it later is the same, also after a resume."""
    desk.run("--only", "A")
    desk.write_rows("Abe", "Bob", "Cem", "Dee")
    (desk.folder / "r.csv").write_text((desk.folder / "r.csv").read_text() + "F,,+13115550170\n")
    ran = desk.run_json("--skip-rejected", "--limit", "2")
    status = desk.status(ran["run"])
    assert status["counts"] == ran["counts"]
    assert status["segments"] == ran["segments"] == 2
    resumed = desk.resume_json("--skip-rejected")
    counts = desk.status(ran["run"])["counts"]
    assert (counts["sent"], counts["changed"], counts["rejected"], counts["pending"]) == (
        3,
        1,
        1,
        0,
    )
    assert counts["planned"] == resumed["counts"]["planned"] == 5
    assert desk.status(ran["run"])["segments"] == 3


def test_who_ran_it_where_and_from_which_commit(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In CI the actor and the commit, elsewhere the user."""
    monkeypatch.setenv("LOGNAME", "ann")
    assert desk.status(desk.run_json()["run"])["by"].startswith("ann@")
    for name, value in (
        ("CI", "1"),
        ("GITHUB_ACTOR", "octo"),
        ("GITHUB_SHA", "4f2c1e9" + "0" * 33),
    ):
        monkeypatch.setenv(name, value)
    run = desk.run_json()["run"]
    assert desk.status(run)["by"].startswith("octo@")
    out = desk.flexplay("status", run).out
    assert "commit 4f2c1e9" in out
    assert f"at {desk.sandbox.url}" in out
    assert "AC…0a0a" in out


def test_a_rehearsal_says_so(desk: Any) -> None:
    """In capitals, and it is not offered to be carried on."""
    run = desk.run_json("--redirect-to", "+13115559999", "--limit", "2")["run"]
    ran = desk.flexplay("status", run)
    assert "REDIRECTED to one's own address" in ran.out
    assert "resume" not in ran.err
    assert desk.status(run)["redirected"] is True


def test_no_run_yet(desk: Any) -> None:
    """That is no error; the next command is named."""
    desk.run("--expect", "0")
    ran = desk.flexplay("status")
    assert (ran.code, ran.out) == (0, "")
    assert "flexplay run" in ran.err
    document = desk.status()
    _follow("status", document)
    assert document["runs"] == []


def _begin(desk: Any, planned: int = 5) -> RunRow:
    """Write a run that has begun and not ended."""
    row = RunRow("LIVE22", desk.sandbox.url, desk.account, "reminder", "default", "{}", 1, 0.0, 0.0)
    journal = open_journal(SqliteLocation(desk.journal))
    detail = Detail("p.yaml", planned=planned).to_json()
    asyncio.run(journal.begin_run(replace(row, detail=detail), 60.0))
    journal.close()
    return row


def test_a_run_whose_process_is_gone_is_broken_off(desk: Any) -> None:
    """The kernel's lock tells whether somebody executes it."""
    desk.run("--only", "A")
    row = _begin(desk)
    with take_run_lock(desk.journal, row.id):
        assert desk.status(row.id)["state"] == "running"
        assert "Stop it: flexplay stop LIVE22" in desk.flexplay("status", row.id).err
    assert desk.status(row.id)["state"] == "broken_off"
    assert desk.status(row.id)["counts"]["pending"] == 5
    ran = desk.flexplay("status", row.id)
    assert "BROKEN OFF" in ran.out
    assert "Carry on: flexplay resume LIVE22" in ran.err
    _follow("status", desk.status(row.id))


def test_what_an_older_flexplay_wrote_can_be_read(desk: Any) -> None:
    """A run without the later details is told of as far as it is known."""
    run = desk.run_json("--only", "A")["run"]
    with sqlite3.connect(desk.journal) as database:
        database.execute("UPDATE runs SET detail = ?", ('{"playbook": "p.yaml", "new": 1}',))
    database.close()
    assert desk.status(run)["counts"]["sent"] == 1


# --watch


class _Screen:
    """A stream that is a terminal, or none."""

    def __init__(self, *, terminal: bool) -> None:
        self.text = ""
        self.terminal = terminal

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        """Show nothing."""

    def isatty(self) -> bool:
        return self.terminal


def _looks(*pending: int) -> Callable[[], RunRecord]:
    """Return a run that has fewer pending at each look, and ends after the last."""
    left = list(pending)
    base = RunRecord(
        run="7QM9KD",
        playbook="reminder",
        environment="e",
        account="AC1",
        origin="",
        redirected=False,
        state="running",
        by="",
        commit="",
        started_at=0.0,
        finished_at=0.0,
        stopped="",
        counts={},
        segments=0,
        duration_s=0.0,
    )
    names = ("sent", "already_sent", "changed", "held", "suppressed", "rejected", "expired")

    def look() -> RunRecord:
        if not left:
            return replace(base, state="ended")
        now = left.pop(0)
        counts = {**dict.fromkeys((*names, "failed", "uncertain"), 0), "planned": 5}
        return replace(base, counts={**counts, "pending": now, "sent": 5 - now})

    return look


def test_watching_writes_what_has_changed() -> None:
    """Without a terminal: a line when something has, no carriage return, no escape."""
    screen, slept = _Screen(terminal=False), list[float]()
    record = watch_run(_looks(3, 3, 1), screen, slept.append)
    assert record.state == "ended"
    assert screen.text.splitlines() == [
        "5 planned: 2 accepted by Twilio, 3 pending",
        "5 planned: 4 accepted by Twilio, 1 pending",
    ]
    assert slept == [10.0, 10.0, 10.0]
    assert not set(screen.text) & {"\r", "\x1b"}


def test_watching_draws_over_on_a_terminal() -> None:
    """The block is taken away before it is drawn anew, and when the run has ended."""
    screen, slept = _Screen(terminal=True), list[float]()
    watch_run(_looks(3, 1), screen, slept.append)
    assert screen.text.count("\x1b[3F\x1b[J") == 2
    assert screen.text.endswith("\x1b[3F\x1b[J")
    assert slept == [1.0, 1.0]


def test_watching_a_run_that_has_ended_does_not_wait(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown as `status` shows it; in JSON there is one document."""

    def never(_: float) -> None:
        raise AssertionError("it waited")

    desk.run()
    monkeypatch.setattr("time.sleep", never)
    assert "5 accepted by Twilio" in desk.flexplay("status", "--watch").out
    assert desk.status("--watch")["state"] == "ended"


def test_watching_waits_for_the_end(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody executes the run; then what it came to is shown."""
    desk.run("--only", "A")
    row = _begin(desk)
    lock = take_run_lock(desk.journal, row.id)
    monkeypatch.setattr("time.sleep", lambda _: lock.release())
    ran = desk.flexplay("status", "--watch", row.id, "--format", "json")
    assert json.loads(ran.out)["state"] == "broken_off"
    assert "5 planned: 5 pending" in ran.err


# --refresh


def _delivered_at_once(desk: Any) -> None:
    desk.sandbox.world.settings = Settings(join_delay=0.0, delivered_delay=0.0)


def test_receipts_tell_who_did_not_get_it(desk: Any) -> None:
    """Counts, error codes, and the rows; 21610 says that they opted out."""
    _delivered_at_once(desk)
    desk.opt_out("B")
    run = desk.run_json()["run"]
    ran = desk.flexplay("status", run, "--refresh")
    assert ran.code == 0
    assert "LOST       r.csv:3  +1•••••0166  21610 opted out" in ran.out
    said = "1 opted out: no run will message them any more (1 new on the suppression list)"
    assert said in ran.out
    assert "Receipts: 4 delivered, 1 failed" in ran.out
    assert "--refresh" not in ran.err
    document = desk.status("--refresh")
    _follow("status", document)
    assert document["run"] == run
    assert document["receipts"] == {
        "counts": {"delivered": 4, "failed": 1},
        "errors": [{"code": 21610, "meaning": "opted out", "count": 1}],
        "undelivered": [{"key": "B", "address": "+1•••••0166", "row": "r.csv:3", "code": 21610}],
        "suppressed": 0,
    }


def test_an_opt_out_in_a_receipt_is_put_on_the_list(desk: Any) -> None:
    """With the run and the reason, once; from then on nobody messages them, whatever the key."""
    _delivered_at_once(desk)
    desk.opt_out("B")
    run = desk.run_json()["run"]
    assert desk.status("--refresh")["receipts"]["suppressed"] == 1
    listed = desk.flexplay("suppress", "list").out
    assert listed.startswith("+1•••••0166  20")
    assert listed.endswith(f"  Twilio, run {run}: opted out (21610)\n")
    assert desk.status("--refresh")["receipts"]["suppressed"] == 0
    assert desk.flexplay("suppress", "list").out == listed
    (desk.folder / "r.csv").write_text("id,name,phone\nX,Bob,+13115550166\n", "utf-8")
    counts = desk.run_json()["counts"]
    assert (counts["planned"], counts["suppressed"]) == (1, 1)


def test_what_was_read_before_twilio_was_gone_counts(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An opt-out that was read is not forgotten because the next receipt could not be."""
    _delivered_at_once(desk)
    for key in "ABCDE":
        desk.opt_out(key)
    desk.run()
    monkeypatch.setattr("runner.delivery.receipts._READERS", 1)
    desk.break_things({"fault": "error_before", "on": "list_receipts", "status": 401, "skip": 3})
    assert desk.flexplay("status", "--refresh").code == 6
    assert len(desk.flexplay("suppress", "list").out.splitlines()) == 3


def test_receipts_that_are_not_there_yet_or_cannot_be_read(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody is accounted for: nobody's message counts as lost for that."""
    monkeypatch.setattr("runner.delivery.retry._BASE", 0.0)
    desk.sandbox.world.settings = Settings(join_delay=0.0, sent_delay=1e9, delivered_delay=1e9)
    desk.run()
    desk.break_things({"fault": "html", "on": "list_receipts", "status": 502, "first": 4})
    document = desk.status("--refresh")
    assert sum(document["receipts"]["counts"].values()) == 5
    assert set(document["receipts"]["counts"]) <= {"waiting", "unreadable"}
    assert document["receipts"]["undelivered"] == []


def test_reading_receipts_changes_nothing(desk: Any) -> None:
    """Only GETs leave."""
    desk.run()
    posts = desk.posts()
    desk.status("--refresh")
    assert desk.posts() == posts
    assert sum(r["path"].endswith("/Receipts") for r in desk.ledger()["requests"]) == 5


def test_receipts_need_the_runs_account(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without credentials exit 6, with another account's exit 4, and refused ones exit 6."""
    run = desk.run_json()["run"]
    words = ("status", run, "--refresh", "--journal", desk.journal)
    desk.break_things({"fault": "error_before", "on": "list_receipts", "status": 401})
    ran = desk.flexplay(*words)
    assert ran.code == 6
    assert "Twilio refuses" in ran.err
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "0b" * 16)
    assert desk.flexplay(*words).code == 4
    monkeypatch.delenv("TWILIO_AUTH_TOKEN")
    assert desk.flexplay(*words).code == 6


def test_receipts_of_a_server_that_is_gone(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 6, and it says why."""
    monkeypatch.setattr("runner.delivery.retry._BASE", 0.0)
    run = desk.run_json("--only", "A")["run"]
    monkeypatch.setattr("runner.cli.refreshing.HttpTransport", _unplugged())
    ran = desk.flexplay("status", run, "--refresh")
    assert ran.code == 6
    assert "Twilio cannot be reached" in ran.err


def _unplugged() -> Callable[..., Any]:
    """Return a transport to a port at which nobody listens."""
    import socket  # noqa: PLC0415 - for this test only

    from runner.delivery.transport import HttpTransport  # noqa: PLC0415 - the real one

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return lambda user, secret, _, timeout, clock: HttpTransport(
        user, secret, f"http://127.0.0.1:{port}", timeout, clock
    )
