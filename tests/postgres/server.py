"""A PostgreSQL server of the tests' own; `tests/conftest.py` makes its fixture known to all."""

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


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

    def promote(self) -> None:
        """Let a standby become the server, on a timeline of its own."""
        self._control("promote")

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
        try:
            self.stop()
        finally:  # somebody else may have stopped it
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


def _new_server() -> PostgresServer:
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install '.[postgres]'")
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed: sh tests/postgres/install.sh")
    return PostgresServer(programs)


@pytest.fixture
def new_postgres_server() -> PostgresServer:
    """Return a server of the test's own, which is to be started and removed."""
    return _new_server()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Return a running server."""
    server = _new_server()
    server.start()
    yield server
    server.remove()
