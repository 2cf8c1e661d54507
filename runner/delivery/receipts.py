"""Whether messages arrived: their delivery receipts, read once, with nothing repeated or changed.

A receipt that failed is no reason to send again: the message exists, and would be a second one.
https://www.twilio.com/docs/conversations/delivery-receipts
"""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from runner.delivery.clock import Clock
from runner.delivery.exchange_log import log_exchange
from runner.delivery.retry import decide_repeat
from runner.delivery.transport import Transport
from runner.model.errors import NotSent, TransportFailure, Unreachable
from runner.model.exchange import Answer, Reply, Request, Silence, Unsent
from runner.model.log import Log, no_log
from runner.model.outcome import Sids
from runner.sequence.reading import read_rows
from runner.sequence.requests import list_receipts
from runner.sequence.verdict import Verdict, judge, say_refusal

WAITING = "waiting"
UNREADABLE = "unreadable"
STATUSES = ("delivered", "read", "sent", WAITING, "undelivered", "failed", UNREADABLE)
"""What can be known of a message; the worse, the later. `waiting` is still inside Twilio."""

_READERS = 8


@dataclass(frozen=True, slots=True)
class Receipt:
    """The latest that is known of a message; `code` is Twilio's, 0 without an error."""

    status: str
    code: int = 0


async def read_receipts(
    messages: Iterator[Sids],
    open_transport: Callable[[], Transport],
    clock: Clock,
    record: Callable[[Sids, Receipt], None],
    log: Log = no_log,
) -> None:
    """Tell `record` of the receipt of every message, and `log` of every request.

    Raises:
        Unreachable: Twilio does not answer, or does not accept who we are.
    """
    async with asyncio.TaskGroup() as group:
        for _ in range(_READERS):
            group.create_task(_read_some(messages, open_transport(), clock, record, log))


async def _read_some(
    messages: Iterator[Sids],
    transport: Transport,
    clock: Clock,
    record: Callable[[Sids, Receipt], None],
    log: Log,
) -> None:
    try:
        for sids in messages:
            request = list_receipts(sids.conversation, sids.message)
            answer = await _ask(request, transport, clock, log)
            record(sids, _read(answer))
    finally:
        await transport.close()


async def _ask(request: Request, transport: Transport, clock: Clock, log: Log) -> Answer:
    tries = 0
    while True:
        sent = clock.monotonic()
        answer = await _send(request, transport, clock)
        log_exchange(log, request, answer, clock.monotonic() - sent)
        tries += 1
        repeat = decide_repeat(request, answer, tries, random.random())  # noqa: S311 - jitter
        if repeat is None:
            return answer
        await clock.sleep(repeat.after)


async def _send(request: Request, transport: Transport, clock: Clock) -> Answer:
    try:
        return await transport.send(request)
    except NotSent as error:
        return Unsent(error.message, clock.monotonic())
    except TransportFailure as error:
        return Silence(error.message, clock.monotonic())


def _read(answer: Answer) -> Receipt:
    if isinstance(answer, Unsent):
        raise Unreachable(f"Twilio cannot be reached: {answer.reason}", "try again later")
    if not isinstance(answer, Reply):
        return Receipt(UNREADABLE)
    if not answer.ok:
        if judge(answer) is Verdict.CONFIGURATION:
            raise Unreachable(f"Twilio refuses: {say_refusal(answer)}", "look at the credentials")
        return Receipt(UNREADABLE)
    receipts = [_receipt(row) for row in read_rows(answer.json(), "delivery_receipts")]
    return max(receipts, key=lambda each: STATUSES.index(each.status), default=Receipt(WAITING))


def _receipt(row: dict[str, Any]) -> Receipt:
    status, code = row.get("status"), row.get("error_code")
    return Receipt(
        status if status in STATUSES else WAITING,
        code if isinstance(code, int) and not isinstance(code, bool) else 0,
    )
