"""Drives sequences: the journal before and after, pace, repeats, one outcome for every delivery.

So many workers, each with a transport of its own, take deliveries from one iterator.
"""

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from runner.book.book import Begin, Book
from runner.book.clock_guard import ClockGuard
from runner.delivery.clock import Clock
from runner.delivery.exchange_log import log_exchange
from runner.delivery.pace import Pace
from runner.delivery.retry import decide_repeat
from runner.delivery.transport import Transport
from runner.model.delivery import Delivery
from runner.model.errors import FlexplayError, NoReply, NotSent
from runner.model.exchange import (
    Answer,
    Bucket,
    Call,
    Exchange,
    Note,
    Pause,
    Progress,
    Recall,
    Request,
    Result,
    Silence,
    Unsent,
    Wish,
    Withheld,
    Woken,
)
from runner.model.log import Log, no_log
from runner.model.outcome import Expired, Failed, Held, Outcome, Pending, Sids
from runner.sequence import requests
from runner.sequence.posting import withdraw

Sequence: TypeAlias = Callable[[Delivery, Progress], Exchange]
Record: TypeAlias = Callable[[Delivery, Outcome], None]
_NAP = 1.0
Judge: TypeAlias = Callable[[Delivery], Held | Expired | None]


def let_pass(_: Delivery) -> None:
    """Hold nothing: the judgement of a rehearsal, where no clock counts."""


@dataclass(frozen=True, slots=True)
class Means:
    """What the executor works with. `workers` is how many deliveries are under way at once.

    `judge` says why a delivery must not be sent at this instant, `guard` whether the clocks agree.
    `log` is told of every request.
    """

    open_transport: Callable[[], Transport]
    clock: Clock
    paces: Mapping[Bucket, Pace]
    workers: int
    book: Book
    chance: Callable[[], float] = random.random
    guard: ClockGuard | None = None
    judge: Judge = let_pass
    log: Log = no_log


@dataclass(slots=True)
class Stop:
    """A reason to begin nothing further; empty while there is none.

    `error` is what made it one, where something on this side of Twilio failed.
    """

    reason: str = ""
    error: FlexplayError | None = None


async def execute(
    deliveries: Iterator[Delivery], sequence: Sequence, means: Means, record: Record, stop: Stop
) -> str:
    """Bring every delivery to its outcome and tell `record` of each as it happens.

    Once there is a reason to stop, from outside or because an outcome says that no other delivery
    can succeed, nothing further is begun and the rest is recorded as pending.

    Returns:
        The reason, or nothing.
    """
    async with asyncio.TaskGroup() as group:
        for _ in range(means.workers):
            group.create_task(_work(deliveries, sequence, means, record, stop))
    for delivery in deliveries:
        record(delivery, Pending(stop.reason))
    return stop.reason


async def _work(
    deliveries: Iterator[Delivery], sequence: Sequence, means: Means, record: Record, stop: Stop
) -> None:
    transport = means.open_transport()
    try:
        while not stop.reason:
            delivery = _next(deliveries, stop)
            if delivery is None:
                return
            delivery, outcome = await _deliver(delivery, sequence, transport, means, stop)
            if isinstance(outcome, Failed | Pending) and outcome.halt:
                stop.reason = stop.reason or outcome.halt
            record(delivery, outcome)
    finally:
        await transport.close()


def _next(deliveries: Iterator[Delivery], stop: Stop) -> Delivery | None:
    """Return the next delivery; one that cannot be had is a reason to stop."""
    try:
        return next(deliveries, None)
    except FlexplayError as error:
        stop.reason = stop.reason or error.message
        stop.error = stop.error or error
        return None


async def _deliver(
    delivery: Delivery, sequence: Sequence, transport: Transport, means: Means, stop: Stop
) -> tuple[Delivery, Outcome]:
    """Claim the delivery, execute it and write down how it ended; a journal that fails stops it."""
    try:
        claimed = await means.book.claim(delivery)
        if not isinstance(claimed, Begin):
            return delivery, claimed
        return claimed.delivery, await _execute_claimed(claimed, sequence, transport, means, stop)
    except FlexplayError as error:
        stop.error = stop.error or error
        return delivery, Pending(error.message, halt=error.message)


async def _execute_claimed(
    begin: Begin, sequence: Sequence, transport: Transport, means: Means, stop: Stop
) -> Outcome:
    delivery = begin.delivery
    try:
        exchange = _begin_exchange(begin, sequence, means)
        outcome = await drive(delivery, exchange, transport, means, stop)
        await means.book.finish(delivery, outcome)
    finally:
        means.book.release(delivery)
    return outcome


