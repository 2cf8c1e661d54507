"""What `flexplay plan` does once its options are read."""

import os
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from runner.book.blank_page import BlankPage
from runner.book.forecast import Forecast
from runner.book.journal_book import Wanted
from runner.book.session import OpenJournal
from runner.cli.asking import show_warnings
from runner.cli.journal_access import JournalChoice
from runner.cli.next_command import quote_command, typed_words
from runner.cli.operator import commit_name
from runner.cli.plan_journal import Asking, open_to_plan
from runner.cli.plan_output import PLAN_OUTPUTS, print_variables
from runner.cli.plan_tellers import TELLERS, Teller, tell_nobody
from runner.cli.policing import check_calendars, judge_run
from runner.cli.send_file import say_place
from runner.cli.sending import refuse_unknown_keys
from runner.delivery.clock import Clock, LeapingClock, SystemClock
from runner.journal.key import JournalKey
from runner.judging import judge_ahead
from runner.model.delivery import NO_ACCOUNT
from runner.model.errors import UsageFault
from runner.model.exit_code import ExitCode, gravest
from runner.model.mask import mask_address
from runner.model.plan import Heading, Plan
from runner.model.send import Send
from runner.plan.file import PlanFile, write_plan
from runner.planning import freeze, plan_prepared
from runner.policy.limits import Census, warn_run
from runner.policy.objection import Objection
from runner.policy.schedule import read_at
from runner.prepare import Wish, load_wish
from runner.report.whole_file import write_whole
from runner.run import Prepared, prepare
from runner.send_file import read_send
from runner.target import Aim, is_loopback
from runner.variables import explain_variables


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """How the plan is to be made and shown."""

    style: str
    journal: JournalChoice
    base_url: str | None = None
    limit: int | None = None
    output: str | None = None
    as_if: str | None = None
    offline: bool = False
    detailed: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan as it is shown, and what planning it comes to."""

    heading: Heading
    plan: Plan
    code: ExitCode
    warnings: tuple[str, ...] = ()


def plan_wish(asked: Wish, options: PlanOptions) -> int:
    """Print what would be sent; nothing is."""
    _refuse_options(asked, options)
    send, wish = read_send(asked)
    planned = make_planned(wish, send, options, TELLERS.get(options.style, tell_nobody))
    for line in planned.warnings if options.style == "text" else ():
        click.echo(f"warning: {line}", err=True)
    PLAN_OUTPUTS[options.style](planned.heading, planned.plan, planned.code)
    return int(planned.code)


def make_planned(
    wish: Wish, send: Send | None, options: PlanOptions, tell: Teller = tell_nobody
) -> Planned:
    """Return what would be sent, and keep it if that is wanted; `send` is what states the wish.

    `tell` is told of every recipient.
    """
    as_if = _read_as_if(wish, options.as_if)
    aim = Aim(options.base_url, os.environ.get("TWILIO_ACCOUNT_SID", ""), live=True)
    prepared = prepare(wish, aim, now=as_if, outline=True)
    check_calendars(prepared.loaded.environment)
    _refuse_nameless(prepared, options)
    show_warnings(prepared)
    tell.rejected(prepared.checked.rejected)
    refuse_unknown_keys(prepared)
    with ExitStack() as stack:
        keep = options.output is not None
        opened = open_to_plan(
            stack,
            prepared.target,
            prepared.loaded.environment,
            Asking(options.journal, options.offline, keep),
        )
        book = _open_book(opened, prepared, as_if)
        plan, census = plan_prepared(prepared, book.foresee, options.limit, tell.delivery)
        refusal = _refusal(prepared, census, send, options)
        kept = None if refusal else _keep(prepared, plan, opened, options)
    heading = replace(_heading(prepared, send, options, plan, refusal, kept), as_if=as_if)
    return Planned(heading, plan, _exit_code(plan, refusal, options), warn_run(census))


def show_variables(asked: Wish, style: str) -> int:
    """Print every variable with where its value comes from; no recipient is read."""
    send, wish = read_send(asked)
    loaded = load_wish(wish)
    given_by = say_place(send, "vars") if send else "--var"
    print_variables(explain_variables(loaded, wish.variables, given_by), style)
    return int(ExitCode.DONE)


def _refuse_options(asked: Wish, options: PlanOptions) -> None:
    """Refuse what cannot be kept in a plan.

    Raises:
        UsageFault: it is asked for.
    """
    if not options.output:
        return
    if options.as_if:
        why = "--as-if asks what would be at another time, and such a plan cannot be applied"
        raise UsageFault(why, "leave out one of --as-if and -o")
    if options.offline:
        why = "a plan is bound to the journal, and --offline asks none"
        raise UsageFault(why, "leave out one of --offline and -o")
    if asked.fields:
        why = "--set makes one recipient, who would be written down in the plan"
        raise UsageFault(why, "send it with flexplay run, or put the recipient into a file")


def _refuse_nameless(prepared: Prepared, options: PlanOptions) -> None:
    """Refuse to keep a plan without an account: it would count other people.

    Raises:
        UsageFault: no account is named.
    """
    if prepared.target.account != NO_ACCOUNT:
        return
    if options.output:
        why = "a plan is for one account, and none is named"
        raise UsageFault(why, "set TWILIO_ACCOUNT_SID, or account_sid of the environment")
    click.echo(f"No account is named, so {NO_ACCOUNT} stands for it.", err=True)


def _read_as_if(wish: Wish, text: str | None) -> datetime | None:
    if text is None:
        return None
    read = read_at(text, load_wish(wish).environment.default_timezone, "--as-if")
    if isinstance(read, Objection):
        raise UsageFault(read.why, read.remedy)
    return read


def _open_book(opened: OpenJournal | None, prepared: Prepared, as_if: datetime | None) -> BlankPage:
    clock: Clock = LeapingClock(as_if) if as_if else SystemClock()
    judge = judge_ahead(clock, prepared.terms, opened)
    return Forecast(opened, prepared.identity, Wanted(), judge) if opened else BlankPage(judge)


def _refusal(prepared: Prepared, census: Census, send: Send | None, options: PlanOptions) -> str:
    """Return why the policy would refuse to send this; empty if it would not."""
    people = census.people
    if send and send.most is not None and people > send.most:
        return (
            f"{people:,} people would be messaged, and {say_place(send, 'max')} says {send.most:,}"
        )
    real = not is_loopback(options.base_url)
    objection = judge_run(prepared, census, real=real)
    return f"{objection.why} ({objection.remedy})" if objection else ""


def _keep(
    prepared: Prepared, plan: Plan, opened: OpenJournal | None, options: PlanOptions
) -> PlanFile | None:
    """Write the plan file, if it is wanted."""
    if options.output is None or opened is None:
        return None
    key: JournalKey = opened.journal.key
    frozen = freeze(prepared, plan, key, datetime.now(UTC).replace(microsecond=0))
    write_whole(Path(options.output), write_plan(frozen, key), private=False)
    return frozen


def _heading(
    prepared: Prepared,
    send: Send | None,
    options: PlanOptions,
    plan: Plan,
    refusal: str,
    kept: PlanFile | None,
) -> Heading:
    loaded, wish = prepared.loaded, prepared.wish
    return Heading(
        environment=loaded.environment.name,
        account=prepared.target.account,
        playbook=loaded.playbook.name,
        commit=commit_name(),
        recipients=wish.recipients or prepared.source.file,
        remembered=not options.offline,
        redirected_to=mask_address(wish.redirect_to) if wish.redirect_to else "",
        refused=refusal,
        not_before=prepared.now if send and send.at else None,
        file=options.output or "" if kept else "",
        digest=kept.digest if kept else "",
        until=kept.expires_at if kept else None,
        next_command=_next_command(plan, options, refusal),
    )


def _next_command(plan: Plan, options: PlanOptions, refusal: str) -> str:
    if refusal:
        return "Nothing can be sent so."
    if not plan.pending:
        return "There is nothing to send."
    if options.output:
        return f"Apply exactly this: {quote_command('apply', options.output)}"
    words = typed_words()
    return f"Keep it, to have it reviewed and applied: {quote_command(*words, '-o', 'plan.json')}"


def _exit_code(plan: Plan, refusal: str, options: PlanOptions) -> ExitCode:
    codes = [ExitCode.DONE]
    if refusal:
        codes.append(ExitCode.REFUSED)
    if plan.counts["rejected"]:
        codes.append(ExitCode.FINDINGS)
    if options.detailed and plan.pending:
        codes.append(ExitCode.CHANGES_PENDING)
    return gravest(*codes)
