"""What a run would do with each delivery, read from the journal; nothing is claimed or written.

The dry run shows it, a person is asked on the strength of it, and `--limit` counts by it. Another
run may change it at any moment: what is sent is decided by the claim alone.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from runner.book.blank_page import BlankPage
from runner.book.book import Begin, Claimed
from runner.book.journal_book import JournalBook, RunIdentity, Wanted
from runner.book.session import OpenJournal
from runner.book.standing import (
    is_begun,
    progress_of,
    refuse_other_text,
    say_busy,
    say_kept,
)
from runner.journal.connect import SqliteLocation, is_leased
from runner.journal.decide import Busy, Granted, Kept, Retry, decide_claim
from runner.journal.entry import Entry
from runner.journal.ledger import RunRow, Selection
from runner.journal.run_lock import is_run_alive
from runner.model.delivery import Delivery
from runner.model.message import message_of
from runner.model.outcome import Changed, Outcome, Suppressed, state_of
from runner.policy.limits import Census

_SHOWN_TEXTS = 2


class Forecast(BlankPage):
    """A journal, read as the run `identity` would claim from it."""

    def __init__(
        self,
        opened: OpenJournal,
        identity: RunIdentity,
        wanted: Wanted,
        judge: Callable[[Delivery], Outcome | None] = lambda _: None,
    ) -> None:
        super().__init__(judge)
        self._opened = opened
        self._identity = identity
        self._wanted = wanted
        journal = opened.journal
        self._book = JournalBook(journal, journal.key, identity, wanted)
        self._empty = not journal.list_runs(1)
        self._alive: dict[str, RunRow | None] = {}
        self._suppressed = {each.address: each.reason for each in journal.list_suppressions()}

    def foresee(self, delivery: Delivery) -> Claimed:
        """Return what claiming the delivery would come to."""
        return self._foresee(delivery, again=delivery.key in self._wanted.again)

    def _foresee(self, delivery: Delivery, *, again: bool) -> Claimed:
        claim = self._book.claim_of(delivery, again=again)
        latest = self._latest(delivery)
        now = time.time()
        answer = decide_claim(claim, latest, self._owner(latest, now), now)
        match answer:
            case Granted(entry=entry):
                return self._begin(delivery, entry, claim.entry, now)
            case Kept(entry=entry):
                return say_kept(entry, claim.entry.digest)
            case Busy(run=run):
                return say_busy(run)
            case Retry(attempt=attempt):
                return self._foresee(self._book.as_attempt(delivery, attempt), again=False)

    def _begin(self, delivery: Delivery, entry: Entry, wanted: Entry, now: float) -> Claimed:
        reason = self._suppressed.get(wanted.address)
        if reason is not None:
            return Suppressed(reason)
        refused = refuse_other_text(entry, wanted.digest)
        if refused:
            return refused
        barred = None if is_begun(entry) else self._judge(delivery)
        if barred is not None:
            return barred
        return Begin(self._book.as_attempt(delivery, entry.attempt), progress_of(entry, now))

    def _latest(self, delivery: Delivery) -> Entry | None:
        """Return the entry of the highest attempt of this identity."""
        if self._empty:
            return None
        own = (self._identity.scope, self._identity.account, self._identity.playbook)
        found = self._opened.journal.list_entries(Selection(key=delivery.key))
        same = (each for each in found if (each.scope, each.account, each.playbook) == own)
        return max(same, key=lambda each: each.attempt, default=None)

    def _owner(self, latest: Entry | None, now: float) -> RunRow | None:
        """Return the run that has the entry, if it is alive; each is looked at once."""
        if latest is None or latest.run == self._identity.run:
            return None
        if latest.run not in self._alive:
            found = self._opened.journal.list_runs(1, latest.run)
            alive = (run for run in found if is_alive(self._opened, run, now))
            self._alive[latest.run] = next(alive, None)
        return self._alive[latest.run]


def is_alive(opened: OpenJournal, run: RunRow, now: float) -> bool:
    """Tell whether a process executes the run."""
    if isinstance(opened.location, SqliteLocation):
        return is_run_alive(opened.location.path, run.id)
    return not run.finished_at and is_leased(run, now)


@dataclass(frozen=True, slots=True)
class Survey:
    """A forecast of all deliveries.

    `begin` would be messaged, `kept` counts the others by state. `changed` are those that got
    another text before. `first` are the first that would be messaged and whose texts differ,
    `workers` says how many tasks each worker would get, the most first.
    """

    begin: int
    kept: Mapping[str, int]
    changed: tuple[tuple[Delivery, Changed], ...]
    first: tuple[Delivery, ...]
    workers: Mapping[str, int]


def take_survey(deliveries: Iterable[Delivery], book: BlankPage, census: Census) -> Survey:
    """Return what a run would do with these deliveries; `census` counts those that begin."""
    begin = 0
    kept: Counter[str] = Counter()
    changed: list[tuple[Delivery, Changed]] = []
    first: dict[str, Delivery] = {}
    for delivery in deliveries:
        foreseen = book.foresee(delivery)
        if isinstance(foreseen, Begin):
            begin += 1
            census.add(delivery)
            if len(first) < _SHOWN_TEXTS:
                first.setdefault(message_of(delivery).text, delivery)
            continue
        kept[state_of(foreseen)] += 1
        if isinstance(foreseen, Changed):
            changed.append((delivery, foreseen))
    workers = dict(census.tasks.most_common())
    return Survey(begin, kept, tuple(changed), tuple(first.values()), workers)
