"""The stages in order; the only module that knows them all.

prepare    load, validate, render and check everything; nothing has left
rehearse   the dry run: the same sequence over a transport that opens no socket
send       the same sequence over HTTP
"""

import asyncio
import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

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
from runner.execute import Means, Record, Stop, execute
from runner.halt import INTERRUPTED, Halt, look_for_stop, say_halt, stop_on_signals
from runner.journal.ledger import RunRow
from runner.judging import Terms, judge_by
from runner.model.delivery import Delivery
from runner.model.errors import FlexplayError
from runner.model.exchange import Bucket
from runner.model.exit_code import ExitCode
from runner.model.log import Log, no_log
from runner.model.marks import Marks
from runner.model.outcome import Outcome
from runner.model.playbook import DeliverySettings
from runner.model.rehearsed import Rehearsed
from runner.policy.limits import redirect_of
from runner.policy.period import playbook_period
from runner.prepare import (
    Loaded,
    StrictRenderer,
    Wish,
    choose_now,
    load_wish,
    make_bound_renderer,
    open_recipients,
)
from runner.recipients.source import Source
from runner.recipients.two_passes import Checked, accepted_deliveries, check_all
from runner.rehearse import rehearse_delivery, sequence_of
from runner.render.renderer import Binding
from runner.target import Aim, Target, choose_target, redirect_target
from runner.waiting import Tell, WaitingRoom, Waits, begin_in_time, nobody_listens, take_turns

_WORKERS = 64
_RUN_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run of which every message is known and checked.

    With `marks`, nobody is messaged but those whom they mark: the rows of the plan that is applied.
    """

    run: str
    wish: Wish
    target: Target
    loaded: Loaded
    source: Source
    renderer: StrictRenderer
    checked: Checked
    now: datetime
    marks: Marks | None = None

    @property
    def identity(self) -> RunIdentity:
        """Who writes into the journal; the epoch is the journal's to say."""
        target, name = self.target, self.loaded.playbook.name
        return RunIdentity(self.run, 0, target.scope, target.account, name)

    @property
    def terms(self) -> Terms:
        """By what is decided who may be messaged now."""
        settings, redirected = self.loaded.playbook.delivery, bool(self.wish.redirect_to)
        return Terms(settings, self.loaded.environment, self.now, self.target.scope, redirected)


def prepare(
    wish: Wish, aim: Aim, run: str = "", now: datetime | None = None, *, outline: bool = False
) -> Prepared:
    """Load, validate and render everything.

    `run` and `now` are the id and the instant of a run that is carried on; a new one has its own.
    With `outline`, deliveries also have their message without the recipient's values.

    Raises:
        Findings: a file has errors; nothing can be sent.
        UsageFault: the wish does not fit the playbook or the project.
        Refused: the environment belongs to another account.
    """
    loaded = load_wish(wish)
    run = run or _run_id()
    now = now or choose_now(wish, loaded.environment, datetime.now(UTC))
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
        outline=outline,
    )
    renderer = StrictRenderer(
        make_bound_renderer(loaded.playbook, binding), loaded.playbook, loaded.environment, now
    )
    source = open_recipients(wish, loaded.playbook, loaded.variables)
    checked = check_all(source, renderer, wish.only)
    renderer.settle(checked.left_out)
    return Prepared(run, wish, target, loaded, source, renderer, checked, now)


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
    """How to send what is prepared.

    `latest` is until when the run waits for recipients who are held, None if it does not; `tell`
    is told of it, and `log` of every request.
    """

    credentials: Credentials
    opened: OpenJournal
    book: BlankPage
    wanted: Wanted
    detail: Detail
    limit: int | None = None
    epoch: int = 0
    clock: Clock = field(default_factory=SystemClock)
    latest: datetime | None = None
    tell: Tell = nobody_listens
    log: Log = no_log


def send(prepared: Prepared, sending: Sending, record: Record) -> Halt:
    """Send every delivery, tell `record` of each outcome, and return why the run stopped.

    Whoever is under way when a second SIGINT comes has no outcome; the journal knows how far.
    """
    within, beyond = split_deliveries(all_deliveries(prepared), sending.limit, sending.book)
    room = WaitingRoom(sending.latest)
    try:
        halt = asyncio.run(_send(prepared, sending, room.first(within), record, room))
    except KeyboardInterrupt:
        return Halt(INTERRUPTED, ExitCode.INTERRUPTED)
    for delivery, outcome in beyond(halt.reason):
        record(delivery, outcome)
    with contextlib.suppress(FlexplayError):  # of recipients that changed, all has been said
        for delivery, outcome in room.left(all_deliveries(prepared)):
            record(delivery, outcome)
    return halt


async def _send(
    prepared: Prepared,
    sending: Sending,
    first: Iterator[Delivery],
    record: Record,
    room: WaitingRoom,
) -> Halt:
    """Execute; the first SIGINT or SIGTERM lets what is under way finish, the second does not."""
    stop = Stop()
    stop_on_signals(stop)

    def halt(reason: str) -> None:
        stop.reason = stop.reason or reason

    def keep(delivery: Delivery, outcome: Outcome) -> None:
        if not room.keep(delivery, outcome):
            record(delivery, outcome)

    row = _run_row(prepared, sending)
    wanted = replace(sending.wanted, cap=prepared.terms.cap)
    waits = Waits(sending.clock, stop, look_for_stop(sending.opened, row.id), sending.tell)
    async with keep_run(sending.opened, row, wanted, halt) as kept:
        means = _means(prepared, sending, kept)
        sequence = sequence_of(prepared.loaded.playbook.delivery)

        async def send_turn(turn: Iterator[Delivery]) -> None:
            await execute(turn, sequence, means, keep, stop)

        await begin_in_time(prepared.now, waits)
        await take_turns(first, lambda: all_deliveries(prepared), send_turn, room, waits)
    return say_halt(stop, sending.opened, row.id)


def _means(prepared: Prepared, sending: Sending, kept: Kept) -> Means:
    from runner.delivery.transport import HttpTransport  # noqa: PLC0415 - httpx, only for sending

    settings, clock, credentials = (
        prepared.loaded.playbook.delivery,
        sending.clock,
        sending.credentials,
    )

    def open_transport() -> Transport:
        return HttpTransport(
            credentials.username,
            credentials.password,
            prepared.target.base_url,
            settings.timeout,
            clock.monotonic,
        )

    return Means(
        open_transport,
        clock,
        _paces(settings, clock, kept.slots),
        settings.concurrency or _WORKERS,
        kept.book,
        guard=ClockGuard(sending.opened.journal.now, clock.monotonic),
        judge=judge_by(clock, prepared.terms),
        log=partial(sending.log, run=prepared.run),
    )


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
    """Return every delivery that may be sent, rendered anew."""
    accepted = _accepted(prepared)
    return accepted if prepared.marks is None else prepared.marks.pick(accepted)


def unmarked_deliveries(prepared: Prepared) -> Iterator[Delivery]:
    """Return the accepted deliveries that the applied plan does not send, rendered anew."""
    if prepared.marks is None:
        return iter(())
    return prepared.marks.pick(_accepted(prepared), marked=False)


def _accepted(prepared: Prepared) -> Iterator[Delivery]:
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
