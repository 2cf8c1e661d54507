"""The journal as the executor's book: who may be messaged, and what was done, durably."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from weakref import WeakValueDictionary

from runner.book.book import Begin, Claimed
from runner.journal.decide import Busy, Claim, Fenced, Go, Granted, Kept, Retry, Stopped, Suppressed
from runner.journal.entry import Change, Entry, Event, State
from runner.journal.group_commit import Journal
from runner.journal.key import JournalKey, digest, hash_address
from runner.model import outcome as ends
from runner.model.delivery import Delivery, content_of, delivery_id, reattempt
from runner.model.errors import Refused
from runner.model.exchange import FRESH, Note, Progress, Withheld
from runner.model.mask import mask_address
from runner.model.outcome import Outcome, Sids

_EVENTS: dict[type, Event] = {
    ends.Sent: Event.SEND,
    ends.Failed: Event.FAIL,
    ends.Uncertain: Event.DOUBT,
    ends.Held: Event.HOLD,
    ends.Suppressed: Event.SUPPRESS,
    ends.Rejected: Event.REJECT,
    ends.Expired: Event.EXPIRE,
}


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """Who writes, and about which playbook's messages."""

    run: str
    epoch: int
    scope: str
    account: str
    playbook: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run may execute beside what is new, held or unfinished.

    `failed` retries definite failures, `settle` reads what is uncertain once more, `again` are the
    keys that are sent again on purpose, for a `reason` that is written down.
    """

    failed: bool = False
    settle: bool = False
    again: frozenset[str] = frozenset()
    reason: str = ""


class JournalBook:
    """Keeps the deliveries of one run."""

    def __init__(
        self, journal: Journal, key: JournalKey, identity: RunIdentity, wanted: Wanted
    ) -> None:
        self._journal = journal
        self._key = key
        self._identity = identity
        self._wanted = wanted
        self._pairs: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._held: dict[str, asyncio.Lock] = {}

    async def claim(self, delivery: Delivery) -> Claimed:
        """Take the delivery for this run, or return why it is not to be executed.

        Two deliveries of this run to one address pair are executed one after the other.
        """
        lock = self._pairs.setdefault(self._pair(delivery), asyncio.Lock())
        await lock.acquire()
        try:
            claimed = await self._claim(delivery, again=delivery.key in self._wanted.again)
        except BaseException:
            lock.release()
            raise
        if isinstance(claimed, Begin):
            self._held[claimed.delivery.id] = lock
        else:
            lock.release()
        return claimed

    def release(self, delivery: Delivery) -> None:
        """Let the next delivery of this address pair begin."""
        self._held.pop(delivery.id).release()

    async def _claim(self, delivery: Delivery, *, again: bool) -> Claimed:
        claim = Claim(
            self._entry(delivery),
            failed=self._wanted.failed,
            again=again,
            settle=self._wanted.settle,
        )
        answer = await self._journal.claim(claim)
        match answer:
            case Granted(entry=entry):
                return await self._begin(delivery, entry, claim.entry.digest)
            case Kept(entry=entry):
                return _say_kept(entry, claim.entry.digest)
            case Busy(run=run):
                return ends.Pending(f"in run {run}")
            case Retry(attempt=attempt):
                renamed = self._as_attempt(delivery, attempt)
                return await self._claim(renamed, again=False)

    async def _begin(self, delivery: Delivery, entry: Entry, digest_now: str) -> Claimed:
        if entry.confirmed and entry.digest != digest_now:
            why = f"begun in run {entry.run} with another text; give it the playbook of that run"
            return ends.Pending(why, entry.sids)
        if delivery.channel.pair:
            holder = await self._journal.claim_pair(entry.pair, entry.id)
            if holder != entry.id:
                return ends.Pending("another run is messaging this customer")
        renamed = self._as_attempt(delivery, entry.attempt)
        return Begin(renamed, await self._progress(entry))

    async def intend(self, delivery: Delivery, step: str, sids: Sids) -> Withheld | None:
        """Write the intent, unless the recipient opted out or the run was stopped since.

        Raises:
            Refused: another process has taken the run over.
        """
        verdict = await self._change(Change(delivery.id, Event.INTEND, step, sids))
        match verdict:
            case Go():
                return None
            case Suppressed(reason=reason):
                return Withheld(reason, suppressed=True, at=0.0)
            case Stopped(reason=reason):
                return Withheld(reason, suppressed=False, at=0.0)
            case Fenced(reason=reason):
                raise Refused(f"{reason}; this process sends nothing more")

    async def note(self, delivery: Delivery, note: Note) -> None:
        """Write what became of a step."""
        event = Event.CONFIRM if note.happened else Event.DISPROVE
        await self._write(Change(delivery.id, event, note.step, note.sids))

    async def finish(self, delivery: Delivery, outcome: Outcome) -> None:
        """Write how the delivery ended, and let other runs have its address pair."""
        event = _EVENTS.get(type(outcome))
        if event is None:
            return
        await self._write(Change(delivery.id, event, "", outcome.sids, outcome.reason))
        if delivery.channel.pair:
            await self._journal.release_pair(self._pair(delivery), delivery.id)

    async def knows(self, conversation: str) -> bool:
        """Tell whether flexplay opened this conversation."""
        return await self._journal.knows_conversation(conversation)

    async def _write(self, change: Change) -> None:
        verdict = await self._change(change)
        if not isinstance(verdict, Go):
            raise Refused(f"{verdict.reason}; this process sends nothing more")

    async def _change(self, change: Change) -> Go | Suppressed | Stopped | Fenced:
        return await self._journal.change(change, self._identity.run, self._identity.epoch)

    def _as_attempt(self, delivery: Delivery, attempt: int) -> Delivery:
        if attempt == delivery.attempt:
            return delivery
        own = self._identity
        key = delivery.key
        return reattempt(
            delivery, attempt, delivery_id(own.scope, own.account, own.playbook, key, attempt)
        )

    def _pair(self, delivery: Delivery) -> str:
        customer = delivery.customer
        return hash_address(self._key, f"{customer.address}\0{customer.proxy_address}")

    def _entry(self, delivery: Delivery) -> Entry:
        identity = self._identity
        return Entry(
            id=delivery.id,
            scope=identity.scope,
            account=identity.account,
            playbook=identity.playbook,
            key=delivery.key,
            attempt=delivery.attempt,
            digest=digest(self._key, content_of(delivery)),
            address=hash_address(self._key, delivery.customer.name),
            tail=mask_address(delivery.customer.name),
            pair=self._pair(delivery),
            run=identity.run,
            epoch=identity.epoch,
            row=f"{delivery.place.file}:{delivery.place.line}",
            reason=self._wanted.reason if delivery.key in self._wanted.again else "",
        )

    async def _progress(self, entry: Entry) -> Progress:
        """Return where the entry stands, as the sequence begins with it."""
        open_step = entry.step if entry.state in (State.INTENT, State.UNCERTAIN) else ""
        if not open_step and not entry.confirmed:
            return FRESH
        return Progress(
            confirmed=entry.confirmed,
            sids=entry.sids,
            intended=open_step,
            age=max(await self._journal.now() - entry.intent_at, 0.0),
            intent_at=entry.intent_at,
            taken_over=True,
        )


def _say_kept(entry: Entry, digest_now: str) -> Outcome:
    when = datetime.fromtimestamp(entry.updated_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    said = f"in run {entry.run}, {when}"
    match entry.state:
        case State.SENT if entry.digest == digest_now:
            return ends.AlreadySent(said, entry.sids)
        case State.SENT:
            why = f"an EARLIER text was sent under this key {said}: a new message needs a new key"
            return ends.Changed(why, entry.sids)
        case State.UNCERTAIN:
            return ends.Uncertain(f"{entry.reason} ({said})", entry.sids)
        case _:
            return ends.Failed(f"{entry.reason} ({said}; again with --failed)", entry.sids)
