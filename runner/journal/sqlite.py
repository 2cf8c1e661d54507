"""The journal in one SQLite file: the one door to sqlite3.

WAL with synchronous=FULL: when a commit returns, its data has been synced to the disk
(https://www.sqlite.org/pragma.html#pragma_synchronous).
"""

# ruff: noqa: S608 - only our own names are put together; values are always bound

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

from runner.journal.copying import load_tables
from runner.journal.gap import Gap, count_change, notice_older_file, read_gap
from runner.journal.generation import GenerationFile
from runner.journal.machine_clock import MachineClock
from runner.journal.migrations import Demand, check_key, check_version, missing, prepare
from runner.journal.rows import TABLES
from runner.journal.session import Session
from runner.journal.sql_reads import SqlReads, find_orphans
from runner.journal.sql_transaction import SqlTransaction, quote_names
from runner.journal.sqlite_faults import sqlite_fault
from runner.journal.sqlite_file import create_file, refuse_network_disk
from runner.model.errors import FlexplayError, JournalFault, JournalRefused

_APPLICATION = 0x666C7870
"""Tells a journal from any other SQLite file: https://www.sqlite.org/pragma.html#pragma_application_id."""
_WHOLE_CHECK = 256 * 1024 * 1024
"""A file up to this size is checked whole when it is opened; that takes about a second."""

Result = TypeVar("Result")


class Clock(Protocol):
    """Seconds since 1970."""

    def now(self) -> float:
        """Return the time."""
        ...


class SqliteSession:
    """A connection; nothing needs locking, since a transaction that writes is alone."""

    lock = ""
    share = ""

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def now(self) -> float:
        """Return this machine's time."""
        return self._clock.now()

    def has_table(self, name: str) -> bool:
        """Look into the schema."""
        sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?"
        return bool(self.fetch(sql, (name,))[0][0])

    def fetch(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows."""
        return self._connection.execute(sql, values).fetchall()

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        """Execute a statement."""
        self._connection.execute(sql, values)

    def execute_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Execute a statement for each row."""
        self._connection.executemany(sql, rows)


class SqliteStore(SqlReads):
    """A journal in a file. The file is one machine's: payloads are not kept."""

    keeps_payloads = False

    def __init__(self, connection: sqlite3.Connection, path: Path, clock: Clock) -> None:
        self._connection = connection
        self._session = SqliteSession(connection, clock)
        self._generation = GenerationFile(path)
        self._broken: FlexplayError | None = None
        self.gap: Gap | None = None
        self.path = path

    def write(self, work: Callable[[SqlTransaction], Result]) -> Result:
        """Do the work in one transaction; it is on the disk when this returns."""
        if self._broken:
            raise self._broken
        with self._faults(), self._transaction("BEGIN IMMEDIATE"):
            result = work(SqlTransaction(self._session, keeps_payloads=False))
            number = count_change(self._session)
        self._generation.write(number)
        return result

    def look_for_gap(self) -> int:
        """Notice, within the transaction that has begun, whether the file is an older copy."""
        number = notice_older_file(self._session, self._generation.read())
        self.gap = read_gap(self._session)
        return number

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        self._connection.execute(begin)
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # a full disk may have rolled back already
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            fault = _fault(error, self.path)
            if _code(error) in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT):
                # After a failed fsync the kernel may call the next one a success.
                self._broken = fault
            raise fault from error

    def read(self, ask: Callable[[Session], Result]) -> Result:
        """Ask something of the connection."""
        with self._faults():
            return ask(self._session)

    def check(self) -> tuple[str, ...]:
        """Check every page, and whether the rows belong together."""
        with self._faults():
            rows = self._session.fetch("PRAGMA quick_check")
            wrong = tuple(str(row[0]) for row in rows if row[0] != "ok")
            return wrong or find_orphans(self._session)

    def dump(self, table: str) -> Iterator[tuple[object, ...]]:
        """Yield the rows of a table from one snapshot, which lasts until the store is closed."""
        with self._faults():
            if not self._connection.in_transaction:
                self._connection.execute("BEGIN")
            yield from self._connection.execute(f"SELECT {quote_names(TABLES[table])} FROM {table}")

    def load(self, tables: Mapping[str, Iterable[tuple[object, ...]]]) -> None:
        """Fill the empty journal."""
        with self._faults(), self._transaction("BEGIN IMMEDIATE"):
            load_tables(self._session, tables, str(self.path))

    def close(self) -> None:
        """Close the file."""
        with suppress(sqlite3.Error):
            self._connection.close()
        self._generation.close()


