"""The stand-in's world: everything it remembers, its clock and its chance; no input or output.

Nothing here runs by itself. What is due later (a customer joins, a Task expires) waits in the
agenda, and `advance`, called before each request, does it in the order and at the time it was due.
So a test that turns the clock sees exactly what a caller who waited would have seen.
"""

import hashlib
import heapq
import itertools
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from runner.sandbox.answers import Answer, JsonObject
from runner.sandbox.fault_reading import Plan
from runner.sandbox.faults import FaultPlan
from runner.sandbox.tally import Tally
from runner.sandbox.values import (
    Channel,
    ChannelMember,
    Conversation,
    Event,
    Interaction,
    Invite,
    Message,
    Noted,
    Pair,
    Participant,
    Settings,
    Task,
    Transfer,
)

Clock = Callable[[], float]


@dataclass(slots=True)
class Records:
    """All that is stored, and the indexes into it. A reset puts an empty one in its place.

    `who` finds the participants of an address or identity, `pairs` the open conversation of an
    address pair, `opted_out` who does not want what from which sender, `undeliverable`
    why nothing reaches an address, `numbers` those that were
    asked for by their SIDs. What was deleted is gone for
    the API and kept for the ledger.
    """

    interactions: dict[str, Interaction] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    invites: dict[str, Invite] = field(default_factory=dict)
    channel_members: dict[str, ChannelMember] = field(default_factory=dict)
    transfers: dict[str, Transfer] = field(default_factory=dict)
    channel_of_conversation: dict[str, str] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    deleted_conversations: dict[str, Conversation] = field(default_factory=dict)
    unique_names: dict[str, str] = field(default_factory=dict)
    participants: dict[str, dict[str, Participant]] = field(default_factory=dict)
    messages: dict[str, list[Message]] = field(default_factory=dict)
    pairs: dict[Pair, str] = field(default_factory=dict)
    who: dict[tuple[str, str], dict[str, Participant]] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    deleted_tasks: dict[str, Task] = field(default_factory=dict)
    events: deque[Event] = field(default_factory=deque)
    opted_out: set[Pair] = field(default_factory=set)
    undeliverable: dict[str, int] = field(default_factory=dict)
    debugger: list[JsonObject] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)


class World:
    """One Twilio account, as far as this stand-in goes.

    Args:
        settings: how it behaves.
        clock: epoch seconds; `time.time` unless a test turns its own.
        chance: where SIDs come from; with a seed they are the same every time.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        clock: Clock = time.time,
        chance: random.Random | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.lock = threading.RLock()
        self._clock = clock
        self._chance = chance or random.Random()  # noqa: S311  # names, not secrets
        self._first_chance = self._chance.getstate()
        self._plan = Plan()
        self.changes = 0  # grows whenever anything may have changed, for those who watch
        self.reset()

    def reset(self) -> None:
        """Forget everything; a seeded world hands out the same SIDs and brings the same faults."""
        with self.lock:
            self._chance.setstate(self._first_chance)
            self._agenda: list[tuple[float, int, Callable[[], object]]] = []
            self._ordinals = itertools.count(1)
            self._answered = itertools.count(1)
            self._admitted: dict[str, deque[float]] = {}
            self.records = Records()
            self.requests: deque[Noted] = deque(maxlen=self.settings.requests_kept)
            self.answers: deque[Answer] = deque(maxlen=self.settings.answers_kept)
            self.now = self.began = self._clock()
            self.requests_seen = 0
            self.changes += 1
            self.faults = self._begin(self._plan)
            self.made_up_account = named_sid("AC", "account")
            self.service_sid = named_sid("IS", "Flex Chat Service")

    def bring_faults(self, plan: Plan) -> None:
        """Put these rules in the place of the former; they are counted from now on."""
        with self.lock:
            self.advance()
            self._plan = plan
            self.faults = self._begin(plan)
            if plan.evidence_lag is not None:
                self.settings = replace(self.settings, evidence_lag=plan.evidence_lag)

    def _begin(self, plan: Plan) -> FaultPlan:
        """A plan's faults have chance of their own: they do not change the SIDs that follow."""
        first = random.Random()  # noqa: S311 - faults, not secrets
        first.setstate(self._first_chance)
        return FaultPlan(plan, f"{first.getrandbits(128):x}", self.now)

    def shows(self, evidence: str, created: float) -> bool:
        """Whether a list shows what was created then, or lags behind."""
        lag = self.settings.evidence_lag
        if isinstance(lag, Mapping):
            lag = lag.get(evidence, 0.0)
        return not lag or created + lag <= self.now

    def sid(self, prefix: str) -> str:
        """A new SID: two letters and 32 hexadecimal digits."""
        return f"{prefix}{self._chance.getrandbits(128):032x}"

    def request_sid(self) -> str:
        """Twilio-Request-Id: counted, so that reading does not change the SIDs that follow."""
        return f"RQ{next(self._answered):032x}"

    def ordinal(self) -> int:
        """The next number in the order of creation."""
        return next(self._ordinals)

    def after(self, delay: float, act: Callable[[], object]) -> None:
        """Let something happen later, once `advance` gets there."""
        heapq.heappush(self._agenda, (self.now + delay, self.ordinal(), act))

    def advance(self) -> None:
        """Catch up with the clock, which never runs backwards here."""
        present = max(self.now, self._clock())
        while self._agenda and self._agenda[0][0] <= present:
            self.now, _, act = heapq.heappop(self._agenda)
            act()
            self.changes += 1
        self.now = present

    def admit(self, what: str, per_second: int) -> bool:
        """Whether one more is within the limit of any one second; 0 is no limit."""
        if per_second <= 0:
            return True
        admitted = self._admitted.setdefault(what, deque())
        while admitted and admitted[0] <= self.now - 1:
            admitted.popleft()
        if len(admitted) >= per_second:
            return False
        admitted.append(self.now)
        return True

    def warn(self, code: int, message: str, **about: str) -> None:
        """Write to the debugger, where Flex reports what no answer says.

        https://www.twilio.com/docs/flex/developer/conversations/best-practices
        """
        self.records.debugger.append({"code": code, "message": message, "at": self.now, **about})


def named_sid(prefix: str, name: str) -> str:
    """The SID of something that every world has: the same for the same name."""
    return prefix + hashlib.sha256(name.encode()).hexdigest()[:32]
