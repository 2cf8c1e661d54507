"""The stages in order; the only module that knows them all.

prepare    load, validate, render and check everything; nothing has left
rehearse   the dry run: the same sequence over a transport that opens no socket
send       the same sequence over HTTP
"""

import asyncio
import itertools
import secrets
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from runner.book.blank_page import BlankPage
from runner.book.journal_book import Wanted
from runner.book.session import Detail, Kept, OpenJournal, digest_text, keep_run
from runner.credentials import Credentials
from runner.delivery.clock import Clock, LeapingClock, SystemClock
from runner.delivery.pace import PER_SECOND, Pace, Slots
from runner.delivery.rehearsal import Rehearsal, assumed_in
from runner.delivery.transport import Transport
from runner.execute import Means, Record, Sequence, Stop, execute
from runner.journal.ledger import RunRow
from runner.model.delivery import Delivery
from runner.model.exchange import Bucket, Exchange, Progress
from runner.model.outcome import Outcome, Pending
from runner.model.playbook import DeliverySettings
from runner.model.recipient import RejectedRow
from runner.model.rehearsed import Rehearsed
from runner.prepare import (
    Checked,
    Loaded,
    StrictRenderer,
    Wish,
    accepted_deliveries,
    check_all,
    load_wish,
    make_bound_renderer,
    open_recipients,
)
from runner.recipients.source import Source
from runner.render.renderer import Binding
from runner.sequence.conversation_first import conversation_first
from runner.sequence.interaction_first import interaction_first
from runner.target import Aim, Target, choose_target, redirect_target

