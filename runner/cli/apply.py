"""`flexplay apply`: send exactly what a plan says, and nothing more."""

from typing import TYPE_CHECKING

import click

from runner.cli.options import (
    base_url_option,
    choose_patience,
    format_option,
    journal_option,
    limit_option,
    log_option,
    waiting_options,
)

if TYPE_CHECKING:
    from datetime import timedelta


@click.command("apply")
@click.argument("plan", metavar="PLAN.JSON")
@click.option(
    "-r", "--recipients", metavar="FILE", help="Where the plan's recipients are on this machine."
)
@click.option(
    "--digest", metavar="sha256:…", help="What was approved; refuse any other plan than this."
)
@limit_option
@waiting_options
@click.option("--yes", is_flag=True, help="Do not ask on a terminal.")
@base_url_option
@format_option("text", "json", "jsonl")
@journal_option
@log_option
def command(  # noqa: PLR0913 - one parameter for each option
    *,
    plan: str,
    recipients: str | None,
    digest: str | None,
    limit: int | None,
    wait: bool,
    max_wait: "timedelta | None",
    yes: bool,
    base_url: str | None,
    style: str,
    journal: str | None,
) -> int:
    """Send exactly what PLAN.JSON says, which flexplay plan -o has made.

    Everything that the plan was made of must be as it was then. Who got the message meanwhile is
    skipped; an apply that was interrupted is carried on by applying again.
    """
    from runner.cli.applying import Approval, apply_plan  # noqa: PLC0415 - not for --help
    from runner.cli.journal_access import JournalChoice  # noqa: PLC0415
    from runner.cli.sending_choice import Options  # noqa: PLC0415

    options = Options(
        style,
        limit,
        expect=None,
        yes=yes or digest is not None,
        skip_rejected=True,
        sandbox=False,
        journal=JournalChoice(journal),
        patience=choose_patience(wait=wait, longest=max_wait),
    )
    return apply_plan(Approval(plan, digest, recipients, base_url), options)
