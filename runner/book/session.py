"""A run and its journal, from the first line to the last."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

from runner.book.detail import Detail, Work, add_work
from runner.book.journal_book import JournalBook, RunIdentity, Wanted
from runner.book.journal_slots import JournalSlots
from runner.book.lease import FOREVER, TTL, hold_lease, hold_lock
from runner.journal.connect import Location, SqliteLocation
from runner.journal.decide import Busy
from runner.journal.group_commit import Journal
from runner.journal.ledger import RunRow
from runner.model.errors import JournalFault, Refused


@dataclass(frozen=True, slots=True)
class OpenJournal:
    """A journal and where it is."""

    journal: Journal
    location: Location


@dataclass(frozen=True, slots=True)
class Kept:
    """What the executor needs of the journal while a run goes on."""

    book: JournalBook
    slots: JournalSlots


@contextlib.asynccontextmanager
async def keep_run(
    opened: OpenJournal, row: RunRow, wanted: Wanted, stop: Callable[[str], None]
) -> AsyncIterator[Kept]:
    """Begin the run, or take it over if the journal knows it, and end it when it is left.

    Args:
        opened: the journal.
        row: the run, as the journal has it; a new one has no epoch yet.
        wanted: what the run may execute beside what is new, held or unfinished.
        stop: is told when the run is lost, or when someone stops it.

    Raises:
        Refused: another process executes it.
    """
    async with contextlib.AsyncExitStack() as stack:
        local = isinstance(opened.location, SqliteLocation)
        if isinstance(opened.location, SqliteLocation):
            await stack.enter_async_context(hold_lock(opened.location.path, row.id))
        begun = await _begin(opened.journal, row, locked=local)
        if not local:
            lease = hold_lease(opened.journal, begun.id, begun.epoch, stop)
            await stack.enter_async_context(lease)
        identity = RunIdentity(begun.id, begun.epoch, row.scope, row.account, row.playbook)
        book = JournalBook(opened.journal, opened.journal.key, identity, wanted)
        started = time.monotonic()
        yield Kept(book, JournalSlots(opened.journal, row.scope, row.account))
        # Every delivery is written down by now; that the run has ended, its lock or lease tells.
        try:
            await _finish(opened.journal, begun, book, time.monotonic() - started)
        except JournalFault as fault:
            stop(fault.message)


async def _finish(journal: Journal, begun: RunRow, book: JournalBook, spent_s: float) -> None:
    work = Work(book.claims, book.elsewhere, book.segments, spent_s)
    detail = add_work(Detail.from_json(begun.detail), work)
    await journal.finish_run(begun.id, begun.epoch, detail.to_json())


async def _begin(journal: Journal, row: RunRow, *, locked: bool) -> RunRow:
    ttl = FOREVER if locked else TTL
    if not row.epoch:
        return await journal.begin_run(replace(row, epoch=1), ttl)
    taken = await journal.take_run(row.id, ttl, locked=locked)
    if isinstance(taken, Busy):
        raise Refused(
            f"run {row.id} is being executed by another machine",
            f"let it end, or stop it: flexplay stop {row.id}",
        )
    if taken is None:
        raise Refused(f"the journal knows no run {row.id}")
    return taken