INTERRUPTED = "interrupted"
SEQUENCES = {"interaction-first": interaction_first, "conversation-first": conversation_first}
_WORKERS = 64
_RUN_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run of which every message is known and checked."""

    run: str
    wish: Wish
    target: Target
    loaded: Loaded
    source: Source
    renderer: StrictRenderer
    checked: Checked


def prepare(wish: Wish, aim: Aim, reject: Callable[[RejectedRow], None], run: str = "") -> Prepared:
    """Load, validate and render everything; `reject` is told of every row that cannot be sent.

    `run` is the id of a run that is carried on; a new one has an id of its own.

    Raises:
        Findings: a file has errors; nothing can be sent.
        UsageFault: the wish does not fit the playbook or the project.
        Refused: the environment belongs to another account.
    """
    loaded = load_wish(wish)
    run = run or _run_id()
    target = choose_target(aim, loaded.environment)
    if wish.redirect_to:
        target = redirect_target(target, run)
    binding = Binding(
        scope=target.scope,
        account=target.account,
        environment=loaded.environment.name,
        variables=loaded.variables,
        now=datetime.now(UTC),
        key=wish.key,
        placeholders=not target.live,
        redirect_to=wish.redirect_to,
    )
    renderer = StrictRenderer(
        make_bound_renderer(loaded.playbook, binding), loaded.playbook, loaded.environment
    )
    source = open_recipients(wish, loaded.playbook)
    checked = check_all(source, renderer, reject, wish.only)
    return Prepared(run, wish, target, loaded, source, renderer, checked)


def rehearse(prepared: Prepared, limit: int | None) -> Iterator[Rehearsed]:
    """Yield every delivery with its exact requests. No socket is opened, nothing is sent."""
    clock = LeapingClock()
    transport = Rehearsal()
    means = Means(lambda: transport, clock, {}, workers=1, book=BlankPage())
    for delivery in itertools.islice(all_deliveries(prepared), limit):
        outcomes: list[Outcome] = []
        record = _collect(outcomes)
        asyncio.run(execute(iter((delivery,)), _sequence(prepared), means, record, Stop()))
        requests = transport.take()
        yield Rehearsed(delivery, requests, assumed_in(requests), outcomes[0])


@dataclass(frozen=True, slots=True)
class Sending:
    """How to send what is prepared."""

    credentials: Credentials
    opened: OpenJournal
    wanted: Wanted
    limit: int | None = None
    epoch: int = 0


def send(prepared: Prepared, sending: Sending, record: Record) -> str:
    """Send every delivery and tell `record` of each outcome.

    Returns:
        Why the run stopped before its end, or nothing.
    """
    deliveries = all_deliveries(prepared)
    first = itertools.islice(deliveries, sending.limit)
    halt = asyncio.run(_send(prepared, sending, first, record))
    for delivery in deliveries:
        record(delivery, Pending(halt or "beyond --limit"))
    return halt


async def _send(
    prepared: Prepared, sending: Sending, deliveries: Iterator[Delivery], record: Record
) -> str:
    """Execute; the first SIGINT or SIGTERM lets what is under way finish, the second does not."""
    stop = Stop()
    _stop_on_signals(stop)

    def halt(reason: str) -> None:
        stop.reason = stop.reason or reason

    row = _run_row(prepared, sending)
    async with keep_run(sending.opened, row, sending.wanted, halt) as kept:
        means = _means(prepared, sending.credentials, kept)
        return await execute(deliveries, _sequence(prepared), means, record, stop)


def _stop_on_signals(stop: Stop) -> None:
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)

    def interrupt() -> None:
        stop.reason = stop.reason or INTERRUPTED
        for each in signals:
            loop.remove_signal_handler(each)

    for each in signals:
        loop.add_signal_handler(each, interrupt)


def _means(prepared: Prepared, credentials: Credentials, kept: Kept) -> Means:
    from runner.delivery.transport import HttpTransport  # noqa: PLC0415 - httpx, only for sending

    settings = prepared.loaded.playbook.delivery
    clock = SystemClock()

    def open_transport() -> Transport:
        return HttpTransport(
            credentials.username,
            credentials.password,
            prepared.target.base_url,
            settings.timeout,
            clock.monotonic,
        )

    paces = _paces(settings, clock, kept.slots)
    return Means(open_transport, clock, paces, settings.concurrency or _WORKERS, kept.book)


def _run_row(prepared: Prepared, sending: Sending) -> RunRow:
    wish, playbook = prepared.wish, prepared.loaded.playbook
    detail = Detail(
        playbook=str(Path(wish.playbook).resolve()),
        playbook_digest=digest_text(playbook.document.text),
        recipients=str(Path(wish.recipients).resolve()) if wish.recipients else None,
        environment=wish.environment,
        variables=dict(wish.variables),
        single=bool(wish.fields),
    )
    return RunRow(
        id=prepared.run,
        scope=prepared.target.scope,
        account=prepared.target.account,
        playbook=playbook.name,
        environment=prepared.loaded.environment.name,
        detail=detail.to_json(),
        epoch=sending.epoch,
        started_at=0.0,
        lease_until=0.0,
    )


def all_deliveries(prepared: Prepared) -> Iterator[Delivery]:
    """Yield every accepted delivery, rendered anew."""
    return accepted_deliveries(
        prepared.source, prepared.renderer, prepared.checked, prepared.wish.only
    )


def _sequence(prepared: Prepared) -> Sequence:
    settings = prepared.loaded.playbook.delivery

    def begin(delivery: Delivery, progress: Progress) -> Exchange:
        return SEQUENCES[settings.sequence](delivery, settings, progress)

    return begin


def _paces(settings: DeliverySettings, clock: Clock, slots: Slots) -> dict[Bucket, Pace]:
    limits = dict(PER_SECOND)
    if settings.rate:
        limits[Bucket.INTERACTIONS] = min(settings.rate, limits[Bucket.INTERACTIONS])
    return {bucket: Pace(bucket, limit, clock, slots) for bucket, limit in limits.items()}


def _collect(outcomes: list[Outcome]) -> Record:
    return lambda _, outcome: outcomes.append(outcome)


def _run_id() -> str:
    """Return a name for the run that is short enough to say aloud."""
    return "".join(secrets.choice(_RUN_ALPHABET) for _ in range(6))
