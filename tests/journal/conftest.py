"""Both journals, real: a SQLite file, and a PostgreSQL server of the tests' own."""

import glob
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from runner.journal.connect import (
    Location,
    PostgresLocation,
    SqliteLocation,
    open_journal,
    open_store,
)
from runner.journal.decide import Claim, Granted
from runner.journal.entry import Entry
from runner.journal.group_commit import Journal
from runner.journal.key import fingerprint, parse_key
from runner.journal.ledger import RunRow, Store
from runner.journal.migrations import Demand
from runner.model.delivery import delivery_id

KEY = "5a" * 32
CHILDREN = Path(__file__).parent / "children"


class PostgresServer:
    """A server in a folder of its own, reached through a socket there."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._user = "postgres" if os.getuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="flexplay-pg-", dir=_roomy_memory()))
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._databases = 0
        data = ("-D", str(self.folder / "data"))
        self._call("initdb", *data, "-N", "-U", "flex", "-A", "trust", "-E", "UTF8", "--locale=C")
        (self.folder / "data" / "postgresql.auto.conf").write_text(
            f"listen_addresses = ''\nunix_socket_directories = '{self.folder}'\n"
            "max_connections = 40\nshared_buffers = 16MB\ndeadlock_timeout = 100ms\n"
        )

    def _call(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            user=self._user,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            log = self.folder / "log"
            said = log.read_text(errors="replace")[-3000:] if log.exists() else ""
            raise RuntimeError(done.stdout + done.stderr + said)

    def _control(self, *arguments: str) -> None:
        log = ("-l", str(self.folder / "log"))
        self._call("pg_ctl", "-D", str(self.folder / "data"), *log, "-s", "-w", *arguments)

    def start(self) -> None:
        """Start the server and wait for it."""
        self._control("start")

    def stop(self) -> None:
        """Stop the server as a power cut would."""
        self._control("stop", "-m", "immediate")

    def restart(self) -> None:
        """Stop the server as a power cut would, and start it again."""
        self._control("restart", "-m", "immediate")

    def url(self, database: str) -> str:
        """Return the URL of a database."""
        return f"postgresql://flex@/{database}?host={self.folder}"

    def create_database(self) -> str:
        """Make an empty database and return its URL."""
        self._databases += 1
        name = f"journal{self._databases}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Take a database away, with whoever is connected."""
        name = url.partition("@/")[2].partition("?")[0]
        if name.startswith("journal"):
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, sql: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Execute a statement on a connection of its own."""
        import psycopg  # noqa: PLC0415 - an extra

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def remove(self) -> None:
        """Stop the server for good."""
        self.stop()
        shutil.rmtree(self.folder)


def _roomy_memory() -> str | None:
    """Return a disk in memory, if there is one: each restart syncs every file of the server's."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made there
    if memory.is_dir() and shutil.disk_usage(memory).free > 1 << 30:
        return str(memory)
    return None


def _programs() -> Path | None:
    found = shutil.which("initdb") if shutil.which("pg_ctl") else None
    places = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))  # noqa: PTH207 - absolute
    for place in [*reversed(places), *([found] if found else [])]:
        return Path(place).parent
    return None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Return a running server."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install '.[postgres]'")
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed: sh tests/postgres/install.sh")
    server = PostgresServer(programs)
    server.start()
    yield server
    server.remove()


@dataclass(slots=True)
class Home:
    """A place for a journal, and what the tests do with it."""

    location: Location
    environment: dict[str, str] = field(default_factory=lambda: {"FLEXPLAY_JOURNAL_KEY": KEY})
    run: str = "run-one"
    opened: list[Journal] = field(default_factory=list)

    def open(self, *, create: bool = True) -> Journal:
        """Open the journal; the test need not close it."""
        journal = open_journal(self.location, create=create, environment=self.environment)
        self.opened.append(journal)
        return journal

    def store(self, *, create: bool = True) -> Store:
        """Open the bare store."""
        return open_store(self.location, Demand(fingerprint(parse_key(KEY)), create=create))

    def row(self, run: str = "") -> RunRow:
        """Return a run that has not begun."""
        return RunRow(run or self.run, "twilio", "AC1", "reminder", "default", "{}", 1, 0.0, 0.0)

    def entry(self, key: str, run: str = "", attempt: int = 1, **fields: Any) -> Entry:
        """Return a delivery that has not begun."""
        id_ = delivery_id("twilio", "AC1", "reminder", key, attempt)
        given: dict[str, Any] = {
            "digest": "d",
            "address": f"hash-of-{key}",
            "tail": "+1•••••2368",
            "pair": f"pair-of-{key}",
            "run": run or self.run,
            "epoch": 1,
        }
        given.update(fields)
        return Entry(id_, "twilio", "AC1", "reminder", key, attempt, **given)

    async def begin(self, journal: Journal, *keys: str, run: str = "") -> list[Entry]:
        """Begin a run and claim these keys for it."""
        await journal.begin_run(self.row(run), 60.0)
        answers = [await journal.claim(Claim(self.entry(key, run))) for key in keys]
        return [answer.entry for answer in answers if isinstance(answer, Granted)]

    def child(self, program: str, *arguments: object, wait: bool = True) -> Any:
        """Run a program of `children/` on this journal in a process of its own."""
        where = self.location
        place = where.url if isinstance(where, PostgresLocation) else str(where.path)
        command = [sys.executable, str(CHILDREN / program), place, *map(str, arguments)]
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **self.environment},
        )
        if not wait:
            return process
        out, err = process.communicate()
        return process.returncode, out, err


@pytest.fixture
def sqlite_home(tmp_path: Path) -> Iterator[Home]:
    """Return a place for a SQLite journal."""
    home = Home(SqliteLocation(tmp_path / "state" / "AC1.db"))
    yield home
    for journal in home.opened:
        journal.close()


@pytest.fixture
def postgres_home(postgres_server: PostgresServer) -> Iterator[Home]:
    """Return a place for a PostgreSQL journal."""
    url = postgres_server.create_database()
    home = Home(PostgresLocation(url))
    yield home
    for journal in home.opened:
        journal.close()
    postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def home(request: pytest.FixtureRequest) -> Home:
    """Return a place for a journal of each kind: the contract is the same."""
    found: Home = request.getfixturevalue(f"{request.param}_home")
    return found
