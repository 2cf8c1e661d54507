"""From what the user writes to an open journal."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runner.journal.connect import (
    PostgresLocation,
    SqliteLocation,
    copy_journal,
    default_path,
    has_password,
    open_journal,
    open_store,
    parse_location,
)
from runner.journal.decide import Claim
from runner.journal.entry import Change, Event
from runner.journal.key import key_path
from runner.journal.ledger import Selection, Suppression
from runner.journal.migrations import Demand
from runner.journal.run_lock import take_run_lock
from runner.model.errors import JournalFault, JournalMissing, JournalRefused, UsageFault


def test_an_accounts_journal_lies_in_the_state_directory() -> None:
    """The user's state directory, one file per account; XDG_STATE_HOME if it is absolute."""
    home = Path.home() / ".local" / "state" / "flexplay" / "AC1.db"
    assert default_path("AC1", {}) == home
    assert default_path("AC1", {"XDG_STATE_HOME": "state"}) == home
    assert default_path("AC1", {"XDG_STATE_HOME": "/s"}) == Path("/s/flexplay/AC1.db")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/var/j.db", "/var/j.db"),
        ("sqlite:///var/j.db", "/var/j.db"),
        ("sqlite:////var/j.db", "/var/j.db"),
        ("sqlite:///var/my%20j.db", "/var/my j.db"),
        ("j.db", str(Path.cwd() / "j.db")),
        ("~/j.db", str(Path.home() / "j.db")),
    ],
)
def test_a_file_is_named_by_path_or_url(text: str, path: str) -> None:
    """A relative path counts from where the command is typed."""
    assert parse_location(text) == SqliteLocation(Path(path))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "mysql://host/db",
        "sqlite://relative.db",
        "sqlite:///",
        "/",
        "postgresql://host",
        "postgresql://host:port/db",
        "postgresql://[::1/db",
        "http://journal",
    ],
)
def test_a_wrong_url_says_what_to_write(text: str) -> None:
    """The remedy shows all forms."""
    with pytest.raises(UsageFault, match="the journal") as caught:
        parse_location(text)
    assert "sqlite:///PATH or postgresql://" in caught.value.remedy


def test_a_password_is_found_and_never_shown() -> None:
    """Wherever a URL can hold one."""
    hidden = "postgresql://ann:s3cret@host:5432/db?sslmode=require"
    assert [
        has_password(text)
        for text in (hidden, "postgresql://h/d?password=x", "postgresql://ann@h:1/d", "/var/j.db")
    ] == [True, True, False, False]
    location = parse_location(hidden)
    assert str(location) == "postgresql://ann@host:5432/db"
    assert "s3cret" not in repr(location)
    with pytest.raises(UsageFault) as caught:
        parse_location("postgresql://ann:s3cret@host")
    assert "s3cret" not in caught.value.message + caught.value.remedy


def test_a_database_is_named_by_url() -> None:
    """Both of libpq's schemes."""
    for text in ("postgresql://host/db", "postgres:///db?host=/tmp"):
        assert parse_location(text) == PostgresLocation(text)


def _fill(home: Any) -> None:
    journal = home.open()

    async def work() -> None:
        first, second, _ = await home.begin(journal, "1", "2", "3é")
        await journal.change(Change(first.id, Event.INTEND, "post"), home.run, 1)
        await journal.change(Change(first.id, Event.SEND), home.run, 1)
        await journal.change(Change(second.id, Event.INTEND, "post"), home.run, 1)
        await journal.claim_pair("p", second.id)
        await journal.delay("interactions", 60.0)
        await journal.use_plan("plan", home.run)
        await journal.suppress([Suppression("h", "t", "STOP", 5.0)])
        await journal.finish_run(home.run, 1)

    asyncio.run(work())


