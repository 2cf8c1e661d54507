"""The stages in order; the only module that knows them all.

prepare    load, validate, render and check everything; nothing has left
rehearse   the dry run: the same sequence over a transport that opens no socket
send       the same sequence over HTTP
"""

import asyncio
import contextlib
import secrets
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from runner.book.blank_page import BlankPage
from runner.book.clock_guard import ClockGuard
from runner.book.detail import Detail
from runner.book.journal_book import RunIdentity, Wanted
from runner.book.limit import split_deliveries
from runner.book.session import Kept, OpenJournal, keep_run
from runner.credentials import Credentials
from runner.delivery.clock import Clock, SystemClock
from runner.delivery.pace import PER_SECOND, Pace, Slots
from runner.delivery.transport import Transport
from runner.execute import Means, Record, Stop, execute, let_pass
from runner.journal.ledger import RunRow
from runner.model.delivery import Delivery
from runner.model.errors import FlexplayError
from runner.model.exchange import Bucket
from runner.model.exit_code import ExitCode
from runner.model.playbook import DeliverySettings
from runner.model.rehearsed import Rehearsed
from runner.policy.judge import Judge, make_judge
from runner.policy.limits import redirect_of
from runner.policy.period import playbook_period
from runner.prepare import (
    Loaded,
    StrictRenderer,
    Wish,
    load_wish,
    make_bound_renderer,
    open_recipients,
)
from runner.recipients.source import Source
from runner.recipients.two_passes import Checked, accepted_deliveries, check_all
from runner.rehearse import rehearse_delivery, sequence_of
from runner.render.renderer import Binding
from runner.target import Aim, Target, choose_target, redirect_target

INTERRUPTED = "interrupted"
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
    now: datetime

    @property
    def identity(self) -> RunIdentity:
        """Who writes into the journal; the epoch is the journal's to say."""
        target, name = self.target, self.loaded.playbook.name
        return RunIdentity(self.run, 0, target.scope, target.account, name)


def prepare(wish: Wish, aim: Aim, run: str = "", now: datetime | None = None) -> Prepared:
    """Load, validate and render everything.

    `run` and `now` are the id and the instant of a run that is carried on; a new one has its own.

    Raises:
        Findings: a file has errors; nothing can be sent.
        UsageFault: the wish does not fit the playbook or the project.
        Refused: the environment belongs to another account.
    """
    loaded = load_wish(wish)
    run = run or _run_id()
    now = now or datetime.now(UTC)
    target = choose_target(aim, loaded.environment)
    wish = replace(wish, redirect_to=redirect_of(wish.redirect_to, loaded.environment))
    if wish.redirect_to:
        target = redirect_target(target, run, wish.redirect_to, loaded.playbook.channel)
    binding = Binding(
        scope=target.scope,
        account=target.account,
        environment=loaded.environment.name,
        variables=loaded.variables,
        now=now,
        key=wish.key,
        placeholders=not target.live,
        redirect_to=wish.redirect_to,
        period=playbook_period(loaded.playbook, now),
    )
    renderer = StrictRenderer(
        make_bound_renderer(loaded.playbook, binding), loaded.playbook, loaded.environment, now
    )
    source = open_recipients(wish, loaded.playbook, loaded.variables)
    checked = check_all(source, renderer, wish.only)
    renderer.settle(checked.left_out)
    return Prepared(run, wish, target, loaded, source, renderer, checked, now)


def judge_now(prepared: Prepared) -> Judge:
    """Return the judgement by the clock on the wall, which lets a rehearsal to one's phone pass."""
    if prepared.wish.redirect_to:
        return let_pass
    loaded = prepared.loaded
    return make_judge(loaded.playbook.delivery, loaded.environment, lambda: datetime.now(UTC))


