"""Both journals, real: a SQLite file, and a database of the tests' own PostgreSQL server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from tests.postgres.server import PostgresServer

KEY = "5a" * 32
CHILDREN = Path(__file__).parent / "children"


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
def postgres_home(postgres_server: "PostgresServer") -> Iterator[Home]:
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