def open_sqlite(
    path: Path,
    demand: Demand,
    *,
    patience: float = 30.0,
    clock: Clock | None = None,
    synchronous: str = "FULL",
) -> SqliteStore:
    """Open a journal for writing.

    Args:
        path: the file; it and its folder are created, for nobody else to read, if so demanded.
        demand: the key's fingerprint, and what may be done to the file.
        patience: for how many seconds another program may lock it.
        clock: what is written down as the time; the machine's unless a test gives another.
        synchronous: anything but FULL loses, with the power, what was acknowledged; for the test
            that shows this.

    Raises:
        JournalMissing: there is none, and it is not to be created.
        JournalRefused: it must not be used as it is.
        JournalFault: it cannot be opened now.
    """
    refuse_network_disk(path)
    if demand.create:
        create_file(path)
    elif not path.exists():
        raise missing(str(path))
    store = _connect(path, path.as_uri() + "?mode=rw", patience, clock)
    try:
        with store._faults():  # noqa: SLF001 - ours
            _set_up(store, demand, synchronous)
    except BaseException:
        store.close()
        raise
    return store


def read_sqlite(path: Path, fingerprint: str, *, patience: float = 30.0) -> SqliteStore:
    """Open a journal for reading only, for a dry run.

    Raises:
        JournalMissing: there is none.
        JournalRefused: it must not be used as it is.
        JournalFault: it cannot be opened now.
    """
    if not path.exists():
        raise missing(str(path))
    store = _connect(path, path.as_uri() + _read_mode(path), patience, None)
    try:
        with store._faults():  # noqa: SLF001 - ours
            _refuse_other_file(store)
            check_version(store._session, str(path))  # noqa: SLF001 - ours
            check_key(store._session, fingerprint, str(path))  # noqa: SLF001 - ours
    except BaseException:
        store.close()
        raise
    return store


def _read_mode(path: Path) -> str:
    """Return how to open a file that nobody may write: without a WAL it cannot change either."""
    wal = path.with_name(path.name + "-wal")
    return "?mode=ro" if wal.exists() else "?mode=ro&immutable=1"


def _connect(path: Path, uri: str, patience: float, clock: Clock | None) -> SqliteStore:
    try:
        connection = sqlite3.connect(
            uri, timeout=patience, isolation_level=None, check_same_thread=False, uri=True
        )
    except sqlite3.Error as error:
        raise _fault(error, path) from error
    return SqliteStore(connection, path, clock or MachineClock())


def _set_up(store: SqliteStore, demand: Demand, synchronous: str) -> None:
    connection, name = store._connection, str(store.path)  # noqa: SLF001 - ours
    _refuse_other_file(store)
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise JournalRefused(
            f"the file system of {name} cannot keep a write-ahead log",
            "put the journal on a local disk",
        )
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone does not reach the disk
    connection.execute("PRAGMA checkpoint_fullfsync = ON")
    _quick_check(store)
    with store._transaction("BEGIN IMMEDIATE"):  # noqa: SLF001 - ours
        prepare(store._session, demand, name)  # noqa: SLF001 - ours
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        number = store.look_for_gap()
    store._generation.begin(number)  # noqa: SLF001 - ours


def _refuse_other_file(store: SqliteStore) -> None:
    """Refuse an SQLite file that some other program wrote."""
    connection = store._connection  # noqa: SLF001 - ours
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and connection.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION:
        raise sqlite_fault(
            sqlite3.SQLITE_NOTADB, "an SQLite file of another program", str(store.path)
        )


def _quick_check(store: SqliteStore) -> None:
    """Look for damage; in a large file only at the small tables, so that opening stays quick."""
    connection = store._connection  # noqa: SLF001 - ours
    tables: tuple[str, ...] = ("",)
    if store.path.stat().st_size > _WHOLE_CHECK:
        tables = ("('meta')", "('runs')", "('pace')", "('pairs')")
    for table in tables:
        for (line,) in connection.execute(f"PRAGMA quick_check{table}"):
            if line != "ok":
                raise sqlite_fault(sqlite3.SQLITE_CORRUPT, line.splitlines()[-1], str(store.path))


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _fault(error: sqlite3.Error, path: Path) -> FlexplayError:
    if isinstance(error, sqlite3.ProgrammingError):
        return JournalFault(f"the journal {path} is closed ({error})", "open it again")
    return sqlite_fault(_code(error), str(error), str(path))
