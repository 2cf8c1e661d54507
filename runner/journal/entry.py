"""What the journal remembers of a delivery, and the one table of how that may change.

Everything that affects a delivery's state is in this file. An intent is durable before its request
leaves; what came of it is durable before anything depends on it. A state and an event that are not
in the table are a bug, and raise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from runner.model.outcome import Sids, merge_sids


class State(StrEnum):
    """Where a delivery stands. The first three are on the way, the others are ends for now."""

    PLANNED = "planned"
    INTENT = "intent"
    DONE = "done"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    HELD = "held"
    SUPPRESSED = "suppressed"
    REJECTED = "rejected"
    EXPIRED = "expired"


UNDER_WAY = frozenset({State.PLANNED, State.INTENT, State.DONE})
OPEN_AGAIN = frozenset({State.HELD, State.SUPPRESSED, State.REJECTED, State.EXPIRED})
FINAL = frozenset({State.SENT, State.FAILED, State.SUPPRESSED, State.REJECTED, State.EXPIRED})
"""Where nothing is left to be done: what was kept in order to finish the delivery is erased."""


class Event(StrEnum):
    """What happens to a delivery."""

    INTEND = "intend"
    """A request that changes something is about to leave."""
    CONFIRM = "confirm"
    """It happened: Twilio said so, or evidence of it was found."""
    DISPROVE = "disprove"
    """It did not happen, or may be repeated without harm."""
    SEND = "send"
    FAIL = "fail"
    DOUBT = "doubt"
    HOLD = "hold"
    SUPPRESS = "suppress"
    REJECT = "reject"
    EXPIRE = "expire"
    REOPEN = "reopen"
    """What stood in the way may be gone: look again."""


_ENDS: Mapping[Event, State] = MappingProxyType(
    {
        Event.FAIL: State.FAILED,
        Event.HOLD: State.HELD,
        Event.SUPPRESS: State.SUPPRESSED,
        Event.REJECT: State.REJECTED,
        Event.EXPIRE: State.EXPIRED,
    }
)

TRANSITIONS: Mapping[tuple[State, Event], State] = MappingProxyType(
    {
        **{(State.PLANNED, event): state for event, state in _ENDS.items()},
        (State.PLANNED, Event.INTEND): State.INTENT,
        (State.PLANNED, Event.SEND): State.SENT,
        (State.INTENT, Event.CONFIRM): State.DONE,
        (State.INTENT, Event.DISPROVE): State.DONE,
        (State.INTENT, Event.SEND): State.SENT,
        (State.INTENT, Event.FAIL): State.FAILED,
        (State.INTENT, Event.HOLD): State.HELD,
        (State.INTENT, Event.DOUBT): State.UNCERTAIN,
        (State.DONE, Event.INTEND): State.INTENT,
        (State.DONE, Event.SEND): State.SENT,
        (State.DONE, Event.FAIL): State.FAILED,
        (State.DONE, Event.HOLD): State.HELD,
        (State.DONE, Event.SUPPRESS): State.SUPPRESSED,
        (State.DONE, Event.EXPIRE): State.EXPIRED,
        (State.DONE, Event.DOUBT): State.UNCERTAIN,
        (State.UNCERTAIN, Event.CONFIRM): State.DONE,
        (State.UNCERTAIN, Event.DISPROVE): State.DONE,
        (State.UNCERTAIN, Event.SEND): State.SENT,
        (State.UNCERTAIN, Event.DOUBT): State.UNCERTAIN,
        **{(state, Event.REOPEN): State.PLANNED for state in OPEN_AGAIN},
    }
)


class UnknownTransition(Exception):
    """An event that cannot happen in this state: a bug in flexplay, never the user's fault."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One delivery in the journal: no address, no text, nothing that could be read out of it.

    `address` and `pair` are keyed hashes, `tail` the masked address, `digest` the keyed digest of
    the requests. `step` is the one that is intended, or was last confirmed. Times are seconds since
    1970 on the journal's own clock.
    """

    id: str
    scope: str
    account: str
    playbook: str
    key: str
    attempt: int
    digest: str
    address: str
    tail: str
    pair: str
    run: str
    epoch: int
    row: str = ""
    state: State = State.PLANNED
    step: str = ""
    confirmed: tuple[str, ...] = ()
    sids: Sids = field(default_factory=Sids)
    reason: str = ""
    intent_at: float = 0.0
    created_at: float = 0.0
    updated_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """Something happened to a delivery. `sids` adds what has become known, `reason` says why.

    `at` is when a request may have been intended that the journal has forgotten; 0 is now.
    """

    id: str
    event: Event
    step: str = ""
    sids: Sids = field(default_factory=Sids)
    reason: str = ""
    at: float = 0.0


def advance(entry: Entry, change: Change, now: float) -> Entry:
    """Return the entry after the change.

    Raises:
        UnknownTransition: the table does not have it, or a step is confirmed that was not intended.
    """
    state = TRANSITIONS.get((entry.state, change.event))
    if state is None:
        raise UnknownTransition(f"{entry.state} cannot {change.event} (delivery {entry.id})")
    if change.event in (Event.CONFIRM, Event.DISPROVE) and change.step != entry.step:
        raise UnknownTransition(f"{change.step} is not the intended {entry.step} ({entry.id})")
    confirmed = entry.confirmed
    if change.event is Event.CONFIRM:
        confirmed = (*confirmed, change.step)
    if change.event is Event.DISPROVE and not confirmed:
        state = State.PLANNED
    intends = change.event is Event.INTEND
    return replace(
        entry,
        state=state,
        step=change.step or entry.step,
        confirmed=confirmed,
        sids=merge_sids(entry.sids, change.sids),
        reason=change.reason,
        intent_at=(change.at or now) if intends else entry.intent_at,
        updated_at=now,
    )
