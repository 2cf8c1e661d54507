"""The journal in a file: durable before it says so, private, and clear about what is wrong."""

import asyncio
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runner.journal.connect import SqliteLocation, parse_location, read_journal
from runner.journal.decide import Claim
from runner.journal.entry import Change, Event, State
from runner.journal.key import create_key, digest, fingerprint, hash_address, parse_key
from runner.journal.ledger import Selection
from runner.journal.migrations import Demand
from runner.journal.sqlite import open_sqlite, read_sqlite
from runner.model.errors import FlexplayError, JournalFault, JournalMissing, JournalRefused
from runner.model.mask import mask_address

PRINT = fingerprint(parse_key("5a" * 32))
SYNCED = re.compile(r"\b(fdatasync|fsync)\(\d+<[^>]*-wal>\)")


def test_the_file_and_its_folder_are_private(sqlite_home: Any) -> None:
    """Nobody but the user can read the journal, its log or its folder."""
    asyncio.run(sqlite_home.begin(sqlite_home.open(), "1"))
    folder = sqlite_home.location.path.parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    names = ("AC1.db", "AC1.db-wal", "AC1.db-shm", "AC1.db.generation")
    assert modes == dict.fromkeys(names, 0o600)


def _trace(home: Any, tmp_path: Path, synchronous: str) -> list[bool]:
    """Return, for each acknowledgement, whether the log was synced since the one before."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: sh tests/postgres/install.sh")
    home.open().close()
    home.opened.clear()
    log = tmp_path / "trace"
    calls = ("strace", "-f", "-y", "-o", str(log), "-e", "trace=fdatasync,fsync,write,pwrite64")
    child = Path(__file__).parent / "children" / "acknowledge.py"
    command = [*calls, sys.executable, str(child), str(home.location.path), synchronous]
    done = subprocess.run(
        command, env={**os.environ, **home.environment}, capture_output=True, text=True, check=False
    )
    if "ptrace" in done.stderr:
        pytest.skip(f"strace may not trace here: {done.stderr.strip()}")
    assert done.stdout.count("ACK") == 10, done.stderr
    return _synced_before_ack(log.read_text().splitlines())


def _synced_before_ack(lines: list[str]) -> list[bool]:
    acknowledged, synced = [], False
    for line in lines:
        if "pwrite64" in line and "-wal>" in line:
            synced = False
        elif SYNCED.search(line):
            synced = True
        elif '"ACK' in line:
            acknowledged.append(synced)
            synced = False
    return acknowledged


def test_what_is_acknowledged_has_been_synced(sqlite_home: Any, tmp_path: Path) -> None:
    """Between writing the log and the answer, the kernel was told to sync it, every time."""
    assert _trace(sqlite_home, tmp_path, "FULL") == [True] * 10


def test_the_mutant_that_does_not_sync_is_caught(sqlite_home: Any, tmp_path: Path) -> None:
    """With synchronous=NORMAL the same look at the system calls fails."""
    assert _trace(sqlite_home, tmp_path, "NORMAL").count(True) < 10


def test_the_log_is_synced_by_default(sqlite_home: Any) -> None:
    """Nobody has to ask for FULL, and macOS syncs to the disk, not to its cache."""
    store = sqlite_home.store()
    asked = ("synchronous", "fullfsync", "checkpoint_fullfsync", "journal_mode")
    values = [store._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in asked]
    store.close()
    assert values == [2, 1, 1, "wal"]


def test_no_address_and_no_text_is_in_the_files(sqlite_home: Any) -> None:
    """The files of the journal hold no address and no text that was sent, in no encoding."""
    journal = sqlite_home.open()
    key = journal.key
    addresses = [f"+1311555{number:04}" for number in range(50)]
    bodies = [f"Hi Ann {number}, see you at noon." for number in range(50)]

    async def work() -> None:
        await journal.begin_run(sqlite_home.row(), 60.0)
        for number, (address, body) in enumerate(zip(addresses, bodies, strict=True)):
            entry = sqlite_home.entry(
                str(number),
                address=hash_address(key, address),
                tail=mask_address(address),
                pair=hash_address(key, address + " +19255551234"),
                digest=digest(key, body.encode()),
            )
            await journal.claim(Claim(entry), body.encode())
            await journal.change(Change(entry.id, Event.INTEND, "post"), sqlite_home.run, 1)
            await journal.change(Change(entry.id, Event.SEND), sqlite_home.run, 1)

    asyncio.run(work())
    folder = sqlite_home.location.path.parent
    held = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    assert not _found(held, addresses)
    assert not _found(held, bodies)
    assert _found(held, ["reminder", mask_address(addresses[0])])


def _found(held: bytes, texts: list[str]) -> list[str]:
    forms = ("utf-8", "utf-16-le", "utf-16-be")
    return [text for text in texts if any(text.encode(form) in held for form in forms)]


def _refusal(act: Callable[[], Any]) -> FlexplayError:
    with pytest.raises(FlexplayError) as caught:
        act()
    assert caught.value.exit_code == 4
    assert caught.value.remedy
    return caught.value


def _written(home: Any) -> Path:
    journal = home.open()
    asyncio.run(home.begin(journal, *map(str, range(200))))
    journal.close()
    home.opened.clear()
    path: Path = home.location.path
    return path


def test_a_locked_journal_is_not_waited_for_for_ever(sqlite_home: Any) -> None:
    """Another program's lock ends in a clear message after the patience, and nothing is written."""
    path = _written(sqlite_home)
    store = open_sqlite(path, Demand(PRINT), patience=0.01)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    fault = _refusal(lambda: store.write(lambda to: to.put_run(sqlite_home.row("late"))))
    opened = _refusal(lambda: open_sqlite(path, Demand(PRINT), patience=0.01))
    other.close()
    assert isinstance(fault, JournalFault)
    assert "locked" in fault.message
    assert "locked" in opened.message
    assert store.write(lambda to: to.lock_run("late")) is None
    store.close()


