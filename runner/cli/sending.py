"""What `flexplay run` and `resume` do once their options are read: check, ask, send and report."""

import os
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace

import click

from runner.book.detail import Detail
from runner.book.forecast import Forecast, Survey, take_survey
from runner.book.session import OpenJournal
from runner.cli.asking import ask_to_send, refuse_rejected, refuse_silence, show_warnings
from runner.cli.journal_access import (
    choose_location,
    open_for_sending,
    open_throw_away,
    refuse_in_ci,
    shown_journal,
)
from runner.cli.log_choice import current_log
from runner.cli.logged_output import LoggedOutput
from runner.cli.next_command import Hint, Resumable, next_hints, repeat_command
from runner.cli.plan_bounds import refuse_used, refuse_without_plan, unplanned_outcome
from runner.cli.policing import check_calendars, refuse_by_policy
from runner.cli.run_detail import (
    describe_run,
    instant_of,
    refuse_changed_vars,
    refuse_other_account,
)
from runner.cli.run_output import RUN_OUTPUTS
from runner.cli.sending_choice import Options
from runner.credentials import Credentials, read_credentials
from runner.delivery.clock import SystemClock
from runner.journal.ledger import RunRow
from runner.judging import judge_ahead
from runner.model.delivery import Delivery
from runner.model.errors import UsageFault
from runner.model.mask import mask_address
from runner.model.outcome import Outcome, Sent, state_of
from runner.model.secret import Secret
from runner.planning import bind_again
from runner.policy.limits import Census
from runner.prepare import Wish
from runner.report.run_report import RunReport
from runner.report.tally import Tally
from runner.run import (
    Prepared,
    Sending,
    all_deliveries,
    prepare,
    send,
    unmarked_deliveries,
)
from runner.sms.message_segments import delivery_segments
from runner.target import Aim
from runner.waiting import latest_opening, with_patience

_SANDBOX_ACCOUNT = "AC" + "5a" * 16
_SANDBOX_CREDENTIALS = Credentials(_SANDBOX_ACCOUNT, _SANDBOX_ACCOUNT, Secret("sandbox"))


@dataclass(frozen=True, slots=True)
class Taken:
    """A run of an open journal that is carried on."""

    opened: OpenJournal
    row: RunRow
    detail: Detail
    recipients: str | None


def send_wish(
    wish: Wish, base_url: str | None, options: Options, taken: Taken | None = None
) -> int:
    """Check everything, ask, send, and say what happened to everyone."""
    credentials = _SANDBOX_CREDENTIALS if options.sandbox else read_credentials(os.environ)
    aim = Aim(base_url, "" if options.sandbox else credentials.account, live=not options.sandbox)
    prepared = _prepare(wish, aim, taken)
    check_calendars(prepared.loaded.environment)
    show_warnings(prepared)
    if not taken and not options.sandbox:
        refuse_without_plan(prepared)
    refuse_rejected(prepared, options)
    refuse_unknown_keys(prepared)
    refuse_silence(prepared, options)
    with ExitStack() as stack:
        opened = _open_journal(stack, prepared, options, taken)
        detail = taken.detail if taken else describe_run(prepared)
        return send_prepared(prepared, Task(credentials, opened, detail, options, taken))


@dataclass(frozen=True, slots=True)
class Task:
    """What is needed to send what is prepared; `taken` is the run that is carried on, if one is."""

    credentials: Credentials
    opened: OpenJournal
    detail: Detail
    options: Options
    taken: Taken | None = None


def send_prepared(prepared: Prepared, task: Task) -> int:
    """Ask, send, and say what happened to everyone."""
    clock, options = SystemClock(), task.options
    latest = latest_opening(options.patience, max(clock.instant(), prepared.now))
    judge = with_patience(judge_ahead(clock, prepared.terms, task.opened), latest)
    book = Forecast(task.opened, prepared.identity, options.wanted, judge)
    census = Census(prepared.loaded.environment, options.limit)
    survey = take_survey(all_deliveries(prepared), book, census)
    refuse_by_policy(prepared, census)
    if task.taken:
        refuse_used(prepared, survey, task.taken.row)
    log = current_log()
    output = LoggedOutput(prepared, RUN_OUTPUTS[options.style](prepared), log)
    output.begin(survey)
    ask_to_send(prepared, survey, options)
    sending = Sending(
        task.credentials,
        task.opened,
        book,
        options.wanted,
        task.detail,
        options.limit,
        task.taken.row.epoch if task.taken else 0,
        clock,
        latest,
        output.waiting,
        log,
    )
    return _send_and_report(prepared, sending, _Ending(options, task.taken, output, survey))


