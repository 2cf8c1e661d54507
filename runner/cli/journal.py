"""`flexplay journal`: look after the journal itself."""

from contextlib import ExitStack

import click

from runner.cli.options import journal_option
from runner.model.errors import Refused


@click.group("journal")
def command() -> None:
    """Migrate, check, trust or copy the journal: what remembers who was messaged."""


@command.command("migrate")
@journal_option
def migrate(journal: str | None) -> int:
    """Bring the journal to the version that this flexplay uses."""
    from runner.cli.journal_access import JournalChoice, locate_existing  # noqa: PLC0415
    from runner.journal.connect import open_journal  # noqa: PLC0415

    location = locate_existing(JournalChoice(journal))
    with ExitStack() as stack:
        stack.callback(open_journal(location, migrate=True).close)
    click.echo(f"The journal {location} is up to date.", err=True)
    return 0


@command.command("check")
@journal_option
def check(journal: str | None) -> int:
    """Read the whole journal and say whether its rows belong together."""
    from runner.cli.gap_warning import warn_of_gap  # noqa: PLC0415
    from runner.cli.journal_access import JournalChoice, locate_existing  # noqa: PLC0415
    from runner.journal.connect import check_journal  # noqa: PLC0415

    location = locate_existing(JournalChoice(journal))
    report = check_journal(location)
    warn_of_gap(report.gap)
    for problem in report.problems:
        click.echo(problem)
    if report.problems:
        raise Refused(f"the journal {location} is damaged", "restore it from a backup")
    states = ", ".join(f"{count} {state}" for state, count in report.states.items() if count)
    click.echo(f"The journal {location} is sound: {report.runs} runs; {states or 'nobody yet'}.")
    return 0


@command.command("trust")
@journal_option
def trust(journal: str | None) -> int:
    """Believe from now on that the journal has forgotten nothing.

    After a failover or a restored copy each delivery is looked up at Twilio first. That ends here:
    type it when every run whose messages may be missing has been carried on.
    """
    import asyncio  # noqa: PLC0415

    from runner.cli.gap_warning import say_span  # noqa: PLC0415
    from runner.cli.journal_access import JournalChoice, locate_existing  # noqa: PLC0415
    from runner.journal.connect import open_journal  # noqa: PLC0415

    location = locate_existing(JournalChoice(journal))
    with ExitStack() as stack:
        opened = open_journal(location)
        stack.callback(opened.close)
        if opened.gap is None:
            click.echo(f"The journal {location} is trusted already.", err=True)
            return 0
        asyncio.run(opened.close_gap())
    said = say_span(opened.gap)
    click.echo(f"The journal {location} is trusted again, though {said} may be missing.", err=True)
    return 0


@command.command("copy")
@click.argument("source")
@click.argument("target")
def copy(source: str, target: str) -> int:
    """Copy everything that SOURCE remembers to the new journal TARGET, with the same key."""
    from runner.cli.journal_access import parse_shown  # noqa: PLC0415
    from runner.journal.connect import copy_journal  # noqa: PLC0415

    copy_journal(parse_shown(source), parse_shown(target))
    click.echo("Copied. Use it: flexplay … --journal, or FLEXPLAY_JOURNAL.", err=True)
    return 0
