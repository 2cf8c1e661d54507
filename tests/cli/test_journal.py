"""`flexplay journal`: migrate, check and copy what remembers who was messaged."""

import json
import shutil
import sqlite3
from typing import Any

import pytest


@pytest.fixture
def begun(desk: Any) -> Any:
    """Return a desk whose journal knows that two were sent."""
    assert desk.run("--limit", "2").code == 0
    return desk


def test_a_sound_journal_is_counted(begun: Any) -> None:
    """Exit 0, with how many there are of what."""
    ran = begun.flexplay("journal", "check")
    assert ran.code == 0
    assert f"The journal {begun.journal} is sound: 1 runs; 2 sent." in ran.out


def test_a_damaged_journal_is_told(begun: Any) -> None:
    """Exit 4, with what to do; nothing is changed."""
    data = bytearray(begun.journal.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    begun.journal.write_bytes(data)
    ran = begun.flexplay("journal", "check")
    assert ran.code == 4
    assert "restore it from a backup" in ran.err
    assert begun.journal.read_bytes() == bytes(data)


def test_rows_that_do_not_belong_together_are_told(begun: Any) -> None:
    """A delivery without its run, say."""
    with sqlite3.connect(begun.journal) as database:
        database.execute("DELETE FROM runs")
    database.close()
    ran = begun.flexplay("journal", "check")
    assert ran.code == 4
    assert ran.out


def test_there_is_nothing_to_check_or_migrate(desk: Any) -> None:
    """Exit 4; it is not made."""
    for command in ("check", "migrate"):
        assert desk.flexplay("journal", command).code == 4
    assert not desk.journal.exists()


def test_migrating_what_is_up_to_date_changes_nothing(begun: Any) -> None:
    """Exit 0, as often as it is typed."""
    for _ in range(2):
        ran = begun.flexplay("journal", "migrate")
        assert ran.code == 0
        assert "is up to date" in ran.err
    assert begun.flexplay("journal", "check").code == 0


def test_a_copy_remembers_who_was_messaged(begun: Any, tmp_path: Any) -> None:
    """Whoever goes on with the copy sends nothing twice."""
    copy = tmp_path / "copy.db"
    ran = begun.flexplay("journal", "copy", begun.journal, copy)
    assert ran.code == 0, ran.err
    assert "--journal" in ran.err
    counts = begun.run_json("--journal", copy)["counts"]
    assert (counts["already_sent"], counts["sent"]) == (2, 3)


def test_a_copy_goes_into_an_empty_journal_only(begun: Any, tmp_path: Any) -> None:
    """Two memories are never mixed: exit 4."""
    other = tmp_path / "other.db"
    assert begun.run("--journal", other, "--only", "E").code == 0
    assert begun.flexplay("journal", "copy", begun.journal, other).code == 4
    assert begun.flexplay("journal", "copy", tmp_path / "none.db", tmp_path / "new.db").code == 4
    assert not (tmp_path / "new.db").exists()


def test_a_journal_without_its_key_recognises_nobody(begun: Any) -> None:
    """Exit 4, saying where the key belongs."""
    key = begun.journal.with_name(begun.journal.name + ".key")
    shutil.move(key, begun.folder / "key")
    ran = begun.run()
    assert ran.code == 4
    assert str(key) in ran.err
    shutil.move(begun.folder / "key", key)
    assert begun.run_json()["counts"]["already_sent"] == 2


@pytest.fixture
def restored(begun: Any) -> Any:
    """Return a desk whose journal was put back to when two were sent; all five were since."""
    copy = begun.journal.read_bytes()
    assert begun.run().code == 0
    begun.journal.write_bytes(copy)
    return begun


def test_a_restored_journal_sends_nothing_twice(restored: Any) -> None:
    """Those whom it has forgotten are found at Twilio; the warning says how that ends."""
    sent = restored.messages()
    ran = restored.run("--format", "json")
    document = json.loads(ran.out)
    assert document["counts"]["already_sent"] == 2
    assert document["counts"]["sent"] == 3
    assert restored.messages() == sent
    assert "warning: the journal may have forgotten what was written from" in ran.err
    assert "flexplay journal trust" in ran.err


def test_a_journal_is_trusted_again(restored: Any) -> None:
    """A check warns until somebody trusts it; a copy would not know, so there is none."""
    assert "may have forgotten" in restored.flexplay("journal", "check").err
    copied = restored.flexplay("journal", "copy", restored.journal, "new.db")
    assert copied.code == 4
    assert "flexplay journal trust" in copied.err
    ran = restored.flexplay("journal", "trust")
    assert ran.code == 0
    assert "is trusted again, though what was written from" in ran.err
    assert "may have forgotten" not in restored.flexplay("journal", "check").err
    assert "is trusted already" in restored.flexplay("journal", "trust").err
    assert restored.flexplay("journal", "copy", restored.journal, "new.db").code == 0
