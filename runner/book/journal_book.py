"""The journal as the executor's book: who may be messaged, and what was done, durably."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from weakref import WeakValueDictionary

from runner.book.book import Begin, Claimed
from runner.book.cap import hold_by_cap, sent_times
from runner.book.standing import (
    is_begun,
    progress_of,
    refuse_other_text,
    say_busy,
    say_kept,
)
from runner.book.suspect import suspect
from runner.journal.decide import Busy, Claim, Fenced, Go, Granted, Kept, Retry, Stopped, Suppressed
from runner.journal.entry import Change, Entry, Event
from runner.journal.group_commit import Journal
from runner.journal.key import JournalKey, digest, hash_address
from runner.journal.ledger import Suppression
from runner.model import outcome as ends
from runner.model.delivery import Delivery, content_of, delivery_id, reattempt
from runner.model.errors import Refused
from runner.model.exchange import Note, Withheld
from runner.model.mask import mask_address
from runner.model.outcome import Outcome, Sids, state_of
from runner.model.playbook import Cap
from runner.policy.suppression import opt_out_code, word_opt_out
from runner.sms.message_segments import delivery_segments

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
    keys that are sent again on purpose, for a `reason` that is written down. `cap` is how many
    messages one recipient may get.
    """

    failed: bool = False
    settle: bool = False
    again: frozenset[str] = frozenset()
    reason: str = ""
    cap: Cap | None = None


class JournalBook:
    """Keeps the deliveries of one run.

    `elsewhere` counts, by state, those that stay another run's, `claims` all that were asked for,
    and `segments` what was sent.
    """

    def __init__(
        self, journal: Journal, key: JournalKey, identity: RunIdentity, wanted: Wanted
    ) -> None:
        self._journal = journal
        self._key = key
        self._identity = identity
        self._wanted = wanted
        self._pairs: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._held: dict[str, asyncio.Lock] = {}
        self.elsewhere: Counter[str] = Counter()
        self.claims = 0
        self.segments = 0

    async def claim(self, delivery: Delivery) -> Claimed:
        """Take the delivery for this run, or return why it is not to be executed.

        Two deliveries of this run to one address pair are executed one after the other; to one
        address, where it may get only so many messages.
        """
        self.claims += 1
        name = self._pair(delivery) if delivery.channel.pair else delivery.id
        name = delivery.customer.name if self._wanted.cap else name
        lock = self._pairs.setdefault(name, asyncio.Lock())
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
        claim = self.claim_of(delivery, again=again)
        answer = await self._journal.claim(claim)
        match answer:
            case Granted(entry=entry, suppressed=suppressed):
                barred = await self._bar(entry, suppressed)
                return barred or await self._begin(delivery, entry, claim.entry.digest)
            case Kept(entry=entry):
                kept = say_kept(entry, claim.entry.digest)
                self.elsewhere[state_of(kept)] += entry.run != self._identity.run
                return kept
            case Busy(run=run):
                return say_busy(run)
            case Retry(attempt=attempt):
                renamed = self.as_attempt(delivery, attempt)
                return await self._claim(renamed, again=False)

    async def _bar(self, entry: Entry, suppressed: str) -> Outcome | None:
        """Write down and return why nothing may be begun; what has begun is looked at later."""
        if is_begun(entry) or not suppressed:
            return None
        await self._write(Change(entry.id, Event.SUPPRESS, reason=suppressed))
        return ends.Suppressed(suppressed)

    async def _cap(self, entry: Entry, delivery: Delivery) -> Outcome | None:
        """Write down and return until when the recipient has had enough.

        Asked while the delivery holds the address, so that no other is between its own count and
        its message.
        """
        cap = self._wanted.cap
        if cap is None or is_begun(entry):
            return None
        known = await self._journal.entries_to(entry.address)
        sent_at = sent_times(known, self._identity.scope)
        held = hold_by_cap(cap, sent_at, await self._journal.now())
        if held:
            await self._write(Change(entry.id, Event.HOLD, reason=held.reason))
            await self._let_go(self._names(delivery), entry.id)
        return held

    def claim_of(self, delivery: Delivery, *, again: bool) -> Claim:
        """Return what the journal is asked in order to get the delivery."""
        wanted = self._wanted
        entry = self._entry(delivery)
        return Claim(entry, failed=wanted.failed, again=again, settle=wanted.settle)

    async def _begin(self, delivery: Delivery, entry: Entry, digest_now: str) -> Claimed:
        refused = refuse_other_text(entry, digest_now)
        if refused:
            return refused
        if not await self._take(self._names(delivery), entry.id):
            return ends.Pending("another run is messaging this customer")
        held = await self._cap(entry, delivery)
        if held:
            return held
        entry = await suspect(entry, self._journal.gap, self._change)
        renamed = self.as_attempt(delivery, entry.attempt)
        return Begin(renamed, progress_of(entry, await self._journal.now(), self._journal.gap))

    async def _take(self, names: tuple[str, ...], identity: str) -> bool:
        """Let the delivery hold all names, or none if another one holds one of them."""
        for place, name in enumerate(names):
            if await self._journal.claim_pair(name, identity) != identity:
                await self._let_go(names[:place], identity)
                return False
        return True

    async def _let_go(self, names: tuple[str, ...], identity: str) -> None:
        for name in names:
            await self._journal.release_pair(name, identity)

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
        if event is Event.FAIL and (code := opt_out_code(outcome.reason)):
            await self._suppress(delivery, code)
        if event is Event.SEND:
            self.segments += delivery_segments(delivery)
        await self._let_go(self._names(delivery), delivery.id)

    async def _suppress(self, delivery: Delivery, code: int) -> None:
        """Put the recipient on the list: Twilio says that they have opted out."""
        address = delivery.customer.name
        hashed, tail = hash_address(self._key, address), mask_address(address)
        said = word_opt_out(self._identity.run, code)
        now = await self._journal.now()
        await self._journal.suppress([Suppression(hashed, tail, said, now)])

    async def knows(self, conversation: str) -> bool:
        """Tell whether flexplay opened this conversation."""
        return await self._journal.knows_conversation(conversation)

    async def _write(self, change: Change) -> None:
        verdict = await self._change(change)
        if not isinstance(verdict, Go):
            raise Refused(f"{verdict.reason}; this process sends nothing more")

    async def _change(self, change: Change) -> Go | Suppressed | Stopped | Fenced:
        return await self._journal.change(change, self._identity.run, self._identity.epoch)

    def as_attempt(self, delivery: Delivery, attempt: int) -> Delivery:
        """Return the delivery as this attempt, which has another identity."""
        if attempt == delivery.attempt:
            return delivery
        own = self._identity
        key = delivery.key
        return reattempt(
            delivery, attempt, delivery_id(own.scope, own.account, own.playbook, key, attempt)
        )

    def _names(self, delivery: Delivery) -> tuple[str, ...]:
        """Return what no two deliveries may hold at once: an address pair, a capped address."""
        names = [self._pair(delivery)] if delivery.channel.pair else []
        if self._wanted.cap:
            names.append(f"cap {hash_address(self._key, delivery.customer.name)}")
        return tuple(names)

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