def rehearse(prepared: Prepared, limit: int | None, book: BlankPage) -> Iterator[Rehearsed]:
    """Yield every delivery with its exact requests, those that `book` withholds with none.

    No socket is opened, nothing is sent.
    """
    settings = prepared.loaded.playbook.delivery
    within, beyond = split_deliveries(all_deliveries(prepared), limit, book)
    for delivery in within:
        yield rehearse_delivery(delivery, settings, book)
    for delivery, outcome in beyond(""):
        yield Rehearsed(delivery, (), (), outcome)


@dataclass(frozen=True, slots=True)
class Sending:
    """How to send what is prepared."""

    credentials: Credentials
    opened: OpenJournal
    book: BlankPage
    wanted: Wanted
    detail: Detail
    limit: int | None = None
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Halt:
    """Why a run stopped before its end; `reason` is empty if it did not.

    `code` is what that comes to where it is no matter of Twilio's.
    """

    reason: str = ""
    code: ExitCode | None = None


def send(prepared: Prepared, sending: Sending, record: Record) -> Halt:
    """Send every delivery, tell `record` of each outcome, and return why the run stopped.

    Whoever is under way when a second SIGINT comes has no outcome; the journal knows how far.
    """
    within, beyond = split_deliveries(all_deliveries(prepared), sending.limit, sending.book)
    try:
        halt = asyncio.run(_send(prepared, sending, within, record))
    except KeyboardInterrupt:
        return Halt(INTERRUPTED, ExitCode.INTERRUPTED)
    for delivery, outcome in beyond(halt.reason):
        record(delivery, outcome)
    return halt


async def _send(
    prepared: Prepared, sending: Sending, deliveries: Iterator[Delivery], record: Record
) -> Halt:
    """Execute; the first SIGINT or SIGTERM lets what is under way finish, the second does not."""
    stop = Stop()
    _stop_on_signals(stop)

    def halt(reason: str) -> None:
        stop.reason = stop.reason or reason

    row = _run_row(prepared, sending)
    policy = prepared.loaded.environment.policy
    cap = None if prepared.wish.redirect_to else policy.per_recipient
    wanted = replace(sending.wanted, cap=cap)
    async with keep_run(sending.opened, row, wanted, halt) as kept:
        means = _means(prepared, sending.credentials, kept)
        guard = ClockGuard(sending.opened.journal.now, means.clock.monotonic)
        means = replace(means, guard=guard, judge=judge_now(prepared))
        sequence = sequence_of(prepared.loaded.playbook.delivery)
        await execute(deliveries, sequence, means, record, stop)
    return Halt(stop.reason, _halt_code(stop, sending.opened, row.id))


def _halt_code(stop: Stop, opened: OpenJournal, run: str) -> ExitCode | None:
    if stop.reason == INTERRUPTED:
        return ExitCode.INTERRUPTED
    if stop.error:
        return stop.error.exit_code
    if not stop.reason:
        return None
    with contextlib.suppress(FlexplayError):
        if opened.journal.list_runs(1, run)[0].stop:
            return ExitCode.FINDINGS
    return None


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
    return RunRow(
        id=prepared.run,
        scope=prepared.target.scope,
        account=prepared.target.account,
        playbook=prepared.loaded.playbook.name,
        environment=prepared.loaded.environment.name,
        detail=sending.detail.to_json(),
        epoch=sending.epoch,
        started_at=0.0,
        lease_until=0.0,
    )


def all_deliveries(prepared: Prepared) -> Iterator[Delivery]:
    """Yield every accepted delivery, rendered anew."""
    return accepted_deliveries(
        prepared.source, prepared.renderer, prepared.checked, prepared.wish.only
    )


def _paces(settings: DeliverySettings, clock: Clock, slots: Slots) -> dict[Bucket, Pace]:
    limits = dict(PER_SECOND)
    if settings.rate:
        limits[Bucket.INTERACTIONS] = min(settings.rate, limits[Bucket.INTERACTIONS])
    return {bucket: Pace(bucket, limit, clock, slots) for bucket, limit in limits.items()}


def _run_id() -> str:
    """Return a name for the run that is short enough to say aloud."""
    return "".join(secrets.choice(_RUN_ALPHABET) for _ in range(6))
