"""`flexplay run`: send a playbook's message to its recipients, or rehearse it."""

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from runner.cli.choosing import choosing_options, chosen_keys
from runner.cli.options import choose_patience, sending_options, waiting_options
from runner.model.errors import UsageFault

if TYPE_CHECKING:
    from datetime import timedelta


@click.command("run")
@click.argument("playbook", metavar="PLAYBOOK|SEND")
@sending_options
@waiting_options
@click.option(
    "--at",
    metavar="TIME",
    help="Check everything now, and begin then: 2026-03-31T09:30, or with an offset.",
)
@choosing_options
@click.option(
    "--dry-run", is_flag=True, help="Print the exact requests; open no socket, send nothing."
)
@click.option(
    "--redirect-to", metavar="ADDRESS", help="Send every message to your own phone instead."
)
@click.option("--sandbox", is_flag=True, help="Send to a local stand-in, started for this command.")
def command(  # noqa: PLR0913 - one parameter for each option
    *,
    playbook: str,
    recipients: str | None,
    fields: dict[str, str],
    key: str | None,
    only: tuple[str, ...],
    select: str | None,
    variables: dict[str, str],
    environment: str | None,
    dry_run: bool,
    redirect_to: str | None,
    limit: int | None,
    skip_rejected: bool,
    yes: bool,
    expect: int | None,
    style: str,
    journal: str | None,
    new_journal: bool,
    base_url: str | None,
    sandbox: bool,
    at: str | None,
    wait: bool,
    max_wait: "timedelta | None",
) -> int:
    """Send PLAYBOOK's message to its recipients, or what the send file SEND asks for.

    Everything is loaded, checked and rendered before the first request leaves.
    """
    from runner.cli.journal_access import JournalChoice  # noqa: PLC0415 - not for --help
    from runner.cli.send_file import take_send  # noqa: PLC0415
    from runner.cli.sending import send_wish, start_sandbox  # noqa: PLC0415
    from runner.cli.sending_choice import Options  # noqa: PLC0415
    from runner.prepare import Wish  # noqa: PLC0415

    if sandbox and base_url:
        raise UsageFault("--sandbox and --base-url both say where to send", "give one of them")
    choice = JournalChoice(journal, new_journal)
    keys = chosen_keys(only, select, choice)
    typed = frozenset(only)
    wish = Wish(
        playbook, recipients, fields, variables, environment, key, keys, typed, redirect_to, at
    )
    patience = choose_patience(wait=wait, longest=max_wait)
    options = Options(
        style, limit, expect, yes or sandbox, skip_rejected, sandbox, choice, patience=patience
    )
    wish, options = take_send(wish, options)
    with ExitStack() as stack:
        if dry_run:
            from runner.cli.rehearsing import rehearse_wish  # noqa: PLC0415 - only for this

            return rehearse_wish(wish, base_url, options)
        if sandbox:
            base_url = start_sandbox(stack)
        return send_wish(wish, base_url, options)
