"""`flexplay stop`: stop a run from any machine that shares the journal."""

import asyncio
import time
from contextlib import ExitStack

import click

from runner.cli.options import journal_option


@click.command("stop")
@click.argument("run", required=False)
@journal_option
def command(run: str | None, journal: str | None) -> int:
    """Stop RUN, or the newest run: it finishes what is under way and sends nothing more."""
    from runner.book.forecast import is_alive  # noqa: PLC0415 - not for --help
    from runner.cli.journal_access import JournalChoice, open_existing  # noqa: PLC0415
    from runner.cli.next_command import Resumable, resume_command  # noqa: PLC0415
    from runner.cli.operator import operator_name  # noqa: PLC0415
    from runner.cli.runs import find_run  # noqa: PLC0415

    with ExitStack() as stack:
        opened = open_existing(stack, JournalChoice(journal))
        row = find_run(opened.journal, run)
        resume = resume_command(Resumable(row.id, journal or ""))
        if not is_alive(opened, row, time.time()):
            click.echo(f"Run {row.id} is not being executed: there is nothing to stop.", err=True)
        else:
            reason = f"stopped by {operator_name()}"
            asyncio.run(opened.journal.stop_run(row.id, reason))
            click.echo(f"Run {row.id} is told to stop; what it has begun it finishes.", err=True)
    click.echo(f"Carry on: {resume}", err=True)
    return 0
