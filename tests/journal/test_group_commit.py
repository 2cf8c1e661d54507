"""One thread, one connection, many coroutines."""

import asyncio
from typing import Any

import pytest

from runner.journal.connect import is_leased
from runner.journal.decide import Claim, Go
from runner.journal.entry import Change, Event
from runner.journal.group_commit import Journal
from runner.journal.key import parse_key
from runner.journal.ledger import Selection
from runner.model.errors import JournalFault


class Counting:
    """A store that counts its transactions, and can be told to fail."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.written = 0
        self.fault: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write(self, work: Any) -> Any:
        """Count, then write."""
        self.written += 1
        if self.fault:
            raise self.fault
        return self._store.write(work)


@pytest.fixture
def counting(sqlite_home: Any) -> Counting:
    """Return a counting store."""
    return Counting(sqlite_home.store())


@pytest.fixture
def journal(counting: Counting, sqlite_home: Any) -> Journal:
    """Return the journal over it."""
    opened = Journal(counting, parse_key("5a" * 32), is_leased)
    sqlite_home.opened.append(opened)
    return opened


def test_what_waits_shares_a_transaction(
    journal: Journal, counting: Counting, sqlite_home: Any
) -> None:
    """A hundred coroutines that ask at the same moment cost one transaction, not a hundred."""

    async def work() -> None:
        await journal.begin_run(sqlite_home.row(), 60.0)
        entries = [sqlite_home.entry(str(number)) for number in range(100)]
        counting.written = 0
        await asyncio.gather(*(journal.claim(Claim(entry)) for entry in entries))
        claimed = counting.written
        changes = [Change(entry.id, Event.INTEND, "post") for entry in entries]
        await asyncio.gather(*(journal.change(change, "run-one", 1) for change in changes))
        assert (claimed, counting.written) == (1, 2)

    asyncio.run(work())


def test_a_batch_is_bounded(
    journal: Journal, counting: Counting, sqlite_home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many wait, a transaction takes only so many; the others are not forgotten."""
    monkeypatch.setattr("runner.journal.group_commit._MOST", 10)

    async def work() -> None:
        await journal.begin_run(sqlite_home.row(), 60.0)
        claims = [Claim(sqlite_home.entry(str(number))) for number in range(95)]
        counting.written = 0
        await asyncio.gather(*(journal.claim(claim) for claim in claims))
        assert counting.written == 10

    asyncio.run(work())
    assert len(list(journal.list_entries(Selection()))) == 95


def test_a_fault_reaches_everybody_and_the_next_try_counts(
    journal: Journal, counting: Counting, sqlite_home: Any
) -> None:
    """When the database cannot write, each caller of the batch hears of it, with its own error."""

    async def work() -> list[Any]:
        await journal.begin_run(sqlite_home.row(), 60.0)
        counting.fault = JournalFault("the disk is full", "make room")
        claims = [Claim(sqlite_home.entry(str(number))) for number in range(3)]
        tasks = (journal.claim(claim) for claim in claims)
        failed = await asyncio.gather(*tasks, return_exceptions=True)
        counting.fault = None
        await journal.claim(claims[0])
        return failed

    failed = asyncio.run(work())
    assert {(type(one), one.message, one.remedy) for one in failed} == {
        (JournalFault, "the disk is full", "make room")
    }
    assert len({id(one) for one in failed}) == 3
    assert len(list(journal.list_entries(Selection()))) == 1


def test_who_stops_waiting_disturbs_nobody(journal: Journal, sqlite_home: Any) -> None:
    """A cancelled caller's change is still written, and the others get their answers."""

    async def work() -> None:
        first, second = await sqlite_home.begin(journal, "1", "2")
        tasks = [
            asyncio.ensure_future(
                journal.change(Change(entry.id, Event.INTEND, "post"), "run-one", 1)
            )
            for entry in (first, second)
        ]
        await asyncio.sleep(0)
        tasks[0].cancel()
        assert isinstance(await tasks[1], Go)
        assert tasks[0].cancelled()

    asyncio.run(work())
    assert [entry.state for entry in journal.list_entries(Selection())] == ["intent", "intent"]


def test_nothing_is_acknowledged_before_the_commit(
    journal: Journal, counting: Counting, sqlite_home: Any
) -> None:
    """While the transaction goes on, nobody who waits for it has an answer."""
    seen: list[bool] = []

    async def work() -> None:
        await journal.begin_run(sqlite_home.row(), 60.0)
        write = counting.write
        task: asyncio.Future[Any] | None = None

        def watched(body: Any) -> Any:
            result = write(body)
            assert task is not None
            seen.append(task.done())
            return result

        counting.write = watched  # type: ignore[assignment,method-assign]
        task = asyncio.ensure_future(journal.claim(Claim(sqlite_home.entry("1"))))
        await task

    asyncio.run(work())
    assert seen == [False]


class Ticking:
    """A monotonic clock that a test moves; each look costs `cost` seconds."""

    def __init__(self) -> None:
        self.at = 100.0
        self.cost = 0.0

    def __call__(self) -> float:
        """Return the time."""
        self.at += self.cost
        return self.at


def _reserve(counting: Counting, clock: Ticking, home: Any, count: int) -> tuple[float, ...]:
    journal = Journal(counting, parse_key("5a" * 32), is_leased, clock)
    home.opened.append(journal)
    return asyncio.run(journal.reserve("interactions", 10.0, count))


def test_reserved_slots_are_delays_from_now(counting: Counting, sqlite_home: Any) -> None:
    """The first slot of an idle bucket is now; the others follow one interval apart."""
    delays = _reserve(counting, Ticking(), sqlite_home, 3)
    assert delays == pytest.approx((0.0, 10.0, 20.0))


def test_what_the_commit_took_is_taken_off(counting: Counting, sqlite_home: Any) -> None:
    """A slow commit makes the remaining delays shorter, so that the slots stay where they are."""
    clock = Ticking()
    clock.cost = 4.0
    assert _reserve(counting, clock, sqlite_home, 3) == pytest.approx((0.0, 6.0, 16.0))


def test_a_missed_slot_is_dropped(counting: Counting, sqlite_home: Any) -> None:
    """Slots that have passed by more than an interval are nobody's; at least one is returned."""
    clock = Ticking()
    clock.cost = 24.0
    assert _reserve(counting, clock, sqlite_home, 4) == pytest.approx((0.0, 6.0))


def test_closing_waits_for_the_last_transaction(counting: Counting, sqlite_home: Any) -> None:
    """What was begun is written before the store is closed."""
    journal = Journal(counting, parse_key("5a" * 32), is_leased)

    async def work() -> None:
        task = asyncio.ensure_future(journal.begin_run(sqlite_home.row(), 60.0))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        journal.close()
        await task

    asyncio.run(work())
    reader = sqlite_home.open()
    assert [run.id for run in reader.list_runs(9)] == ["run-one"]
