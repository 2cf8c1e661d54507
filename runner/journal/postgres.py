"""The journal in a PostgreSQL database that several machines share: the one door to psycopg.

A commit whose answer is lost is looked up, never guessed: each process has a row in `writers`, and
writes the number of each transaction there, within it. After a lost connection the old session is
ended and the row is locked, which waits for whatever that session was still doing; the number then
says whether the transaction has happened.
"""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus

from runner.journal.copying import load_tables
from runner.journal.gap import Gap, notice_other_server, read_gap
from runner.journal.migrations import Demand
from runner.journal.postgres_faults import CONFLICTS, is_lost, postgres_fault
from runner.journal.postgres_server import (
    identify_server,
    prepare_database,
    refuse_forgetful,
    refuse_other_server,
)
from runner.journal.postgres_settings import (
    APPEAR,
    CONNECT,
    DURABLE,
    NUMBER,
    PAUSES,
    SETTINGS,
)
from runner.journal.rows import TABLES
from runner.journal.session import Session
from runner.journal.sql_reads import SqlReads, find_orphans
from runner.journal.sql_transaction import SqlTransaction, quote_names
from runner.model.errors import UsageFault

Result = TypeVar("Result")


class PostgresSession:
    """A connection; rows are locked, since other machines write at the same time."""

    lock = " FOR UPDATE OF e"
    share = " FOR SHARE OF e"

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def now(self) -> float:
        """Return the server's time: that of no machine that sends."""
        sql = "SELECT extract(epoch FROM clock_timestamp())::float8"
        return float(self.fetch(sql)[0][0])

    def has_table(self, name: str) -> bool:
        """Look for the table in our schema."""
        return bool(self.fetch("SELECT to_regclass(?) IS NOT NULL", (f"flexplay.{name}",))[0][0])

    def fetch(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows."""
        return self.connection.execute(_worded(sql), values).fetchall()

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        """Execute a statement."""
        self.connection.execute(_worded(sql), values or None)

    def execute_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Execute a statement for each row, without waiting in between."""
        with self.connection.cursor() as cursor:
            cursor.executemany(_worded(sql), rows)


@lru_cache(maxsize=512)
def _worded(sql: str) -> bytes:
    return sql.replace("?", "%s").encode()


@dataclass(slots=True)
class _Doubt(Generic[Result]):
    """A commit that was sent, and whose answer has not come."""

    result: Result


class PostgresStore(SqlReads):
    """A journal in a database."""

    keeps_payloads = True

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection],
        name: str,
        sleep: Callable[[float], None] = time.sleep,
        pauses: Sequence[float] = PAUSES,
        gap: Gap | None = None,
    ) -> None:
        self.gap = gap
        self._connect = connect
        self._name = name
        self._sleep = sleep
        self._pauses = pauses
        self._writer = uuid.uuid4().hex
        self._batch = 0
        self._connection: psycopg.Connection | None = None
        self._backend: tuple[object, ...] = ()

    def write(self, work: Callable[[SqlTransaction], Result]) -> Result:
        """Do the work in one transaction, again if another was in the way or the server left."""
        self._batch += 1
        doubts: list[_Doubt[Result]] = []

        def attempt() -> Result:
            connection = self._connected()
            if doubts:
                doubt = doubts.pop()
                if self._has_happened(connection, doubts, doubt):
                    return doubt.result
            return self._transact(connection, work, doubts)

        return self._persist(attempt)

    def _transact(
        self,
        connection: psycopg.Connection,
        work: Callable[[SqlTransaction], Result],
        doubts: list[_Doubt[Result]],
    ) -> Result:
        connection.execute("BEGIN")
        connection.execute(NUMBER, (self._writer, self._batch))
        result = work(SqlTransaction(PostgresSession(connection), keeps_payloads=True))
        doubts.append(_Doubt(result))
        connection.execute("COMMIT")
        return result

    def _has_happened(
        self, connection: psycopg.Connection, doubts: list[_Doubt[Result]], doubt: _Doubt[Result]
    ) -> bool:
        """Look up a commit in doubt; if the look-up fails too, the doubt remains."""
        doubts.append(doubt)
        rows = connection.execute(
            "SELECT batch FROM writers WHERE id = %s FOR UPDATE", (self._writer,)
        ).fetchall()
        doubts.pop()
        return bool(rows) and rows[0][0] == self._batch

    def _persist(self, attempt: Callable[[], Result]) -> Result:
        """Return what the attempt returns, once it comes to its end."""
        for pause in (*self._pauses, None):
            try:
                return attempt()
            except psycopg.Error as error:
                if pause is None or not self._recover(error):
                    raise postgres_fault(error.sqlstate, str(error), self._name) from error
            except BaseException:
                self._roll_back()
                raise
            self._sleep(pause)
        raise AssertionError

    def _recover(self, error: psycopg.Error) -> bool:
        """Undo what was begun, and tell whether another attempt can come to a better end."""
        connection = self._connection
        lost = connection is None or connection.broken or connection.closed
        if lost or is_lost(error.sqlstate):
            self._drop()
            return error.sqlstate is None or is_lost(error.sqlstate)
        self._roll_back()
        return error.sqlstate in CONFLICTS

    def _roll_back(self) -> None:
        connection = self._connection
        if connection is None or connection.info.transaction_status == TransactionStatus.IDLE:
            return
        try:
            connection.execute("ROLLBACK")
        except psycopg.Error:
            self._drop()

    def _connected(self) -> psycopg.Connection:
        """Return the connection; a new one first ends the session of the old one."""
        if self._connection is None:
            connection = self._connect()
            self._connection = connection
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE (pid, backend_start) = (%s, %s)",
                self._backend or (0, None),
            )
            connection.execute(APPEAR, (self._writer,))
            self._backend = connection.execute(
                "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
            ).fetchall()[0]
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
        self._connection = None

    def read(self, ask: Callable[[Session], Result]) -> Result:
        """Ask something of the server, again if it left."""
        return self._persist(lambda: ask(PostgresSession(self._connected())))

    def check(self) -> tuple[str, ...]:
        """Check whether the rows belong together; the pages are the server's matter."""
        return self.read(find_orphans)

    def dump(self, table: str) -> Iterator[tuple[object, ...]]:
        """Yield the rows of a table from one snapshot, which lasts until the store is closed."""
        try:
            connection = self._connected()
            if connection.info.transaction_status == TransactionStatus.IDLE:
                connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            with connection.cursor(name=f"dump_{table}") as cursor:
                cursor.itersize = 1000
                sql = f"SELECT {quote_names(TABLES[table])} FROM {table}"  # noqa: S608 - our own names
                yield from cursor.execute(sql.encode())
        except psycopg.Error as error:
            raise postgres_fault(error.sqlstate, str(error), self._name) from error

    def load(self, tables: Mapping[str, Iterable[tuple[object, ...]]]) -> None:
        """Fill the empty journal; not twice, since the rows come only once."""
        try:
            connection = self._connected()
            with connection.transaction():
                load_tables(PostgresSession(connection), tables, self._name)
        except psycopg.Error as error:
            raise postgres_fault(error.sqlstate, str(error), self._name) from error

    def close(self) -> None:
        """Leave the server."""
        if self._connection is not None:
            self._roll_back()
            with suppress(psycopg.Error):
                self._connection.execute("DELETE FROM writers WHERE id = %s", (self._writer,))
        self._drop()


