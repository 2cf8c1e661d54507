"""Telling that the journal may have forgotten something."""

from datetime import UTC, datetime

import click

from runner.journal.gap import Gap


def warn_of_gap(gap: Gap | None) -> None:
    """Say what may be missing, what follows from it, and how it ends."""
    if gap is None:
        return
    click.echo(
        f"warning: the journal may have forgotten {say_span(gap)}: {gap.reason}\n"
        "Each delivery is looked up at Twilio before anything is sent, and what cannot be settled"
        " is uncertain. Opt-outs of that time may be missing, too: flexplay status --refresh reads"
        " those that Twilio knows. When the runs of that time have been carried on, type:"
        " flexplay journal trust",
        err=True,
    )


def say_span(gap: Gap) -> str:
    """Return when what is missing was written."""
    until = _at(gap.until)
    return (
        f"what was written from {_at(gap.since)} to {until}" if gap.since else f"all before {until}"
    )


def _at(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
