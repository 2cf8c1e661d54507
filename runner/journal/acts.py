"""What is done to runs, pairs of addresses and the pace, within a transaction that has begun."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from runner.journal.batch import IsAlive
from runner.journal.decide import Busy, Fenced
from runner.journal.entry import UNDER_WAY, Entry, State
from runner.journal.ledger import RunRow, Transaction
from runner.model.errors import Refused

FARTHEST = 300.0
"""No slot is ever so many seconds ahead; one that is was written before the clock was set back."""


def begin_run(transaction: Transaction, run: RunRow, ttl: float) -> RunRow:
    """Write a new run, leased for `ttl` seconds from now.

    Raises:
        Refused: there is one with this id.
    """
    if transaction.lock_run(run.id):
        raise Refused(f"there already is a run {run.id}", f"type: flexplay resume {run.id}")
    now = transaction.now()
    begun = replace(run, started_at=now, lease_until=now + ttl)
    transaction.put_run(begun)
    return begun


def take_run(
    transaction: Transaction, run_id: str, ttl: float, is_alive: IsAlive
) -> RunRow | Busy | None:
    """Take a run over in a new epoch; None if there is none, Busy if a process executes it."""
    run = transaction.lock_run(run_id)
    if run is None:
        return None
    now = transaction.now()
    if is_alive(run, now):
        return Busy(run_id)
    taken = replace(run, epoch=run.epoch + 1, lease_until=now + ttl, finished_at=0.0, stop="")
    transaction.put_run(taken)
    return taken


def renew_run(transaction: Transaction, run_id: str, epoch: int, ttl: float) -> RunRow | Fenced:
    """Lease a run for `ttl` seconds from now; `stop` in the answer tells to stop."""
    return _change_run(transaction, run_id, epoch, lambda run, now: _leased(run, now + ttl))


def finish_run(
    transaction: Transaction, run_id: str, epoch: int, detail: str = ""
) -> RunRow | Fenced:
    """Write that a run has ended, and what it came to, and give the lease back."""
    return _change_run(
        transaction,
        run_id,
        epoch,
        lambda run, now: replace(
            run, finished_at=now, lease_until=now, detail=detail or run.detail
        ),
    )


def _leased(run: RunRow, until: float) -> RunRow:
    return replace(run, lease_until=max(run.lease_until, until))


def _change_run(
    transaction: Transaction, run_id: str, epoch: int, change: Callable[[RunRow, float], RunRow]
) -> RunRow | Fenced:
    run = transaction.lock_run(run_id)
    if run is None or run.epoch != epoch:
        return Fenced(f"run {run_id} was taken over by another process")
    changed = change(run, transaction.now())
    transaction.put_run(changed)
    return changed


def stop_run(transaction: Transaction, run_id: str, reason: str) -> RunRow | None:
    """Tell a run, whoever executes it, to stop; None if there is none."""
    run = transaction.lock_run(run_id)
    if run is None:
        return None
    stopped = replace(run, stop=reason)
    transaction.put_run(stopped)
    return stopped


def claim_pair(transaction: Transaction, pair: str, delivery: str) -> str:
    """Let a delivery hold an address pair, and return who holds it.

    Who has come to an end holds nothing any more, even if it died before it could let go; nor does
    one of which nothing has left, once its run has ended.
    """
    holder = transaction.pairs([pair]).get(pair, delivery)
    if holder != delivery:
        entry = transaction.peek_entries([holder]).get(holder)
        if entry is not None and entry.state in UNDER_WAY and not _is_left(transaction, entry):
            return holder
    transaction.put_pair(pair, delivery)
    return delivery


def _is_left(transaction: Transaction, entry: Entry) -> bool:
    """Tell whether a delivery was left untouched by a run that has ended: stopped, say."""
    if entry.state is not State.PLANNED or entry.confirmed:
        return False
    run = transaction.peek_runs([entry.run]).get(entry.run)
    return run is not None and run.finished_at > 0


def release_pair(transaction: Transaction, pair: str, delivery: str) -> None:
    """Let go of an address pair, if this delivery holds it."""
    if transaction.pairs([pair]).get(pair, delivery) == delivery:
        transaction.put_pair(pair, "")


@dataclass(frozen=True, slots=True)
class Slots:
    """Slots on this machine's monotonic clock; that of the journal is not the caller's."""

    at: tuple[float, ...]


def reserve_slots(
    transaction: Transaction,
    bucket: str,
    interval: float,
    count: int,
    monotonic: Callable[[], float] = time.monotonic,
) -> Slots:
    """Take the next evenly spaced slots of a bucket; those in the past are nobody's."""
    next_slot, now = transaction.pace(bucket), transaction.now()
    here = monotonic()
    first = max(_believable(next_slot, now), now)
    transaction.put_pace(bucket, first + count * interval)
    return Slots(tuple(here + first - now + number * interval for number in range(count)))


def delay_slots(transaction: Transaction, bucket: str, seconds: float) -> None:
    """Let no slot of a bucket come for so many seconds, whoever reserves it."""
    next_slot, now = transaction.pace(bucket), transaction.now()
    wanted = now + min(seconds, FARTHEST)
    transaction.put_pace(bucket, max(_believable(next_slot, now), wanted))


def _believable(next_slot: float, now: float) -> float:
    return next_slot if next_slot <= now + FARTHEST else now
