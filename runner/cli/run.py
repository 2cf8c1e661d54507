"""`flexplay run`: send a playbook's message to its recipients, or rehearse it."""

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from runner.cli.options import choose_patience, read_pairs, sending_options, waiting_options
from runner.model.errors import UsageFault

if TYPE_CHECKING:
    from datetime import timedelta

    from runner.cli.journal_access import JournalChoice


@click.command("run")
@click.argument("playbook")
@sending_options
@waiting_options
@click.option(
    "--at",
    metavar="TIME",
    help="Check everything now, and begin then: 2026-03-31T09:30, or with an offset.",
)
@click.option(
    "--set",
    "fields",
    multiple=True,
    metavar="FIELD=VALUE",
    callback=read_pairs,
    help="Make one recipient of these fields, instead of a file.",
)
@click.option("--key", help="What the message is about, instead of the playbook's key.")
@click.option("--only", multiple=True, metavar="KEY", help="Send to this key only; repeatable.")
@click.option(
    "--select",
    metavar="RUN:STATE[,STATE]",
    help="Send only to the keys that have such a state in that run: a correction, say.",
)
@click.option(
    "--var",
    "variables",
    multiple=True,
    metavar="NAME=VALUE",
    callback=read_pairs,
    help="Set a variable, over the playbook's and the environment's.",
)
@click.option("--env", "environment", metavar="NAME", help="The environment of the project file.")
@click.option(
    "--dry-run", is_flag=True, help="Print the exact requests; open no socket, send nothing."
)
@click.option(
    "--redirect-to", metavar="ADDRESS", help="Send every message to your own phone instead."
)
@click.option(
    "--new-journal", is_flag=True, help="Make the journal if there is none; harmless if there is."
)
@click.option(
    "--base-url",
    envvar="FLEXPLAY_BASE_URL",
    metavar="URL",
    help="One origin that serves Twilio's products, instead of Twilio.",
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
    """Send PLAYBOOK's message to its recipients.

    Everything is loaded, checked and rendered before the first request leaves.
    """
    from runner.cli.journal_access import JournalChoice  # noqa: PLC0415 - not for --help
    from runner.cli.sending import send_wish, start_sandbox  # noqa: PLC0415
    from runner.cli.sending_choice import Options  # noqa: PLC0415
    from runner.prepare import Wish  # noqa: PLC0415

    if sandbox and base_url:
        raise UsageFault("--sandbox and --base-url both say where to send", "give one of them")
    choice = JournalChoice(journal, new_journal)
    keys = _chosen_keys(only, select, choice)
    typed = frozenset(only)
    wish = Wish(
        playbook, recipients, fields, variables, environment, key, keys, typed, redirect_to, at
    )
    patience = choose_patience(wait=wait, longest=max_wait)
    options = Options(
        style, limit, expect, yes or sandbox, skip_rejected, sandbox, choice, patience=patience
    )
    with ExitStack() as stack:
        if dry_run:
            from runner.cli.rehearsing import rehearse_wish  # noqa: PLC0415 - only for this

            return rehearse_wish(wish, base_url, options)
        if sandbox:
            base_url = start_sandbox(stack)
        return send_wish(wish, base_url, options)


def _chosen_keys(
    only: tuple[str, ...], select: str | None, choice: "JournalChoice"
) -> frozenset[str] | None:
    """Return the keys that `--only` and `--select` name; None if neither was given."""
    if not only and not select:
        return None
    if not select:
        return frozenset(only)
    from runner.cli.runs import select_keys  # noqa: PLC0415 - opens a journal

    return frozenset(only) | select_keys(select, choice)
