"""What an environment's policy refuses or warns of, once it is known who would be messaged."""

import click

from runner.model.errors import Refused, UsageFault
from runner.model.playbook import Environment
from runner.policy.limits import Census, refuse_run, warn_run
from runner.policy.objection import Objection
from runner.policy.public_holidays import EXTRA, NoHolidays, is_calendar
from runner.run import Prepared
from runner.target import is_loopback


def refuse_by_policy(prepared: Prepared, census: Census) -> None:
    """Warn of what somebody should know, and refuse what the environment does not allow.

    Raises:
        Refused: it does not allow the run.
    """
    refusal = judge_run(prepared, census, real=not is_loopback(prepared.target.base_url))
    for line in warn_run(census):
        click.echo(f"warning: {line}", err=True)
    if refusal:
        raise Refused(f"{refusal.why}; nothing was sent", refusal.remedy)


def judge_run(prepared: Prepared, census: Census, *, real: bool) -> Objection | None:
    """Return why the environment does not allow the run; None if it does.

    `real` says whether real people can be reached.
    """
    redirected = bool(prepared.wish.redirect_to)
    return refuse_run(census, prepared.loaded.environment, real=real, redirected=redirected)


def check_calendars(environment: Environment) -> None:
    """Refuse calendars of holidays that nobody has.

    Raises:
        UsageFault: there is no such calendar, or the extra is not installed.
    """
    try:
        unknown = [
            calendar for calendar in environment.policy.holidays if not is_calendar(calendar)
        ]
    except NoHolidays as error:
        why = f"the policy of {environment.name} names holidays, which need an extra"
        raise UsageFault(why, f"install it: {EXTRA}") from error
    if unknown:
        names = ", ".join(unknown)
        why = f"the policy of {environment.name} names holidays that nobody knows: {names}"
        raise UsageFault(why, "write a country or one of its regions, such as US or DE-BY")
