"""What `flexplay apply` does once its options are read."""

import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import click

from runner.book.detail import Detail
from runner.book.session import OpenJournal
from runner.cli.asking import show_warnings
from runner.cli.journal_access import choose_location, open_existing_at, refuse_in_ci
from runner.cli.policing import check_calendars
from runner.cli.run_detail import describe_run
from runner.cli.sending import Taken, Task, send_prepared
from runner.cli.sending_choice import Options
from runner.credentials import read_credentials
from runner.model.errors import Refused
from runner.plan.file import PlanFile, UnprovenPlan, load_plan
from runner.planning import bind, describe_plan, wish_of
from runner.policy.schedule import refuse_late
from runner.prepare import Loaded, Wish, load_wish
from runner.report.plan_text import say_time
from runner.run import Prepared, prepare
from runner.target import Aim, choose_target


@dataclass(frozen=True, slots=True)
class Approval:
    """The plan that is to be applied, and what the command line says of it.

    `digest` is what was approved, `recipients` where they are on this machine.
    """

    file: str
    digest: str | None
    recipients: str | None
    base_url: str | None


def apply_plan(approval: Approval, options: Options) -> int:
    """Send what the plan says, if everything is as it was planned."""
    unproven = load_plan(approval.file)
    credentials = read_credentials(os.environ)
    aim = Aim(approval.base_url, credentials.account, live=True)
    loaded = load_wish(Wish(unproven.text("playbook"), environment=unproven.named_environment))
    with ExitStack() as stack:
        opened = _open_journal(stack, loaded, aim, options)
        plan = _prove(unproven, opened, approval)
        prepared = prepare(wish_of(plan, approval.recipients), aim, plan.run, plan.now)
        prepared = bind(prepared, plan, opened.journal.key)
        check_calendars(prepared.loaded.environment)
        show_warnings(prepared)
        _say_rejected(prepared)
        taken = _taken(opened, plan, approval)
        detail = taken.detail if taken else describe_plan(describe_run(prepared), plan)
        options = replace(options, yes=options.yes or not sys.stdin.isatty())
        return send_prepared(prepared, Task(credentials, opened, detail, options, taken))


def _open_journal(stack: ExitStack, loaded: Loaded, aim: Aim, options: Options) -> OpenJournal:
    """Open the journal that the plan is bound to; an empty one would know of nobody."""
    target, named = choose_target(aim, loaded.environment), loaded.environment.journal
    location = choose_location(options.journal, target.account, named)
    refuse_in_ci(location, target.base_url, named)
    return open_existing_at(stack, location)


def _prove(unproven: UnprovenPlan, opened: OpenJournal, approval: Approval) -> PlanFile:
    """Return the plan, if it is the one that was approved and may still be applied.

    Raises:
        Refused: it is not, or may not.
    """
    plan, now = unproven.prove(opened.journal.key), datetime.now(UTC)
    if approval.digest and approval.digest.removeprefix("sha256:") != plan.digest[7:]:
        why = f"the plan's digest is {plan.digest}, and {approval.digest} was approved"
        raise Refused(f"{why}; nothing was sent", "have this plan approved, or apply that one")
    if now > plan.expires_at:
        why = f"the plan expired at {say_time(plan.expires_at)}; nothing was sent"
        raise Refused(why, "plan it anew: who has got the message meanwhile is left out then")
    late = refuse_late(plan.now, now) if plan.at else None
    if late:
        raise Refused(f"{late.why}; nothing was sent", late.remedy)
    return plan


def _say_rejected(prepared: Prepared) -> None:
    """Say how many rows stay out; the plan has shown them."""
    rows = prepared.checked.rejected_count
    if rows:
        said = f"{rows:,} rejected row{' stays' if rows == 1 else 's stay'} out, as planned."
        click.echo(said, err=True)


def _taken(opened: OpenJournal, plan: PlanFile, approval: Approval) -> Taken | None:
    """Return the run that has begun to apply the plan, if one has."""
    for row in opened.journal.list_runs(1, plan.run):
        return Taken(opened, row, Detail.from_json(row.detail), approval.recipients)
    return None