def test_a_transaction_is_alone_from_its_first_look(sqlite_home: Any) -> None:
    """What a transaction has read cannot change before it writes: the other one has to wait."""
    first = sqlite_home.store()
    second = open_sqlite(sqlite_home.location.path, Demand(PRINT), patience=0.01)

    def work(to: Any) -> None:
        assert to.lock_run("run-one") is None
        with pytest.raises(JournalFault, match="locked"):
            second.write(lambda other: other.put_run(sqlite_home.row()))
        to.put_run(sqlite_home.row())

    first.write(work)
    assert [run.id for run in second.list_runs(9)] == ["run-one"]
    first.close()
    second.close()


@pytest.mark.parametrize("place", [100, 4096, 7000, 20000])
def test_a_damaged_journal_is_refused(sqlite_home: Any, place: int) -> None:
    """Pages that were overwritten are noticed when the journal is opened."""
    path = _written(sqlite_home)
    with path.open("r+b") as file:
        file.seek(place)
        file.write(b"\xa5" * 3000)
    assert isinstance(_refusal(sqlite_home.open), JournalRefused)


def test_a_truncated_journal_is_refused(sqlite_home: Any) -> None:
    """Half a file is not a journal."""
    path = _written(sqlite_home)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    assert isinstance(_refusal(sqlite_home.open), JournalRefused)


@pytest.mark.parametrize("content", [b"version: 1\n" * 200, b"\0" * 4096])
def test_some_other_file_is_refused(sqlite_home: Any, content: bytes) -> None:
    """A file that is no database is left as it is."""
    path: Path = sqlite_home.location.path
    path.parent.mkdir()
    path.write_bytes(content)
    assert isinstance(_refusal(sqlite_home.open), JournalRefused)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(sqlite_home: Any) -> None:
    """An SQLite file with other tables is left as it is."""
    path: Path = sqlite_home.location.path
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()
    before = path.read_bytes()
    assert "not a flexplay journal" in _refusal(sqlite_home.open).message
    assert path.read_bytes() == before


def test_an_empty_file_is_no_journal(sqlite_home: Any) -> None:
    """What a creation that was interrupted leaves counts as no journal."""
    path: Path = sqlite_home.location.path
    path.parent.mkdir()
    path.touch()
    assert isinstance(_refusal(lambda: sqlite_home.open(create=False)), JournalMissing)
    assert sqlite_home.open(create=True).list_runs(1) == ()


def test_a_file_size_limit_is_a_clear_fault(sqlite_home: Any) -> None:
    """When a file may not grow, what was acknowledged is kept, and nothing further is accepted."""
    sqlite_home.open()
    code, out, err = sqlite_home.child("write_with_limit.py")
    assert code == 0, err
    begun, *faults = out.splitlines()
    assert all("could not be read or written" in fault for fault in faults)
    assert len(sqlite_home.open().list_runs(1000)) == int(begun) > 5


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_a_clear_fault(sqlite_home: Any, small_disk: Path) -> None:
    """When the disk is full nothing acknowledged is lost; with room, it goes on."""
    sqlite_home.location = parse_location(str(small_disk / "AC1.db"))
    journal = sqlite_home.open()
    ballast = small_disk / "ballast"
    begun = []

    async def fill() -> None:
        for number in range(1000):
            await journal.begin_run(sqlite_home.row(f"run{number}"), 60.0)
            begun.append(number)
            if number == 20:
                left = os.statvfs(small_disk)
                ballast.write_bytes(b"x" * (left.f_bavail * left.f_frsize - 65536))

    with pytest.raises(JournalFault, match="disk is full") as caught:
        asyncio.run(fill())
    assert "flexplay resume" in caught.value.remedy
    ballast.unlink()
    asyncio.run(journal.begin_run(sqlite_home.row("later"), 60.0))
    assert len(journal.list_runs(1000)) == len(begun) + 1


