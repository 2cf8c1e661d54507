"""`flexplay run --dry-run` reads the journal of this machine, and nothing else."""

import json
from typing import Any

import pytest


@pytest.fixture
def begun(desk: Any) -> Any:
    """Return a desk whose journal knows that A was sent."""
    assert desk.run("--only", "A").code == 0
    return desk


def test_the_dry_run_shows_only_what_would_be_sent(desk: Any) -> None:
    """Who has it already is counted, and has no requests."""
    desk.run("--only", "A", "--only", "B")
    desk.write_rows("Abe", "Bob", "Cem", "Dee")
    ran = desk.run("--dry-run", "--format", "json")
    document = json.loads(ran.out)
    assert [each["key"] for each in document["deliveries"]] == ["C", "D"]
    counts = {state: count for state, count in document["counts"].items() if count}
    assert counts == {"planned": 4, "sent": 2, "already_sent": 1, "changed": 1}
    text = desk.run("--dry-run")
    assert "1 of 2  key C" in text.out
    assert text.err.count("CHANGED") == 3
    assert "Nothing was sent. 2 people, 4 POSTs; 1 CHANGED, 1 already sent." in text.err
    assert desk.run_json()["counts"] == document["counts"]


def test_the_dry_run_is_limited_as_the_run_is(desk: Any) -> None:
    """The same people, and the same counts."""
    desk.run("--only", "A")
    shown = json.loads(desk.run("--dry-run", "--limit", "2", "--format", "json").out)
    assert [each["key"] for each in shown["deliveries"]] == ["B", "C"]
    assert desk.run_json("--limit", "2")["counts"] == shown["counts"]


def test_the_dry_run_makes_no_journal(desk: Any) -> None:
    """It says that there is none, even where a new one would be allowed."""
    ran = desk.run("--dry-run")
    assert ran.code == 0
    assert f"There is no journal at {desk.journal}" in ran.err
    assert not desk.journal.exists()


def test_the_dry_run_changes_nothing_in_the_journal(begun: Any) -> None:
    """Not even the time of the file."""
    folder = begun.journal.parent
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert begun.run("--dry-run").code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_the_dry_run_asks_no_journal_elsewhere(desk: Any) -> None:
    """A database that others share is not contacted; that is said, without a password."""
    ran = desk.run("--dry-run", "--journal", "postgresql://ann@192.0.2.1/db")
    assert ran.code == 0
    assert "The journal postgresql://ann@192.0.2.1/db is elsewhere" in ran.err


def test_the_dry_run_shows_what_is_left_of_a_delivery(begun: Any) -> None:
    """What another process began is carried on with, not begun anew."""
    begun.break_things({"fault": "error_before", "on": "create_message", "status": 401})
    assert begun.run("--only", "B").code != 0
    document = json.loads(begun.run("--dry-run", "--only", "B", "--format", "json").out)
    assert document["counts"]["planned"] == 1
