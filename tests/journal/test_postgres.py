"""The journal in a PostgreSQL database: what happens when the server goes away, and comes back."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runner.journal.connect import PostgresLocation
from runner.journal.decide import Claim, Go
from runner.journal.entry import Change, Event, State
from runner.journal.key import fingerprint, parse_key
from runner.journal.ledger import Selection
from runner.journal.migrations import Demand
from runner.journal.postgres_faults import postgres_fault
from runner.model.errors import JournalFault, JournalMissing, JournalRefused, UsageFault

PRINT = fingerprint(parse_key("5a" * 32))


def _store(home: Any, **options: Any) -> Any:
    from runner.journal.postgres import open_postgres  # noqa: PLC0415 - an extra

    return open_postgres(home.location.url, Demand(PRINT, create=True), "test", **options)


def _end_sessions(server: Any, home: Any) -> None:
    database = home.location.url.partition("@/")[2].partition("?")[0]
    pick = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname"
    server.execute(f"{pick} = '{database}'")


def test_an_ended_session_is_replaced(postgres_home: Any, postgres_server: Any) -> None:
    """When the server ends the session between two writes, the next one connects again."""
    journal = postgres_home.open()

    async def work() -> None:
        (entry,) = await postgres_home.begin(journal, "1")
        _end_sessions(postgres_server, postgres_home)
        verdict = await journal.change(Change(entry.id, Event.INTEND, "post"), "run-one", 1)
        assert isinstance(verdict, Go)

    asyncio.run(work())
    _end_sessions(postgres_server, postgres_home)
    assert journal.count_states(None) == {State.INTENT: 1}


def test_a_session_that_ends_within_a_transaction_is_begun_again(
    postgres_home: Any, postgres_server: Any
) -> None:
    """What was not committed is done once more on a new connection, and only that counts."""
    store = _store(postgres_home)
    tries: list[int] = []

    def work(to: Any) -> int:
        to.put_run(postgres_home.row(f"try{len(tries)}"))
        tries.append(1)
        if len(tries) < 3:
            _end_sessions(postgres_server, postgres_home)
        return len(tries)

    assert store.write(work) == 3
    assert [run.id for run in store.list_runs(9)] == ["try2"]
    store.close()


class _Wire:
    """A connection that is cut around a COMMIT: before the server has it, or after it did it."""

    def __init__(self, connection: Any, cuts: list[str]) -> None:
        self._connection = connection
        self._cuts = cuts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, sql: Any, *values: Any) -> Any:
        if sql == "COMMIT" and self._cuts:
            if self._cuts.pop(0) == "after":
                self._connection.execute(sql)
            self._connection.pgconn.finish()
        return self._connection.execute(sql, *values)


@pytest.mark.parametrize("cuts", [["after"], ["before"], ["before", "after"], ["before"] * 3])
def test_a_commit_whose_answer_is_lost_is_looked_up(postgres_home: Any, cuts: list[str]) -> None:
    """Whether the commit had happened or not, its work is in the journal exactly once."""
    store = _store(postgres_home)
    connect, done, wire = store._connect, [], list(cuts)
    store._connect = lambda: _Wire(connect(), wire)

    def work(to: Any) -> str:
        done.append(1)
        to.put_pace("bucket", to.pace("bucket") + 1.0)
        return f"try {len(done)}"

    expected = cuts.index("after") + 1 if "after" in cuts else len(cuts) + 1
    assert store.write(work) == f"try {expected}"
    assert store.write(lambda to: to.pace("bucket")) == 1.0
    assert wire == []
    store.close()


def test_a_commit_still_under_way_is_waited_for(postgres_home: Any) -> None:
    """The look-up of a commit in doubt ends the old session, so that it cannot commit later."""
    slept: list[float] = []
    store = _store(postgres_home, sleep=slept.append)
    connect = store._connect
    left: list[Any] = []

    class Hanging(_Wire):
        def execute(self, sql: Any, *values: Any) -> Any:
            if sql == "COMMIT" and not left:
                import psycopg  # noqa: PLC0415 - an extra

                left.append(self._connection)
                raise psycopg.OperationalError("the connection is lost")
            return self._connection.execute(sql, *values)

        broken = property(lambda self: bool(left) and left[0] is self._connection)

        def close(self) -> None:
            if self._connection not in left:
                self._connection.close()

    store._connect = lambda: Hanging(connect(), [])
    assert store.write(lambda to: to.put_pace("b", to.pace("b") + 1.0) or "done") == "done"
    assert slept == [0.0]
    with pytest.raises(Exception, match=r"terminat|closed"):
        left[0].execute("COMMIT")
    left[0].close()
    assert store.write(lambda to: to.pace("b")) == 1.0
    store.close()


@pytest.fixture
def restarts(postgres_server: Any) -> Iterator[Callable[[int], threading.Thread]]:
    """Return what restarts the server, as after a power cut, so many times in another thread."""
    threads: list[threading.Thread] = []

    def start(times: int) -> threading.Thread:
        def work() -> None:
            for _ in range(times):
                postgres_server.restart()

        thread = threading.Thread(target=work)
        threads.append(thread)
        thread.start()
        return thread

    yield start
    for thread in threads:
        thread.join()


def test_restarts_lose_and_double_nothing(
    postgres_home: Any, restarts: Callable[[int], threading.Thread]
) -> None:
    """While the server is killed and restarted again and again, every change happens once."""
    journal = postgres_home.open()
    acknowledged: list[str] = []

    async def work() -> None:
        await postgres_home.begin(journal)
        restarting = restarts(6)

        async def one(key: str) -> None:
            entry = postgres_home.entry(key)
            await journal.claim(Claim(entry))
            for change in (
                Change(entry.id, Event.INTEND, "post"),
                Change(entry.id, Event.CONFIRM, "post"),
                Change(entry.id, Event.INTEND, "message"),
                Change(entry.id, Event.SEND),
            ):
                assert isinstance(await journal.change(change, "run-one", 1), Go)
            acknowledged.append(entry.id)

        count = 0
        while restarting.is_alive():
            await asyncio.gather(*(one(f"{count}-{number}") for number in range(20)))
            count += 1

    asyncio.run(work())
    sent = {entry.id for entry in journal.list_entries(Selection(states=(State.SENT,)))}
    assert len(acknowledged) >= 20
    assert sent == set(acknowledged)
    assert all(len(journal.list_steps(id_)) == 5 for id_ in acknowledged)


def test_a_server_that_stays_away_ends_in_a_clear_fault(
    postgres_home: Any, postgres_server: Any
) -> None:
    """The waiting between attempts is bounded; then the journal says that it cannot be reached."""
    slept: list[float] = []
    store = _store(postgres_home, sleep=slept.append)
    postgres_server.stop()
    try:
        with pytest.raises(JournalFault, match="cannot be reached") as caught:
            store.write(lambda to: to.now())
        with pytest.raises(JournalFault):
            _store(postgres_home)
    finally:
        postgres_server.start()
    assert caught.value.remedy
    assert 20.0 < sum(slept) < 60.0
    assert store.write(lambda to: to.now()) > 1.7e9
    store.close()


def test_a_deadlock_is_done_again(postgres_home: Any) -> None:
    """Two transactions that lock each other's rows both come to their end."""
    stores = [_store(postgres_home), _store(postgres_home)]
    for name in ("a", "b"):
        stores[0].write(lambda to, name=name: to.put_run(postgres_home.row(name)))
    both = threading.Barrier(2)
    tries = [0, 0]

    def lock(place: int, order: str) -> None:
        def work(to: Any) -> None:
            tries[place] += 1
            to.lock_run(order[0])
            if tries[place] == 1:
                both.wait()
            to.lock_run(order[1])

        stores[place].write(work)

    threads = [
        threading.Thread(target=lock, args=(0, "ab")),
        threading.Thread(target=lock, args=(1, "ba")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(tries) == [1, 2]
    for store in stores:
        store.close()


def test_the_session_waits_for_the_disk(postgres_home: Any, postgres_server: Any) -> None:
    """Whatever the database's default, a commit is synced before it is answered."""
    database = postgres_home.location.url.partition("@/")[2].partition("?")[0]
    for given, expected in (("off", "on"), ("local", "on"), ("remote_apply", "remote_apply")):
        postgres_server.execute(f"ALTER DATABASE {database} SET synchronous_commit = '{given}'")
        store = _store(postgres_home)
        session = store.write(lambda to: to._session)
        assert session.fetch("SHOW synchronous_commit") == [(expected,)]
        store.close()


def test_a_server_that_forgets_is_refused(postgres_home: Any, postgres_server: Any) -> None:
    """With fsync off, what was acknowledged is gone after a power cut."""
    postgres_server.execute("ALTER SYSTEM SET fsync = off")
    try:
        postgres_server.restart()
        with pytest.raises(JournalRefused, match="fsync = off"):
            postgres_home.open()
    finally:
        postgres_server.execute("ALTER SYSTEM RESET fsync")
        postgres_server.restart()


def test_a_read_only_server_is_a_clear_fault(postgres_home: Any, postgres_server: Any) -> None:
    """A standby cannot keep a journal."""
    store = _store(postgres_home)
    database = postgres_home.location.url.partition("@/")[2].partition("?")[0]
    setting = f"ALTER DATABASE {database} SET default_transaction_read_only = on"
    postgres_server.execute(setting)
    _end_sessions(postgres_server, postgres_home)
    with pytest.raises(JournalFault, match="is read-only"):
        store.write(lambda to: to.put_run(postgres_home.row()))
    store.close()


def test_payloads_are_sealed_and_erased(postgres_home: Any, postgres_server: Any) -> None:
    """What another machine needs is kept unreadable, and is gone once the delivery has ended."""
    journal = postgres_home.open()
    body = b'{"Body": "Hi Ann", "To": "+13115552368"}'
    database = postgres_home.location.url.partition("@/")[2].partition("?")[0]

    def held() -> list[Any]:
        return list(postgres_server.execute("SELECT * FROM flexplay.payloads", database))

    async def work() -> None:
        await postgres_home.begin(journal)
        entry = postgres_home.entry("1")
        await journal.claim(Claim(entry), body)
        assert await journal.payload(entry.id) == body
        ((delivery, sealed),) = held()
        assert delivery == entry.id
        assert b"Ann" not in sealed
        for change in (Change(entry.id, Event.INTEND, "post"), Change(entry.id, Event.SEND)):
            await journal.change(change, "run-one", 1)
        assert await journal.payload(entry.id) is None

    asyncio.run(work())
    assert held() == []


def test_sqlite_keeps_no_payloads(sqlite_home: Any) -> None:
    """Where no other machine can finish a delivery, nothing is kept for it."""
    journal = sqlite_home.open()

    async def work() -> None:
        entry = sqlite_home.entry("1")
        await journal.claim(Claim(entry), b"Hi Ann")
        assert await journal.payload(entry.id) is None

    asyncio.run(work())


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("postgresql://flex@/nowhere?host={}", JournalFault),
        ("postgresql://flex@/postgres?host=/nowhere", JournalFault),
        ("postgresql://flex@/postgres?nonsense=1&host={}", UsageFault),
        ("postgresql://flex@/postgres?host={}", JournalMissing),
    ],
)
def test_a_wrong_database_is_a_clear_fault(
    postgres_home: Any, postgres_server: Any, url: str, error: type[Exception]
) -> None:
    """A database that is not there, a server that is not there, a URL that cannot be read."""
    postgres_home.location = PostgresLocation(url.format(postgres_server.folder))
    with pytest.raises(error) as caught:
        postgres_home.open(create=False)
    assert caught.value.remedy  # type: ignore[attr-defined]


def test_a_user_without_rights_is_told_what_is_missing(
    postgres_home: Any, postgres_server: Any
) -> None:
    """Who may not create the schema is told what its owner has to type."""
    postgres_server.execute("DROP ROLE IF EXISTS guest")
    postgres_server.execute("CREATE ROLE guest LOGIN")
    url = postgres_home.location.url.replace("flex@", "guest@")
    postgres_home.location = PostgresLocation(url)
    with pytest.raises(JournalFault, match="must not be changed by this user") as caught:
        postgres_home.open()
    assert "CREATE SCHEMA flexplay" in caught.value.remedy


def test_the_key_must_be_given(postgres_home: Any) -> None:
    """There is no file beside a database: without the variable nothing is opened."""
    postgres_home.environment = {}
    with pytest.raises(JournalRefused, match="FLEXPLAY_JOURNAL_KEY is not set"):
        postgres_home.open()


def test_damage_that_the_server_finds_is_refused() -> None:
    """A data error of the server's is not a passing fault."""
    assert isinstance(postgres_fault("XX001", "invalid page\nmore", "j"), JournalRefused)
    assert postgres_fault("53100", "no space\nmore", "j").message.endswith("(no space)")
