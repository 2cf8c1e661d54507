"""What the journal answers when a run claims a delivery or tells of a change: pure decisions."""

from dataclasses import dataclass, replace
from typing import TypeAlias

from runner.journal.entry import (
    OPEN_AGAIN,
    UNDER_WAY,
    Change,
    Entry,
    Event,
    State,
    advance,
)
from runner.journal.ledger import RunRow


@dataclass(frozen=True, slots=True)
class Claim:
    """A run wants to execute a delivery.

    `entry` is how the delivery would begin. `failed` retries definite failures, `again` sends on
    purpose what was sent or is uncertain, `settle` reads what is uncertain once more.
    """

    entry: Entry
    failed: bool = False
    again: bool = False
    settle: bool = False


@dataclass(frozen=True, slots=True)
class Granted:
    """The delivery is the run's, from where the entry stands.

    `suppressed` says why the recipient must not be messaged, or nothing.
    """

    entry: Entry
    suppressed: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """It is not to be executed: the entry says how it ended, or whose it is."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Busy:
    """A live run has it."""

    run: str


@dataclass(frozen=True, slots=True)
class Retry:
    """It may be executed as this attempt, which has another identity: render it so."""

    attempt: int


Answer: TypeAlias = Granted | Kept | Busy | Retry


def decide_claim(claim: Claim, latest: Entry | None, owner: RunRow | None, now: float) -> Answer:
    """Return whether the run gets the delivery.

    Args:
        claim: what is wanted.
        latest: the entry of the highest attempt of this identity, if there is one.
        owner: the run that `latest` belongs to, if it is still alive.
        now: the journal's clock.
    """
    if latest is None:
        return Granted(replace(claim.entry, created_at=now, updated_at=now))
    answer = _decide_known(claim, latest, owner, now)
    if isinstance(answer, Granted) and answer.entry.id != claim.entry.id:
        return Retry(answer.entry.attempt)
    return answer


def _decide_known(claim: Claim, latest: Entry, owner: RunRow | None, now: float) -> Answer:
    wanted = claim.entry
    busy = Busy(owner.id) if owner is not None and owner.id != wanted.run else None
    if latest.state in UNDER_WAY:
        return busy or Granted(_take_over(latest, wanted))
    if busy and latest.state is State.UNCERTAIN and (claim.again or claim.settle):
        return busy
    if wanted.attempt > latest.attempt:
        return Granted(replace(wanted, created_at=now, updated_at=now))
    return _decide_ended(claim, latest, now)


def _decide_ended(claim: Claim, latest: Entry, now: float) -> Answer:
    wanted = claim.entry
    if claim.again:
        return Retry(latest.attempt + 1)
    if latest.state in OPEN_AGAIN:
        opened = advance(latest, Change(latest.id, Event.REOPEN), now)
        return Granted(_take_over(opened, wanted))
    if latest.state is State.FAILED and (claim.failed or latest.digest != wanted.digest):
        return Retry(latest.attempt + 1)
    if latest.state is State.UNCERTAIN and claim.settle:
        return Granted(_take_over(latest, wanted))
    return Kept(latest)


def _take_over(latest: Entry, wanted: Entry) -> Entry:
    """Return the entry as the new owner's; what is wanted counts as long as nothing has left."""
    taken = replace(latest, run=wanted.run, epoch=wanted.epoch, row=wanted.row)
    if latest.state is State.PLANNED and not latest.confirmed:
        return replace(
            taken,
            digest=wanted.digest,
            address=wanted.address,
            tail=wanted.tail,
            pair=wanted.pair,
        )
    return taken


@dataclass(frozen=True, slots=True)
class Go:
    """The change is written; an intent's request may leave."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The recipient has opted out since: the intent is not written, nothing may leave."""

    reason: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody stopped the run: the intent is not written, nothing may leave."""

    reason: str


@dataclass(frozen=True, slots=True)
class Fenced:
    """Another process has taken the run or the delivery over: this one must not write any more."""

    reason: str


Verdict: TypeAlias = Go | Suppressed | Stopped | Fenced


def decide_change(
    change: Change, entry: Entry, run: RunRow | None, epoch: int, suppressed: str, now: float
) -> Verdict:
    """Return what becomes of a change that a run tells of.

    Args:
        change: what happened, or is about to.
        entry: the delivery as the journal has it.
        run: the run that tells of it, as the journal has it.
        epoch: the epoch that the teller believes to be the run's.
        suppressed: why the recipient must not be messaged, or nothing.
        now: the journal's clock.

    Raises:
        UnknownTransition: the change cannot happen; a bug.
    """
    if run is None or run.epoch != epoch or entry.run != run.id:
        return Fenced(f"delivery {entry.id} belongs to another run now")
    if change.event is Event.INTEND:
        if now >= run.lease_until:
            return Fenced(f"the lease of run {run.id} has run out")
        if run.stop:
            return Stopped(run.stop)
        if suppressed:
            return Suppressed(suppressed)
    return Go(advance(entry, change, now))
