"""`flexplay stop`: stop a run from any machine that shares the journal."""

import asyncio
import getpass
from contextlib import ExitStack

import click

from runner.cli.options import journal_option


@click.command("stop")
@click.argument("run", required=False)
@journal_option
def command(run: str | None, journal: str | None) -> int:
    """Stop RUN, or the newest run: it finishes what is under way and sends nothing more."""
    from runner.cli.journal_access import JournalChoice, open_existing  # noqa: PLC0415
    from runner.cli.runs import find_run  # noqa: PLC0415

    with ExitStack() as stack:
        opened = open_existing(stack, JournalChoice(journal))
        row = find_run(opened.journal, run)
        reason = f"stopped by {getpass.getuser()}"
        asyncio.run(opened.journal.stop_run(row.id, reason))
    click.echo(f"Run {row.id} is told to stop.  Carry on: flexplay resume {row.id}", err=True)
    return 0
