"""PostgreSQL fails over to a standby that may lack the last commits."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from runner.journal.connect import PostgresLocation
from runner.model.errors import JournalRefused


class Pair:
    """A server, and a standby of it that takes over: here both lie in one folder."""

    def __init__(self, server: Any) -> None:
        self.server = server
        server.start()

    def fail_over(self) -> None:
        """Let a standby that has what the server had become the server."""
        self.server.stop()
        (self.server.folder / "data" / "standby.signal").touch()
        self.server.start()
        self.server.promote()


@pytest.fixture
def pair(new_postgres_server: Any) -> Iterator[Pair]:
    """Return a server that may fail over."""
    pair = Pair(new_postgres_server)
    yield pair
    pair.server.remove()


@pytest.fixture
def failing_home(pair: Pair, postgres_home: Any) -> Any:
    """Return a place for a journal on that server."""
    postgres_home.location = PostgresLocation(pair.server.create_database())
    return postgres_home


def shut(home: Any) -> None:
    """Close what is open."""
    for journal in home.opened:
        journal.close()
    home.opened.clear()


def test_another_timeline_is_a_gap(pair: Pair, failing_home: Any) -> None:
    """From the newest that is there until now, something may be missing; a restart is none."""
    asyncio.run(failing_home.begin(failing_home.open(), "A-1"))
    shut(failing_home)
    pair.server.restart()
    assert failing_home.open().gap is None
    shut(failing_home)
    pair.fail_over()
    gap = failing_home.open().gap
    assert gap
    assert "another than before" in gap.reason
    assert 0 < gap.since < gap.until
    assert gap.covers(failing_home.entry("A-2"))
    shut(failing_home)
    assert failing_home.open().gap == gap


def test_a_run_does_not_carry_on_elsewhere(pair: Pair, failing_home: Any) -> None:
    """Where its last commits may be missing, a run stops, and says how it is carried on."""
    journal = failing_home.open()
    asyncio.run(failing_home.begin(journal, "A-1"))
    pair.fail_over()
    with pytest.raises(JournalRefused, match="another than when the run began") as refused:
        asyncio.run(failing_home.begin(journal, "A-2", run="run-two"))
    assert "flexplay resume" in refused.value.remedy
    shut(failing_home)
    assert [run.id for run in failing_home.open().list_runs(9)] == [failing_home.run]


@pytest.mark.parametrize(
    "revoke", ["", "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC"]
)
def test_no_special_rights_are_needed(pair: Pair, failing_home: Any, revoke: str) -> None:
    """A user who may only create a schema is enough, even if a provider hides the identifier."""
    database = failing_home.location.url.partition("@/")[2].partition("?")[0]
    pair.server.execute(f"CREATE ROLE plain LOGIN; GRANT CREATE ON DATABASE {database} TO plain")
    if revoke:
        pair.server.execute(revoke, database)
    failing_home.location = PostgresLocation(failing_home.location.url.replace("flex@", "plain@"))
    asyncio.run(failing_home.begin(failing_home.open(), "A-1"))
    shut(failing_home)
    pair.fail_over()
    assert failing_home.open().gap
