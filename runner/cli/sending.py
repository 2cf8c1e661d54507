"""What `flexplay run` does once its options are read: rehearse or send, ask, and report."""

import os
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import click

from runner.book.journal_book import Wanted
from runner.book.session import OpenJournal
from runner.cli.journal_access import (
    JournalChoice,
    choose_location,
    open_for_sending,
    open_throw_away,
)
from runner.cli.run_output import REHEARSAL_OUTPUTS, RUN_OUTPUTS
from runner.credentials import Credentials, read_credentials
from runner.journal.ledger import RunRow
from runner.model.delivery import NO_ACCOUNT, Delivery
from runner.model.errors import Findings, Refused, UsageFault
from runner.model.exit_code import ExitCode
from runner.model.mask import mask_address, mask_sid
from runner.model.outcome import Outcome, Sent, state_of
from runner.model.recipient import RejectedRow
from runner.model.secret import Secret
from runner.prepare import Wish
from runner.report.findings_text import concise_finding, report_findings
from runner.report.rejects import RejectsFile
from runner.report.run_report import RunReport
from runner.report.tally import Tally
from runner.run import INTERRUPTED, Prepared, Sending, all_deliveries, prepare, rehearse, send
from runner.sms.segments import count_segments
from runner.target import Aim

_SHOWN_REJECTS = 20
_SANDBOX_ACCOUNT = "AC" + "5a" * 16
_SANDBOX_CREDENTIALS = Credentials(_SANDBOX_ACCOUNT, _SANDBOX_ACCOUNT, Secret("sandbox"))


@dataclass(frozen=True, slots=True)
class Options:
    """How the command is to behave, apart from what is sent to whom."""

    style: str
    limit: int | None
    expect: int | None
    yes: bool
    skip_rejected: bool
    sandbox: bool
    journal: JournalChoice
    wanted: Wanted = field(default_factory=Wanted)


def rehearse_wish(wish: Wish, base_url: str | None, options: Options) -> int:
    """Print the exact requests; nothing is opened, nothing is sent."""
    aim = Aim(base_url, os.environ.get("TWILIO_ACCOUNT_SID", ""), live=False)
    prepared = prepare(wish, aim, _ignore)
    _warn(prepared)
    rejected = prepared.checked.rejected
    _show_rejected(rejected)
    if prepared.target.account == NO_ACCOUNT:
        click.echo(f"No account is named, so {NO_ACCOUNT} stands for it.", err=True)
    REHEARSAL_OUTPUTS[options.style](prepared, rehearse(prepared, options.limit))
    return int(ExitCode.FINDINGS if rejected else ExitCode.DONE)


def send_wish(
    wish: Wish,
    base_url: str | None,
    options: Options,
    opened: OpenJournal | None = None,
    taken: RunRow | None = None,
) -> int:
    """Check everything, ask, send, and say what happened to everyone.

    `taken` is a run of the journal `opened` that is carried on.
    """
    credentials = _SANDBOX_CREDENTIALS if options.sandbox else read_credentials(os.environ)
    account = "" if options.sandbox else credentials.account
    aim = Aim(base_url, account, live=not options.sandbox)
    with RejectsFile(_rejects_path(wish)) as rejects:
        reject = rejects.add if wish.recipients else _ignore
        prepared = prepare(wish, aim, reject, taken.id if taken else "")
    _warn(prepared)
    _refuse_rejected(prepared, options)
    people = _count_people(prepared, options)
    with ExitStack() as stack:
        opened = opened or _open_journal(stack, prepared, options)
        _confirm(prepared, people, options)
        epoch = taken.epoch if taken else 0
        sending = Sending(credentials, opened, options.wanted, options.limit, epoch)
        return _send_and_report(prepared, sending, options)


def _open_journal(stack: ExitStack, prepared: Prepared, options: Options) -> OpenJournal:
    if options.sandbox:
        return open_throw_away(stack)
    named = prepared.loaded.environment.journal
    location = choose_location(options.journal, prepared.target.account, named)
    return open_for_sending(
        stack, options.journal, location, prepared.target.base_url, named=bool(named)
    )


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


def _warn(prepared: Prepared) -> None:
    said = {problem.span for row in prepared.checked.rejected for problem in row.problems}
    for problem in (*prepared.loaded.warnings, *prepared.renderer.warnings.values()):
        if problem.span not in said:
            click.echo(concise_finding(problem), err=True)


