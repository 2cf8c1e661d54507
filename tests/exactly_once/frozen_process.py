"""A process that stands still while its lease runs out, as where several machines share a journal.

The kernel's lock cannot be lost, so a lease takes its place here. What the kernel does to a process
that was frozen with a request under way is not simulated: it stands still before a write only.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from runner.book.journal_book import JournalBook, RunIdentity, Wanted
from runner.book.journal_slots import JournalSlots
from runner.book.session import Kept, OpenJournal
from runner.journal.connect import is_leased
from runner.journal.ledger import RunRow
from tests.exactly_once.simulated_process import Process

TTL = 30.0


class LeasedProcess(Process):
    """Holds its run by a lease that nobody renews; stands still before one of its writes."""

    stands_still_at = -1
    for_seconds = 0.0
    _asked = 0

    async def before_write(self, label: str) -> None:
        """Stand still, if it is time for it."""
        del label
        number = self._asked
        self._asked += 1
        if number == self.stands_still_at:
            await self._clock.sleep(self.for_seconds)

    def is_alive(self, run: RunRow, now: float) -> bool:
        """Tell whether a run's lease lasts."""
        return is_leased(run, now)

    def keep(
        self, opened: OpenJournal, row: RunRow, wanted: Wanted
    ) -> AbstractAsyncContextManager[Kept]:
        """Begin the run or take it over, without a lock."""
        return _keep_leased(opened, row, wanted)


@asynccontextmanager
async def _keep_leased(opened: OpenJournal, row: RunRow, wanted: Wanted) -> AsyncIterator[Kept]:
    journal = opened.journal
    begun = (await journal.take_run(row.id, TTL)) if row.epoch else None
    begun = begun or await journal.begin_run(row, TTL)
    assert isinstance(begun, RunRow)
    identity = RunIdentity(begun.id, begun.epoch, row.scope, row.account, row.playbook)
    book = JournalBook(journal, journal.key, identity, wanted)
    yield Kept(book, JournalSlots(journal, row.scope, row.account))
