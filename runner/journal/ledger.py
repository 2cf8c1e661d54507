"""What a store must be able to do, and the values that it keeps beside the entries.

A store knows SQL and transactions and decides nothing; `decide` decides and knows no SQL.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from runner.journal.entry import Entry, State
from runner.journal.gap import Gap

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run. `lease_until` is on the journal's clock; `epoch` rises when somebody takes over.

    `stop` is set by `flexplay stop`, from any machine that shares the journal. `finished_at` is 0
    while it goes on. `detail` is JSON: paths, digests, variables that are not personal.
    """

    id: str
    scope: str
    account: str
    playbook: str
    environment: str
    detail: str
    epoch: int
    started_at: float
    lease_until: float
    finished_at: float = 0.0
    stop: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a message is about, whatever the attempt."""

    scope: str
    account: str
    playbook: str
    key: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a delivery's history. `number` orders what one transaction wrote."""

    delivery: str
    at: float
    number: int
    run: str
    event: str
    step: str
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address hash that must not be messaged; `tail` is the masked address."""

    address: str
    tail: str
    reason: str
    added_at: float


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries are wanted: everything given must match."""

    run: str | None = None
    states: tuple[State, ...] = ()
    address: str | None = None
    key: str | None = None
    conversation: str | None = None


class Transaction(Protocol):
    """One transaction of the journal. What it wrote is durable once it has ended.

    Whoever locks in the order of these methods never meets a deadlock: runs, entries, pairs, pace.
    """

    def now(self) -> float:
        """Return the journal's clock: the database's own where several machines share it."""
        ...

    def lock_run(self, run: str) -> RunRow | None:
        """Return a run, locked until the end, in order to write it."""
        ...

    def runs(self, ids: Iterable[str]) -> Mapping[str, RunRow]:
        """Return these runs, which nobody else can write until the end."""
        ...

    def peek_runs(self, ids: Iterable[str]) -> Mapping[str, RunRow]:
        """Return these runs without locking them."""
        ...

    def put_run(self, run: RunRow) -> None:
        """Write a run, new or known."""
        ...

    def entries(self, ids: Iterable[str]) -> Mapping[str, Entry]:
        """Return the entries of these deliveries, locked until the end."""
        ...

    def peek_entries(self, ids: Iterable[str]) -> Mapping[str, Entry]:
        """Return the entries of these deliveries without locking them."""
        ...

    def latest(self, identities: Iterable[Identity]) -> Mapping[Identity, Entry]:
        """Return the entry of the highest attempt of each identity, locked until the end."""
        ...

    def put_entries(self, entries: Iterable[Entry]) -> None:
        """Write entries: those that this transaction has returned anew, others for the first time.

        The payload of an entry that has come to its final state is erased.
        """
        ...

    def add_steps(self, steps: Iterable[Step]) -> None:
        """Add to the deliveries' histories."""
        ...

    def put_payloads(self, payloads: Mapping[str, bytes]) -> None:
        """Keep what is needed to finish these deliveries elsewhere; a local store need not."""
        ...

    def payload(self, delivery: str) -> bytes | None:
        """Return what was kept for a delivery, if it was."""
        ...

    def suppressed(self, addresses: Iterable[str]) -> Mapping[str, str]:
        """Return the reason of each of these address hashes that is suppressed."""
        ...

    def put_suppressions(self, suppressions: Iterable[Suppression]) -> None:
        """Write suppressions, new or known."""
        ...

    def drop_suppressions(self, addresses: Iterable[str]) -> None:
        """Let these address hashes be messaged again."""
        ...

    def use_plan(self, plan: str, run: str) -> str:
        """Let a run use a plan, and return the run that uses it, which may be another."""
        ...

    def pairs(self, pairs: Iterable[str]) -> Mapping[str, str]:
        """Return the delivery that holds each of these address pairs, locked until the end."""
        ...

    def put_pair(self, pair: str, delivery: str) -> None:
        """Let a delivery hold an address pair; with an empty delivery, nobody."""
        ...

    def pace(self, bucket: str) -> float:
        """Return the next free slot of a bucket, locked until the end; 0 if there is none yet."""
        ...

    def put_pace(self, bucket: str, next_slot: float) -> None:
        """Write the next free slot of a bucket."""
        ...

    def close_gap(self) -> None:
        """Believe from now on that the journal has forgotten nothing."""
        ...


class Reads(Protocol):
    """What can be asked of a journal outside a transaction."""

    def list_runs(self, limit: int, prefix: str = "") -> tuple[RunRow, ...]:
        """Return the newest runs first, those whose id begins with `prefix`."""
        ...

    def page_entries(
        self, selection: Selection, after: Entry | None, limit: int
    ) -> tuple[Entry, ...]:
        """Return the next entries of a selection, oldest first."""
        ...

    def list_steps(self, delivery: str) -> tuple[Step, ...]:
        """Return a delivery's history, oldest first."""
        ...

    def list_suppressions(self) -> tuple[Suppression, ...]:
        """Return the suppressions, oldest first."""
        ...

    def count_states(self, run: str | None) -> Mapping[State, int]:
        """Return how many entries, of a run or of all, are in each state."""
        ...


class Store(Reads, Protocol):
    """A database that holds a journal. Not for use by several threads at once."""

    @property
    def keeps_payloads(self) -> bool:
        """Whether another machine can finish what this one began."""
        ...

    @property
    def gap(self) -> Gap | None:
        """What the journal may have forgotten, as it was when it was opened."""
        ...

    def write(self, work: Callable[[Transaction], Outcome]) -> Outcome:
        """Do the work in one transaction, and return its result once it is durable.

        The work may be done several times, until one transaction holds; it must have no effect
        but on the transaction.

        Raises:
            JournalFault: the journal could not be written.
        """
        ...

    def check(self) -> tuple[str, ...]:
        """Return what is wrong with the database, a sentence each."""
        ...

    def dump(self, table: str) -> Iterator[tuple[object, ...]]:
        """Yield the rows of a table; all tables as they were when the first was begun."""
        ...

    def load(self, tables: Mapping[str, Iterable[tuple[object, ...]]]) -> None:
        """Fill an empty journal in one transaction.

        Raises:
            JournalRefused: it is not empty.
        """
        ...

    def close(self) -> None:
        """Give the database back."""
        ...