def _show_rejected(rejected: tuple[RejectedRow, ...]) -> None:
    """Print the faults of the first rows, the same fault of the playbook only once."""
    problems = [problem for row in rejected for problem in row.problems]
    first = {
        (problem.code, problem.span, problem.message): problem for problem in reversed(problems)
    }
    shown = list(reversed(first.values()))[:_SHOWN_REJECTS]
    for line in report_findings(shown):
        click.echo(line, err=True)
    if rejected:
        rows = len(rejected)
        click.echo(f"{rows:,} row{'' if rows == 1 else 's'} rejected.", err=True)


def _refuse_rejected(prepared: Prepared, options: Options) -> None:
    """Stop when rows were rejected, unless the others shall be sent all the same."""
    rejected = prepared.checked.rejected
    if not rejected or options.skip_rejected:
        if rejected:
            _show_rejected(rejected)
        return
    path = _rejects_path(prepared.wish)
    kept = f" They are in {path}." if prepared.wish.recipients else ""
    remedy = f"Nothing was sent.{kept} Mend them, or send the others with --skip-rejected."
    if options.style == "text" and sys.stdin.isatty():
        _show_rejected(rejected)
        good = len(prepared.checked.digests)
        if good and click.confirm(f"Leave them out and send to the other {good:,}?", err=True):
            return
        raise Findings((), "nothing was sent", remedy)
    problems = tuple(problem for row in rejected for problem in row.problems)
    raise Findings(problems[:_SHOWN_REJECTS], f"{len(rejected):,} rows are rejected", remedy)


def _count_people(prepared: Prepared, options: Options) -> int:
    """Return how many would be messaged, if that may be at all.

    Raises:
        Refused: there are more people than expected.
        UsageFault: nobody can be asked, and `--yes` is not given.
    """
    accepted = len(prepared.checked.digests)
    people = min(accepted, options.limit or accepted)
    if options.expect is not None and people > options.expect:
        why = f"{people:,} people would be messaged, and --expect says {options.expect:,}"
        raise Refused(why, "nothing was sent; look at the recipients, or raise --expect")
    if people and not options.yes and not sys.stdin.isatty():
        why = f"{people:,} people would be messaged, and there is no terminal to ask on"
        raise UsageFault(why, "add --yes to send, or --dry-run to see what would be sent")
    return people


def _confirm(prepared: Prepared, people: int, options: Options) -> None:
    """Ask for the number of people to be typed.

    Raises:
        Refused: it was not.
    """
    if options.yes or not people:
        return
    environment = prepared.loaded.environment.name
    click.echo(
        f"Send to {people:,} people now, for real?   "
        f"{environment} · {mask_sid(prepared.target.account)} · {_sender(prepared)}",
        err=True,
    )
    typed = click.prompt(f"Type {people} to go on", default="", show_default=False, err=True)
    if typed.strip() != str(people):
        raise Refused("the number was not typed, so nothing was sent")


def _sender(prepared: Prepared) -> str:
    first = next(all_deliveries(prepared))
    channel = first.channel.type
    sender = first.customer.proxy_address
    return f"{channel} from {mask_address(sender)}" if sender else channel


def _send_and_report(prepared: Prepared, sending: Sending, options: Options) -> int:
    tally = Tally(prepared.checked.planned)
    output = RUN_OUTPUTS[options.style](prepared)
    for row in prepared.checked.rejected:
        tally.add("rejected")
        output.rejected(row)

    def record(delivery: Delivery, outcome: Outcome) -> None:
        tally.add(state_of(outcome))
        if isinstance(outcome, Sent):
            tally.segments += _segments(delivery)
        output.outcome(delivery, outcome)

    started = time.monotonic()
    halt = send(prepared, sending, record)
    for _ in range(tally.missing):
        tally.add("pending")
    code = tally.exit_code(interrupted=halt == INTERRUPTED, stopped=bool(halt))
    report = RunReport(
        run=prepared.run,
        playbook=prepared.loaded.playbook.name,
        environment=prepared.loaded.environment.name,
        counts=tally.counts(),
        segments=tally.segments,
        duration_s=time.monotonic() - started,
        exit_code=code,
        stopped=halt,
    )
    output.summary(report)
    return int(code)


def _segments(delivery: Delivery) -> int:
    """Return what the message costs; only SMS is counted in segments."""
    body = dict(delivery.message).get("Body", "")
    return count_segments(body).segments if delivery.channel.type == "sms" and body else 0


def _rejects_path(wish: Wish) -> Path:
    return Path(f"{Path(wish.recipients or 'recipients').stem}.rejects.csv")


def _ignore(_: RejectedRow) -> None:
    """Keep no rejects file: the row came from the command line."""
