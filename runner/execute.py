"""Drives sequences: the journal before and after, pace, repeats, one outcome for every delivery.

So many workers, each with a transport of its own, take deliveries from one iterator.
"""

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from runner.book.book import Begin, Book
from runner.delivery.clock import Clock
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
from runner.model.outcome import Failed, Outcome, Pending

Sequence: TypeAlias = Callable[[Delivery, Progress], Exchange]
Record: TypeAlias = Callable[[Delivery, Outcome], None]


@dataclass(frozen=True, slots=True)
class Means:
    """What the executor works with. `workers` is how many deliveries are under way at once."""

    open_transport: Callable[[], Transport]
    clock: Clock
    paces: Mapping[Bucket, Pace]
    workers: int
    book: Book
    chance: Callable[[], float] = random.random


@dataclass(slots=True)
class Stop:
    """A reason to begin nothing further; empty while there is none."""

    reason: str = ""


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
        return delivery, Pending(error.message, halt=error.message)


async def _execute_claimed(
    begin: Begin, sequence: Sequence, transport: Transport, means: Means, stop: Stop
) -> Outcome:
    delivery = begin.delivery
    try:
        exchange = sequence(delivery, begin.progress)
        outcome = await drive(delivery, exchange, transport, means, stop)
        await means.book.finish(delivery, outcome)
    finally:
        means.book.release(delivery)
    return outcome


async def drive(
    delivery: Delivery, exchange: Exchange, transport: Transport, means: Means, stop: Stop
) -> Outcome:
    """Do what the sequence wishes until it returns its outcome.

    A run that is stopped does not wait: at a pause everything is written down, so the delivery is
    left pending there.
    """
    result: Result | None = None
    while True:
        try:
            wish = exchange.send(result)  # type: ignore[arg-type] # None starts a generator
        except StopIteration as done:
            outcome: Outcome = done.value
            return outcome
        if stop.reason and isinstance(wish, Pause):
            exchange.close()
            return Pending(stop.reason)
        result = await _fulfil(wish, delivery, transport, means)


async def _fulfil(wish: Wish, delivery: Delivery, transport: Transport, means: Means) -> Result:
    match wish:
        case Call():
            return await _call(wish, delivery, transport, means)
        case Pause(seconds=seconds):
            await means.clock.sleep(seconds)
            return Woken(means.clock.monotonic())
        case Note():
            await means.book.note(delivery, wish)
            return Woken(means.clock.monotonic())
        case Recall(conversation=conversation):
            known = await means.book.knows(conversation)
            return Woken(means.clock.monotonic(), known)


async def _call(
    call: Call, delivery: Delivery, transport: Transport, means: Means
) -> Answer | Withheld:
    """Return the answer to a request after every repeat that is allowed.

    The intent is written after all waiting, so that it is never older than its request: what a
    crash leaves is judged by the intent's age.
    """
    pace = means.paces.get(call.request.bucket) if call.request.bucket else None
    tries = 0
    while True:
        if pace:
            await pace.slot()
        if call.step:
            withheld = await means.book.intend(delivery, call.step, call.sids)
            if withheld:
                return withheld
        answer = await _send(call.request, transport, means.clock)
        tries += 1
        repeat = decide_repeat(call.request, answer, tries, means.chance())
        if repeat is None:
            return answer
        if call.step:
            await means.book.note(delivery, Note(call.step, happened=False))
        if repeat.limited and pace:
            await pace.refused(repeat.after)
        await means.clock.sleep(repeat.after)


async def _send(request: Request, transport: Transport, clock: Clock) -> Answer:
    try:
        return await transport.send(request)
    except NotSent as error:
        return Unsent(error.message, clock.monotonic())
    except NoReply as error:
        return Silence(error.message, clock.monotonic())
