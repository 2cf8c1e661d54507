"""The journal for many coroutines at once: what waits when a transaction returns shares the next.

One thread has the one connection. Natural batching costs no timer and no waiting: with one
coroutine each wish is its own transaction, with hundreds hundreds of them share one fsync.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from runner.journal import acts
from runner.journal.batch import (
    PACE,
    PAIRS,
    RUNS,
    Act,
    ChangeWish,
    ClaimWish,
    Failure,
    IsAlive,
    Wish,
    apply_batch,
)
from runner.journal.decide import Answer, Busy, Claim, Fenced, Verdict
from runner.journal.entry import Change, Entry, State
from runner.journal.key import JournalKey
from runner.journal.ledger import RunRow, Selection, Step, Store, Suppression, Transaction
from runner.journal.rows import entry_row
from runner.journal.seal import seal, unseal
from runner.model.errors import FlexplayError

_MOST = 2000
_PAGE = 1000

Result = TypeVar("Result")


class Journal:
    """Everything is durable when the call returns; one that raises counts as not written.

    Args:
        store: where it is kept; this object's alone from now on.
        key: with which addresses were hashed; seals what another machine may have to finish.
        is_alive: whether a process still executes a run.
        monotonic: the clock that `reserve` counts its delays on.
    """

    def __init__(
        self,
        store: Store,
        key: JournalKey,
        is_alive: IsAlive,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.key = key
        self.gap = store.gap
        self._store = store
        self._is_alive = is_alive
        self._monotonic = monotonic
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._waiting: list[tuple[Wish, asyncio.Future[Any]]] = []
        self._busy = False

    async def claim(self, claim: Claim, payload: bytes = b"") -> Answer:
        """Ask for a delivery; `payload` is kept, sealed, where another machine could finish it."""
        entry_row(claim.entry)
        keep = payload and self._store.keeps_payloads
        sealed = seal(self.key, claim.entry.id, payload) if keep else b""
        answer: Answer = await self._ask(ClaimWish(claim, sealed))
        return answer

    async def change(self, change: Change, run_id: str, epoch: int) -> Verdict:
        """Tell what happened to a delivery, or is about to.

        Raises:
            UnknownTransition: it cannot happen; a bug.
        """
        verdict: Verdict = await self._ask(ChangeWish(change, run_id, epoch))
        return verdict

    async def begin_run(self, run: RunRow, ttl: float) -> RunRow:
        """Write a new run, leased for `ttl` seconds; both times are set on the journal's clock."""
        return await self._act(RUNS, run.id, lambda to: acts.begin_run(to, run, ttl))

    async def take_run(
        self, run_id: str, ttl: float, *, locked: bool = False
    ) -> RunRow | Busy | None:
        """Take a run over in a new epoch, unless a process still executes it.

        `locked` says that the caller holds the run's kernel lock: then nobody executes it.
        """
        is_alive = _nobody_is if locked else self._is_alive
        return await self._act(RUNS, run_id, lambda to: acts.take_run(to, run_id, ttl, is_alive))

    async def heartbeat(self, run_id: str, epoch: int, ttl: float) -> RunRow | Fenced:
        """Renew a run's lease; `stop` in the answer tells to stop."""
        return await self._act(RUNS, run_id, lambda to: acts.renew_run(to, run_id, epoch, ttl))

    async def finish_run(self, run_id: str, epoch: int, detail: str = "") -> RunRow | Fenced:
        """Write that a run has ended, and what it came to."""
        return await self._act(RUNS, run_id, lambda to: acts.finish_run(to, run_id, epoch, detail))

    async def stop_run(self, run_id: str, reason: str) -> RunRow | None:
        """Tell a run to stop, whoever executes it; None if there is none."""
        return await self._act(RUNS, run_id, lambda to: acts.stop_run(to, run_id, reason))

    async def reserve(self, bucket: str, interval: float, count: int = 1) -> tuple[float, ...]:
        """Return in how many seconds the next slots of a bucket come: at least one, in order.

        Those that had passed by more than an interval when the answer came are dropped, so there
        may be fewer than `count`; the others never come in a bunch.
        """
        while True:
            taken = await self._act(
                PACE,
                bucket,
                lambda to: acts.reserve_slots(to, bucket, interval, count, self._monotonic),
            )
            now = self._monotonic()
            delays = tuple(max(slot - now, 0.0) for slot in taken.at if slot > now - interval)
            if delays:
                return delays

    async def delay(self, bucket: str, seconds: float) -> None:
        """Let no slot of a bucket come for so many seconds, whoever reserves it."""
        await self._act(PACE, bucket, lambda to: acts.delay_slots(to, bucket, seconds))

    async def claim_pair(self, pair: str, delivery: str) -> str:
        """Let a delivery hold an address pair, and return who holds it."""
        return await self._act(PAIRS, pair, lambda to: acts.claim_pair(to, pair, delivery))

    async def release_pair(self, pair: str, delivery: str) -> None:
        """Let go of an address pair."""
        await self._act(PAIRS, pair, lambda to: acts.release_pair(to, pair, delivery))

    async def use_plan(self, plan: str, run_id: str) -> str:
        """Use a plan for a run, and return the run that uses it, which may be another."""
        return await self._act(PAIRS, "", lambda to: to.use_plan(plan, run_id))

    async def suppress(self, suppressions: Iterable[Suppression]) -> None:
        """Write address hashes that must not be messaged."""
        await self._act(PAIRS, "", lambda to: to.put_suppressions(suppressions))

    async def unsuppress(self, addresses: Iterable[str]) -> None:
        """Let address hashes be messaged again."""
        await self._act(PAIRS, "", lambda to: to.drop_suppressions(addresses))

    async def close_gap(self) -> None:
        """Believe, from the next opening on, that the journal has forgotten nothing."""
        await self._act(PAIRS, "", lambda to: to.close_gap())

    async def payload(self, delivery: str) -> bytes | None:
        """Return what was kept for a delivery, opened; None if nothing was.

        Raises:
            JournalRefused: it cannot be decrypted.
        """
        sealed = await self._act(PAIRS, "", lambda to: to.payload(delivery))
        return None if sealed is None else unseal(self.key, delivery, sealed)

    async def now(self) -> float:
        """Return the journal's clock."""
        return await self._act(PAIRS, "", lambda to: to.now())

    async def knows_conversation(self, conversation: str) -> bool:
        """Tell whether a delivery of this journal opened a conversation."""
        wanted = Selection(conversation=conversation)
        page = partial(self._store.page_entries, wanted, None, _PAGE)
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._thread, page)
        return any(entry.sids.interaction for entry in found)

    async def entries_to(self, address: str) -> tuple[Entry, ...]:
        """Return every delivery to an address hash, of all playbooks, oldest first."""
        loop = asyncio.get_running_loop()
        found: list[Entry] = []
        while True:
            after = found[-1] if found else None
            page = partial(self._store.page_entries, Selection(address=address), after, _PAGE)
            rows = await loop.run_in_executor(self._thread, page)
            found += rows
            if len(rows) < _PAGE:
                return tuple(found)

    def list_runs(self, limit: int, prefix: str = "") -> tuple[RunRow, ...]:
        """Return the newest runs first, those whose id begins with `prefix`."""
        return self._read(lambda: self._store.list_runs(limit, prefix))

    def list_entries(self, selection: Selection) -> Iterator[Entry]:
        """Yield the entries of a selection, oldest first, however many there are."""
        after: Entry | None = None
        while True:
            page = self._read(partial(self._store.page_entries, selection, after, _PAGE))
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1]

    def list_steps(self, delivery: str) -> tuple[Step, ...]:
        """Return a delivery's history, oldest first."""
        return self._read(lambda: self._store.list_steps(delivery))

    def list_suppressions(self) -> tuple[Suppression, ...]:
        """Return the suppressions, oldest first."""
        return self._read(self._store.list_suppressions)

    def count_states(self, run_id: str | None) -> Mapping[State, int]:
        """Return how many entries, of a run or of all, are in each state."""
        return self._read(lambda: self._store.count_states(run_id))

    def check(self) -> tuple[str, ...]:
        """Return what is wrong with the journal, a sentence each."""
        return self._read(self._store.check)

    def close(self) -> None:
        """Give the database back, once the transaction that goes on has ended."""
        self._thread.submit(self._store.close).result()
        self._thread.shutdown()

    def _read(self, read: Callable[[], Result]) -> Result:
        return self._thread.submit(read).result()

    async def _act(self, rank: int, name: str, do: Callable[[Transaction], Result]) -> Result:
        result: Result = await self._ask(Act(rank, name, do))
        return result

    async def _ask(self, wish: Wish) -> Any:
        """Wait for the transaction that fulfils a wish; who stops waiting does not take it back."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((wish, answer))
        if not self._busy:
            self._busy = True
            loop.call_soon(self._begin, loop)
        return await answer

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
        if not batch:
            self._busy = False
            return
        done = loop.run_in_executor(self._thread, self._commit, [wish for wish, _ in batch])
        done.add_done_callback(lambda done: self._answer(loop, [one for _, one in batch], done))

    def _commit(self, wishes: list[Wish]) -> list[Any]:
        return self._store.write(lambda to: apply_batch(to, wishes, self._is_alive))

    def _answer(
        self,
        loop: asyncio.AbstractEventLoop,
        answers: list[asyncio.Future[Any]],
        done: asyncio.Future[list[Any]],
    ) -> None:
        """Tell everybody; whoever is woken may add a wish before the next transaction begins."""
        error = done.exception()
        results = [Failure(error)] * len(answers) if isinstance(error, Exception) else done.result()
        for answer, result in zip(answers, results, strict=True):
            if answer.done():
                continue
            if isinstance(result, Failure):
                answer.set_exception(_own(result.error))
            else:
                answer.set_result(result)
        loop.call_soon(self._begin, loop)


def _nobody_is(_: RunRow, now: float) -> bool:
    del now
    return False


def _own(error: Exception) -> Exception:
    """Return an exception for one of many who wait, so that tracebacks do not mix."""
    if isinstance(error, FlexplayError):
        own = type(error)(error.message, error.remedy)
        own.__cause__ = error
        return own
    return error
