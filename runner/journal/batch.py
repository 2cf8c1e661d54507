"""What many coroutines wish of the journal, in one transaction: read in bulk, decided in order.

Pure but for the transaction. A wish that cannot be fulfilled fails alone; what the database itself
refuses fails the batch.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from runner.journal.decide import (
    Answer,
    Claim,
    Go,
    Granted,
    Verdict,
    decide_change,
    decide_claim,
)
from runner.journal.entry import Change, Entry, Event, UnknownTransition
from runner.journal.ledger import Identity, RunRow, Step, Transaction
from runner.journal.sql_transaction import identity_of
from runner.model.errors import Refused

IsAlive: TypeAlias = Callable[[RunRow, float], bool]
"""Tells, of a run and the journal's time, whether a process still executes it."""


@dataclass(frozen=True, slots=True)
class ClaimWish:
    """A delivery is wanted; `sealed` is kept for whoever may have to finish it."""

    claim: Claim
    sealed: bytes = b""


@dataclass(frozen=True, slots=True)
class ChangeWish:
    """Something happened to a delivery of a run that the teller holds in this epoch."""

    change: Change
    run: str
    epoch: int


RUNS, PAIRS, PACE = range(3)
"""When an act is done: runs before the deliveries, the rest after, so that locks have one order."""


@dataclass(frozen=True, slots=True)
class Act:
    """Anything else; `rank` and `name` say which lock it takes."""

    rank: int
    name: str
    do: Callable[[Transaction], Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """The wish cannot be fulfilled: a bug, or something that must not be."""

    error: Exception


Wish: TypeAlias = ClaimWish | ChangeWish | Act


def apply_batch(transaction: Transaction, wishes: Sequence[Wish], is_alive: IsAlive) -> list[Any]:
    """Fulfil the wishes, and return the result of each, or its `Failure`."""
    results: list[Any] = [None] * len(wishes)
    acts = sorted(
        (
            (wish.rank, wish.name, place)
            for place, wish in enumerate(wishes)
            if isinstance(wish, Act)
        )
    )
    _act(transaction, wishes, results, (place for rank, _, place in acts if rank == RUNS))
    deliveries = [place for place, wish in enumerate(wishes) if not isinstance(wish, Act)]
    if deliveries:
        desk = _open_desk(transaction, [wishes[place] for place in deliveries], is_alive)
        for place in deliveries:
            results[place] = _attempt(desk, wishes[place])
        desk.write(transaction)
    _act(transaction, wishes, results, (place for rank, _, place in acts if rank != RUNS))
    return results


def _act(
    transaction: Transaction, wishes: Sequence[Wish], results: list[Any], places: Iterable[int]
) -> None:
    for place in places:
        wish = wishes[place]
        if isinstance(wish, Act):
            try:
                results[place] = wish.do(transaction)
            except Refused as error:
                results[place] = Failure(error)


def _attempt(desk: "_Desk", wish: Wish) -> Answer | Verdict | Failure:
    try:
        if isinstance(wish, ClaimWish):
            return desk.claim(wish)
        if isinstance(wish, ChangeWish):
            return desk.change(wish)
    except UnknownTransition as error:
        return Failure(error)
    raise TypeError(wish)


@dataclass(slots=True)
class _Desk:
    """The deliveries of one batch as they stand, with what has been decided so far."""

    now: float
    entries: dict[str, Entry]
    latest: dict[Identity, str]
    runs: dict[str, RunRow]
    alive: dict[str, RunRow]
    suppressed: dict[str, str]
    written: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)
    payloads: dict[str, bytes] = field(default_factory=dict)

    def claim(self, wish: ClaimWish) -> Answer:
        """Decide a claim."""
        wanted = wish.claim.entry
        latest = self.entries.get(self.latest.get(identity_of(wanted), ""))
        owner = self.alive.get(latest.run) if latest else None
        answer = decide_claim(wish.claim, latest, owner, self.now)
        if isinstance(answer, Granted):
            self._put(answer.entry, "claim", wanted.reason)
            self.latest[identity_of(wanted)] = answer.entry.id
            if wish.sealed:
                self.payloads[answer.entry.id] = wish.sealed
            return Granted(answer.entry, self.suppressed.get(answer.entry.address, ""))
        return answer

    def change(self, wish: ChangeWish) -> Verdict:
        """Decide a change."""
        entry = self.entries.get(wish.change.id)
        if entry is None:
            raise UnknownTransition(f"delivery {wish.change.id} was never claimed")
        suppressed = self.suppressed.get(entry.address, "")
        run = self.runs.get(wish.run)
        verdict = decide_change(wish.change, entry, run, wish.epoch, suppressed, self.now)
        if isinstance(verdict, Go):
            self._put(verdict.entry, wish.change.event.value, wish.change.reason)
        return verdict

    def _put(self, entry: Entry, event: str, reason: str) -> None:
        self.entries[entry.id] = entry
        self.written.add(entry.id)
        number = len(self.steps)
        self.steps.append(
            Step(entry.id, self.now, number, entry.run, event, entry.step, entry.state, reason)
        )

    def write(self, transaction: Transaction) -> None:
        """Write what was decided."""
        transaction.put_entries(self.entries[id_] for id_ in self.written)
        transaction.add_steps(self.steps)
        transaction.put_payloads(self.payloads)


def _open_desk(transaction: Transaction, wishes: Sequence[Wish], is_alive: IsAlive) -> _Desk:
    """Read what the wishes are about; the time comes last, after all waiting for locks."""
    claims = [wish.claim.entry for wish in wishes if isinstance(wish, ClaimWish)]
    changes = [wish for wish in wishes if isinstance(wish, ChangeWish)]
    runs = dict(transaction.runs(wish.run for wish in changes))
    latest = transaction.latest(identity_of(entry) for entry in claims)
    entries = dict(transaction.entries(wish.change.id for wish in changes))
    entries.update((entry.id, entry) for entry in latest.values())
    intents = (wish.change.id for wish in changes if wish.change.event is Event.INTEND)
    addresses = [entries[id_].address for id_ in intents if id_ in entries]
    addresses += [entry.address for entry in claims]
    suppressed = dict(transaction.suppressed(addresses))
    owners = {entry.run for entry in latest.values()} | {entry.run for entry in claims}
    rows = transaction.peek_runs(owners)
    now = transaction.now()
    return _Desk(
        now=now,
        entries=entries,
        latest={identity: entry.id for identity, entry in latest.items()},
        runs=runs,
        alive={id_: run for id_, run in rows.items() if is_alive(run, now)},
        suppressed=suppressed,
    )