def _begin_exchange(begin: Begin, sequence: Sequence, means: Means) -> Exchange:
    """Return what is to be done; a request that may have been processed is settled in any case."""
    delivery, progress = begin.delivery, begin.progress
    barred = None if progress.intended else means.judge(delivery)
    return withdraw(barred, progress.sids) if barred else sequence(delivery, progress)


class _Stopped(Exception):
    """There is a reason to stop, and everything is written down: the delivery is left as it is."""


async def drive(
    delivery: Delivery, exchange: Exchange, transport: Transport, means: Means, stop: Stop
) -> Outcome:
    """Do what the sequence wishes until it returns its outcome.

    A run that is stopped does not wait: where it would, everything is written down, so the
    delivery is left pending there.
    """
    result: Result | None = None
    while True:
        try:
            wish = exchange.send(result)  # type: ignore[arg-type] # None starts a generator
            result = await _fulfil(wish, delivery, transport, means, stop)
        except StopIteration as done:
            outcome: Outcome = done.value
            return outcome
        except _Stopped:
            exchange.close()
            return Pending(stop.reason)


async def _fulfil(
    wish: Wish, delivery: Delivery, transport: Transport, means: Means, stop: Stop
) -> Result:
    match wish:
        case Call():
            return await _call(wish, delivery, transport, means, stop)
        case Pause(seconds=seconds):
            await _rest(seconds, means.clock, stop)
            return Woken(means.clock.monotonic())
        case Note():
            await means.book.note(delivery, wish)
            return Woken(means.clock.monotonic())
        case Recall(conversation=conversation):
            known = await means.book.knows(conversation)
            return Woken(means.clock.monotonic(), known)


async def _rest(seconds: float, clock: Clock, stop: Stop) -> None:
    """Sleep, but notice within a second that there is a reason to stop.

    Raises:
        _Stopped: there is one.
    """
    while not stop.reason:
        if seconds <= 0:
            return
        nap = min(seconds, _NAP)
        await clock.sleep(nap)
        seconds -= nap
    raise _Stopped


async def _call(
    call: Call, delivery: Delivery, transport: Transport, means: Means, stop: Stop
) -> Answer | Withheld:
    """Return the answer to a request after every repeat that is allowed.

    Raises:
        _Stopped: it would have to be repeated, and there is a reason to stop.
    """
    pace = means.paces.get(call.request.bucket) if call.request.bucket else None
    if call.step and means.guard:
        look = Call(requests.fetch_conversation(delivery.id))
        await means.guard.ensure(lambda: _send(look, delivery, transport, means))
    tries = 0
    while True:
        withheld = await _admit(call, delivery, means, pace)
        if withheld:
            return withheld
        answer = await _ask(call, delivery, transport, means)
        tries += 1
        repeat = decide_repeat(call.request, answer, tries, means.chance())
        if repeat is None:
            return answer
        if call.step:
            await means.book.note(delivery, Note(call.step, happened=False))
        if repeat.limited and pace:
            await pace.refused(repeat.after)
        await _rest(repeat.after, means.clock, stop)


async def _admit(
    call: Call, delivery: Delivery, means: Means, pace: Pace | None
) -> Withheld | None:
    """Return when the request may leave, its intent written; not None if it must not.

    The intent is written after all waiting, so that it is never older than its request: what a
    crash leaves is judged by the intent's age.
    """
    if pace:
        await pace.slot()
    if not call.step:
        return None
    late = means.judge(delivery)
    if isinstance(late, Expired):
        return Withheld(late.reason, suppressed=False, at=0.0, expired=True)
    if isinstance(late, Held) and call.sids == Sids():  # what has begun is brought to its end
        return Withheld(late.reason, suppressed=False, at=0.0, held=late)
    return await means.book.intend(delivery, call.step, call.sids)


async def _ask(call: Call, delivery: Delivery, transport: Transport, means: Means) -> Answer:
    """Send a request; from a read nothing is concluded while the clocks differ."""
    sent = means.clock.monotonic()
    answer = await _send(call, delivery, transport, means)
    if means.guard and call.request.method == "GET":
        await means.guard.check(answer, sent)
    return answer


async def _send(call: Call, delivery: Delivery, transport: Transport, means: Means) -> Answer:
    sent = means.clock.monotonic()
    answer = await _exchange(call.request, transport, means.clock)
    took = means.clock.monotonic() - sent
    log_exchange(means.log, call.request, answer, took, key=delivery.key, step=call.step)
    return answer


async def _exchange(request: Request, transport: Transport, clock: Clock) -> Answer:
    try:
        return await transport.send(request)
    except NotSent as error:
        return Unsent(error.message, clock.monotonic())
    except NoReply as error:
        return Silence(error.message, clock.monotonic())