def _prepare(wish: Wish, aim: Aim, taken: Taken | None) -> Prepared:
    if not taken:
        return prepare(wish, aim)
    prepared = prepare(wish, aim, taken.row.id, instant_of(taken.detail))
    refuse_other_account(taken.row, prepared)
    refuse_changed_vars(taken.row, taken.detail, prepared.loaded.environment)
    return bind_again(prepared, taken.detail, taken.opened.journal.key)


def refuse_unknown_keys(prepared: Prepared) -> None:
    """Refuse keys that were typed and that no row has.

    Raises:
        UsageFault: there are such keys.
    """
    unknown = sorted(prepared.checked.unknown & prepared.wish.typed_keys)
    if unknown:
        why = f"no row that can be sent has the key {', '.join(unknown[:5])}"
        raise UsageFault(why, "look at the keys with --dry-run; capitals and blanks count")
    missing = len(prepared.checked.unknown)
    if missing:
        said = f"{missing:,} of the selected keys {'is' if missing == 1 else 'are'} in no row"
        click.echo(f"{said} of these recipients.", err=True)


def _open_journal(
    stack: ExitStack, prepared: Prepared, options: Options, taken: Taken | None
) -> OpenJournal:
    if options.sandbox:
        return open_throw_away(stack)
    environment = prepared.loaded.environment.journal
    if taken:
        refuse_in_ci(taken.opened.location, prepared.target.base_url, environment)
        return taken.opened
    location = choose_location(options.journal, prepared.target.account, environment)
    return open_for_sending(stack, options.journal, location, prepared.target.base_url, environment)


def start_sandbox(stack: ExitStack) -> str:
    """Start a stand-in that lives as long as the command, and return its URL.

    Raises:
        UsageFault: the extra is not installed.
    """
    try:
        from runner.sandbox.server import SandboxServer  # noqa: PLC0415 - an extra
    except ImportError as error:
        remedy = "install it: pip install 'flexplay[sandbox]'"
        raise UsageFault("the sandbox is not installed", remedy) from error
    return stack.enter_context(SandboxServer()).url


@dataclass(frozen=True, slots=True)
class _Ending:
    """What is needed to say what became of a run."""

    options: Options
    taken: Taken | None
    output: LoggedOutput
    survey: Survey


def _send_and_report(prepared: Prepared, sending: Sending, ending: _Ending) -> int:
    tally = Tally(prepared.checked.planned)
    output = ending.output

    def record(delivery: Delivery, outcome: Outcome) -> None:
        tally.add(state_of(outcome))
        if isinstance(outcome, Sent):
            tally.segments += delivery_segments(delivery)
        output.outcome(delivery, outcome)

    for row in prepared.checked.rejected:
        tally.add("rejected")
        output.rejected(row)
    for delivery in unmarked_deliveries(prepared):
        record(delivery, unplanned_outcome(sending.book.foresee(delivery)))
    started = time.monotonic()
    halt = send(prepared, sending, record)
    for _ in range(tally.missing):
        tally.add("pending")
    redirected = prepared.wish.redirect_to
    report = RunReport(
        run=prepared.run,
        playbook=prepared.loaded.playbook.name,
        environment=prepared.loaded.environment.name,
        counts=tally.counts(),
        segments=tally.segments,
        duration_s=time.monotonic() - started,
        exit_code=tally.exit_code(halt.code, stopped=bool(halt.reason)),
        stopped=halt.reason,
        redirected_to=mask_address(redirected) if redirected else "",
    )
    hints = () if ending.options.sandbox else _hints(prepared, sending.opened, ending, report)
    output.summary(replace(report, hints=hints))
    return int(report.exit_code)


def _hints(
    prepared: Prepared, opened: OpenJournal, ending: _Ending, report: RunReport
) -> tuple[Hint, ...]:
    options, taken, wish = ending.options, ending.taken, prepared.wish
    account, named = prepared.target.account, prepared.loaded.environment.journal
    resumable = Resumable(
        run=prepared.run,
        journal=shown_journal(options.journal, opened, account, named),
        recipients=taken.recipients if taken else None,
        skip_rejected=bool(prepared.checked.rejected),
        again=repeat_command() if wish.fields or wish.redirect_to else "",
        settled=options.wanted.settle,
        waits=options.patience is not None,
    )
    return next_hints(resumable, report.counts)
