"""What a sequence asks of the outside world, and what it is told.

A sequence is a generator: it yields a `Wish`, is sent the `Result`, and returns an outcome. It
knows no network, no journal and no clock; time comes in with the results.
"""

import json
from collections.abc import Generator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from runner.model.outcome import Held, Outcome, Sids

Fields: TypeAlias = tuple[tuple[str, str], ...]


class Product(StrEnum):
    """The Twilio products that flexplay talks to, by the first label of their hosts."""

    FLEX = "flex-api"
    CONVERSATIONS = "conversations"
    TASKROUTER = "taskrouter"


class Bucket(StrEnum):
    """Limits that all requests of a kind share, whoever on the account sends them."""

    INTERACTIONS = "interactions"
    EVALUATIONS = "evaluations"


@dataclass(frozen=True, slots=True)
class Request:
    """One request to Twilio, before anyone has decided where Twilio is."""

    method: Literal["GET", "POST", "DELETE"]
    product: Product
    path: str
    query: Fields = ()
    form: Fields = ()
    bucket: Bucket | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Twilio's answer. `at` is the driver's monotonic clock, in seconds.

    `date` is Twilio's own clock, in seconds since 1970, if it said what it shows; `request_id` is
    what its support asks for.
    """

    status: int
    body: bytes
    at: float
    retry_after: float | None = None
    date: float | None = None
    request_id: str = ""

    @property
    def ok(self) -> bool:
        """Whether the status says that the request was accepted."""
        return 200 <= self.status < 300

    def json(self) -> dict[str, Any]:
        """Return the JSON object of the body, or an empty one if the body is anything else."""
        try:
            data = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) else {}

    @property
    def code(self) -> int | None:
        """Twilio's error code, in either shape that it uses."""
        code = self.json().get("code")
        return code if isinstance(code, int) and not isinstance(code, bool) else None


@dataclass(frozen=True, slots=True)
class Silence:
    """The request left and no usable answer came back: it may have been processed."""

    reason: str
    at: float


@dataclass(frozen=True, slots=True)
class Unsent:
    """The request never left this machine, however often it was tried."""

    reason: str
    at: float


@dataclass(frozen=True, slots=True)
class Withheld:
    """The journal did not let the request leave, and nothing was written of an intent.

    `suppressed` says that the recipient has opted out, `expired` that it is too late by now, `held`
    that it is not the hour for it any more; otherwise the run was stopped.
    """

    reason: str
    suppressed: bool
    at: float
    expired: bool = False
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """Send this request.

    `step` names a request that changes something at Twilio: its intent is written down before it
    leaves, with the SIDs that settling it needs. Reads, and clean-up that may be repeated, have no
    step.
    """

    request: Request
    step: str = ""
    sids: Sids = field(default_factory=Sids)


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Note:
    """Write down what became of a step, before anything depends on it.

    `happened` is false where it is proved that it did not, so that it may be sent again.
    """

    step: str
    happened: bool
    sids: Sids = field(default_factory=Sids)


@dataclass(frozen=True, slots=True)
class Recall:
    """Tell whether the journal knows this conversation as one that flexplay opened."""

    conversation: str


@dataclass(frozen=True, slots=True)
class Woken:
    """A pause is over, a note is written, or a recollection is there (`known`)."""

    at: float
    known: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a delivery came before, and what a crash left open.

    `confirmed` are the steps that are known to have happened. `intended` is a step whose result is
    not known, empty if there is none; its intent is `age` seconds old, and was written at
    `intent_at` on the journal's clock. `taken_over` says that another process wrote it.

    If the journal may have forgotten what was done, `forgotten_until` is when that ended, and the
    age counts from there: any request may have left between `intent_at` and then.
    """

    confirmed: tuple[str, ...] = ()
    sids: Sids = field(default_factory=Sids)
    intended: str = ""
    age: float = 0.0
    intent_at: float = 0.0
    taken_over: bool = False
    forgotten_until: float = 0.0


FRESH = Progress()
Answer: TypeAlias = Reply | Silence | Unsent
Wish: TypeAlias = Call | Pause | Note | Recall
Result: TypeAlias = Answer | Withheld | Woken
Exchange: TypeAlias = Generator[Wish, Result, Outcome]