def _as_nobody(act: Callable[[], str]) -> str:
    """Return what a function returns to a user who may not write."""
    if os.getuid() != 0:
        return act()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.setgid(65534)
        os.setuid(65534)
        os.write(writing, act().encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return pipe.read()


@pytest.fixture
def read_only(sqlite_home: Any) -> Iterator[Path]:
    """Return a journal that may be read, not written; its folders neither."""
    path = _written(sqlite_home)
    path.chmod(0o444)
    path.parent.chmod(0o555)
    opened = [folder for folder in path.parents if folder.stat().st_uid == os.getuid()]
    modes = {folder: folder.stat().st_mode for folder in opened if folder.name}
    for folder, mode in modes.items():
        folder.chmod(mode | 0o055)
    path.parent.chmod(0o555)
    yield path
    for folder, mode in modes.items():
        folder.chmod(mode)
    path.parent.chmod(0o700)


def test_a_read_only_journal_is_a_clear_fault(read_only: Path) -> None:
    """A journal that may not be written is not begun with."""

    def act() -> str:
        try:
            open_sqlite(read_only, Demand(PRINT))
        except JournalFault as fault:
            return f"{fault.message} / {fault.remedy}"
        return "opened"

    said = _as_nobody(act)
    assert "is read-only" in said or "cannot be opened" in said
    assert "writ" in said


def test_a_dry_run_reads_a_read_only_journal(read_only: Path) -> None:
    """Where nothing may be written the journal can still be read."""

    def act() -> str:
        store = read_sqlite(read_only, PRINT)
        return str(sum(store.count_states(None).values()))

    assert _as_nobody(act) == "200"


def test_reading_changes_nothing(sqlite_home: Any) -> None:
    """A dry run sees a live run's journal, and cannot write to it."""
    journal = sqlite_home.open()
    asyncio.run(sqlite_home.begin(journal, "1"))
    reader = read_journal(sqlite_home.location, sqlite_home.environment)
    (entry,) = reader.list_entries(Selection())
    assert entry.state is State.PLANNED
    with pytest.raises(JournalFault, match="read-only"):
        asyncio.run(reader.begin_run(sqlite_home.row("x"), 1.0))
    reader.close()
    with pytest.raises(JournalMissing):
        read_journal(SqliteLocation(Path("/nowhere/x.db")), sqlite_home.environment)


def test_a_key_file_is_made_with_the_journal(sqlite_home: Any) -> None:
    """Without a key in the environment, one lies beside the file; without it, nothing opens."""
    sqlite_home.environment = {}
    journal = sqlite_home.open()
    path = sqlite_home.location.path
    key = path.with_name("AC1.db.key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert create_key(key) == journal.key
    key.rename(key.with_name("moved"))
    refused = _refusal(sqlite_home.open)
    assert isinstance(refused, JournalRefused)
    assert "AC1.db.key" in refused.message


def test_an_older_version_is_brought_up(sqlite_home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the version before gains what the new version adds, and keeps what it has."""
    from runner.journal import migrations  # noqa: PLC0415 - patched here

    _written(sqlite_home)
    step = migrations.Migration(2, ("CREATE TABLE added (x TEXT)",))
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, step))
    reading = _refusal(lambda: read_journal(sqlite_home.location, sqlite_home.environment))
    assert reading.remedy.endswith("flexplay journal migrate")
    journal = sqlite_home.open()
    assert journal.count_states(None) == {State.PLANNED: 200}
    read_journal(sqlite_home.location, sqlite_home.environment).close()


def test_a_fault_of_the_disk_ends_all_writing(sqlite_home: Any) -> None:
    """After a failed sync the next one may lie, so the store accepts nothing more."""
    store = sqlite_home.store()
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC

    def fail(_: Any) -> None:
        raise error

    for _ in range(2):
        with pytest.raises(JournalFault, match="the disk failed"):
            store.write(fail)
    with pytest.raises(JournalFault, match="the disk failed"):
        store.write(lambda to: to.now())
    store.close()
