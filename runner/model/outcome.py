"""How a delivery ended: a closed union, one class for each of the states that are counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Sids:
    """What Twilio made for a delivery, as far as it is known; empty where it is not."""

    interaction: str = ""
    channel: str = ""
    conversation: str = ""
    task: str = ""
    message: str = ""


def merge_sids(known: Sids, new: Sids) -> Sids:
    """Return what is known after `new`: what is empty there stays."""
    return Sids(
        interaction=new.interaction or known.interaction,
        channel=new.channel or known.channel,
        conversation=new.conversation or known.conversation,
        task=new.task or known.task,
        message=new.message or known.message,
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """Twilio accepted the message. Whether it arrived is told by its receipts, later."""

    sids: Sids
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """It is certain that the customer did not get the message.

    `halt` says why no other delivery can succeed either, and is empty where others may.
    """

    reason: str
    sids: Sids = field(default_factory=Sids)
    halt: str = ""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A request that may have been processed got no usable answer; nothing was repeated."""

    reason: str
    sids: Sids = field(default_factory=Sids)


@dataclass(frozen=True, slots=True)
class Held:
    """Not now: something stands in the way that may go away by itself.

    It will at `until`, if that is known.
    """

    reason: str
    sids: Sids = field(default_factory=Sids)
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The recipient has opted out, or is on the suppression list for another reason."""

    reason: str
    sids: Sids = field(default_factory=Sids)


@dataclass(frozen=True, slots=True)
class AlreadySent:
    """The key has been sent before, with the same text."""

    reason: str
    sids: Sids = field(default_factory=Sids)


@dataclass(frozen=True, slots=True)
class Changed:
    """The key has been sent before, with another text: probably it should have been another."""

    reason: str
    sids: Sids = field(default_factory=Sids)


@dataclass(frozen=True, slots=True)
class Expired:
    """It is too late for this message."""

    reason: str
    sids: Sids = field(default_factory=Sids)


@dataclass(frozen=True, slots=True)
class Rejected:
    """The row cannot be sent as it is; `code` is the finding's."""

    reason: str
    code: str = ""
    sids: Sids = field(default_factory=Sids)


@dataclass(frozen=True, slots=True)
class Pending:
    """Left untouched by a limit, a stop or an abort; `halt` as in `Failed`."""

    reason: str
    sids: Sids = field(default_factory=Sids)
    halt: str = ""


Outcome: TypeAlias = (
    Sent
    | AlreadySent
    | Changed
    | Held
    | Suppressed
    | Rejected
    | Expired
    | Failed
    | Uncertain
    | Pending
)

_STATES: Mapping[type, str] = MappingProxyType(
    {
        Sent: "sent",
        AlreadySent: "already_sent",
        Changed: "changed",
        Held: "held",
        Suppressed: "suppressed",
        Rejected: "rejected",
        Expired: "expired",
        Failed: "failed",
        Uncertain: "uncertain",
        Pending: "pending",
    }
)
STATES = tuple(_STATES.values())


def state_of(outcome: Outcome) -> str:
    """Return the outcome's name among `STATES`."""
    return _STATES[type(outcome)]