def _everything(home: Any) -> Any:
    journal = home.open(create=False)
    entries = list(journal.list_entries(Selection()))
    steps = [journal.list_steps(entry.id) for entry in entries]

    async def work() -> Any:
        return await journal.use_plan("plan", "x"), await journal.claim_pair("p", "other")

    return journal.list_runs(9), entries, steps, journal.list_suppressions(), asyncio.run(work())


@pytest.mark.parametrize("ways", ["sqlite sqlite", "sqlite postgres", "postgres sqlite"])
def test_a_copy_remembers_everything(
    request: pytest.FixtureRequest, tmp_path: Path, ways: str
) -> None:
    """SQLite to PostgreSQL and back: runs, deliveries, history, plans, pairs, suppressions."""
    source, target = (request.getfixturevalue(f"{way}_home") for way in ways.split())
    if source is target:
        target = type(source)(SqliteLocation(tmp_path / "copy.db"), dict(source.environment))
    _fill(source)
    copy_journal(source.location, target.location, source.environment)
    assert _everything(target) == _everything(source)
    again = target.open(create=False)
    assert asyncio.run(again.claim(Claim(target.entry("1")))).entry.state == "sent"
    for journal in target.opened:
        journal.close()
    target.opened.clear()


def test_a_copy_never_mixes_two_memories(sqlite_home: Any, postgres_home: Any) -> None:
    """A journal that holds anything is no target, and is left as it was."""
    _fill(sqlite_home)
    journal = postgres_home.open()
    asyncio.run(postgres_home.begin(journal, "mine", run="other"))
    with pytest.raises(JournalRefused, match="not empty"):
        copy_journal(sqlite_home.location, postgres_home.location, sqlite_home.environment)
    assert [entry.key for entry in journal.list_entries(Selection())] == ["mine"]


def test_a_copy_has_the_same_key(sqlite_home: Any, tmp_path: Path) -> None:
    """The key file goes with the copy; a target with another key is refused."""
    sqlite_home.environment = {}
    _fill(sqlite_home)
    target = SqliteLocation(tmp_path / "copy.db")
    copy_journal(sqlite_home.location, target, {})
    assert key_path(target.path).read_text() == key_path(sqlite_home.location.path).read_text()
    other = SqliteLocation(tmp_path / "other.db")
    open_journal(other, create=True, environment={}).close()
    with pytest.raises(JournalRefused, match="another key"):
        copy_journal(sqlite_home.location, other, {})


def test_a_journal_in_use_is_not_copied(sqlite_home: Any, tmp_path: Path) -> None:
    """While a run goes on, its memory changes: the copy would forget the rest."""
    journal = sqlite_home.open()
    asyncio.run(sqlite_home.begin(journal, "1"))
    target = SqliteLocation(tmp_path / "copy.db")
    with (
        take_run_lock(sqlite_home.location.path, sqlite_home.run),
        pytest.raises(JournalRefused, match="is being executed"),
    ):
        copy_journal(sqlite_home.location, target, sqlite_home.environment)
    assert not target.path.exists()


def test_nothing_is_copied_from_nowhere(sqlite_home: Any, tmp_path: Path) -> None:
    """A source that is not there is not created."""
    with pytest.raises(JournalMissing):
        copy_journal(sqlite_home.location, SqliteLocation(tmp_path / "c.db"), {})
    assert not sqlite_home.location.path.parent.exists()


def test_a_missing_driver_is_told_by_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who installed flexplay without the extra is told what to type."""
    monkeypatch.delitem(sys.modules, "runner.journal.postgres", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(JournalFault, match="needs the package psycopg") as caught:
        open_store(PostgresLocation("postgresql://h/d"), Demand("f"))
    assert caught.value.remedy == "type: pip install 'flexplay[postgres]'"


def test_the_database_is_not_touched_by_the_import() -> None:
    """Knowing both kinds of journal imports neither driver nor cipher."""
    code = (
        "import sys, runner.journal.connect;"
        "print([m for m in ('sqlite3', 'psycopg', 'cryptography') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout == "[]\n"