def open_postgres(
    url: str,
    demand: Demand,
    name: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
    pauses: Sequence[float] = PAUSES,
) -> PostgresStore:
    """Open a journal for writing. A server that does not answer now is not waited for.

    Raises:
        UsageFault: the URL is wrong.
        JournalMissing: there is no journal in the database, and it is not to be created.
        JournalRefused: it must not be used as it is.
        JournalFault: it cannot be opened now.
    """
    try:
        values = {**CONNECT, **conninfo_to_dict(url)}
    except psycopg.Error as error:
        raise UsageFault(
            "the journal's URL cannot be read",
            "write postgresql://USER@HOST/DATABASE; see https://www.postgresql.org/docs/current/"
            "libpq-connect.html#LIBPQ-CONNSTRING",
        ) from error

    def connect() -> psycopg.Connection:
        connection = psycopg.connect(autocommit=True, **values)  # type: ignore[arg-type] # by name
        connection.execute(SETTINGS.encode())
        connection.execute(DURABLE)
        return connection

    def connect_again() -> psycopg.Connection:
        connection = connect()
        try:
            refuse_other_server(PostgresSession(connection), server, name)
        except BaseException:
            connection.close()
            raise
        return connection

    try:
        with connect() as connection:
            session = PostgresSession(connection)
            refuse_forgetful(session, name)
            server = identify_server(session)
            with connection.transaction():
                prepare_database(session, demand, name)
                notice_other_server(session, server)
                gap = read_gap(session)
    except psycopg.Error as error:
        raise postgres_fault(error.sqlstate, str(error), name) from error
    return PostgresStore(connect_again, name, sleep, pauses, gap)
