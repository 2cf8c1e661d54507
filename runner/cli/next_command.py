"""What to type next, exactly, so that copying and pasting it works."""

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import click

_OPEN = ("held", "uncertain", "pending")
ANEW = "type the same flexplay run command again: nothing is sent twice"

Hint = tuple[str, str]
"""Why, and what to type."""


@dataclass(frozen=True, slots=True)
class Resumable:
    """What `flexplay resume` must be given to carry a run on.

    `again` is the command that is typed again where it cannot be: the run's one recipient, or its
    redirection, is written down nowhere. `settled` says that it was just tried, `waits` that the
    run was to wait for who is held.
    """

    run: str
    journal: str = ""
    recipients: str | None = None
    skip_rejected: bool = False
    again: str = ""
    settled: bool = False
    waits: bool = False


def typed_words() -> tuple[str, ...]:
    """Return the words behind `flexplay` on the command line that is being carried out."""
    context = click.get_current_context(silent=True)
    return tuple(context.find_root().obj or ()) if context else ()


def quote_command(*words: str) -> str:
    """Return a command line of `flexplay` for a POSIX shell."""
    return shlex.join(("flexplay", *words))


def sending_command() -> str:
    """Return the command that a dry run rehearsed."""
    return quote_command(*(word for word in typed_words() if word != "--dry-run"))


def repeat_command() -> str:
    """Return the command that is carried out; what it says of people is for a terminal only."""
    return quote_command(*typed_words()) if typed_words() and sys.stderr.isatty() else ANEW


def resume_command(run: Resumable, *more: str) -> str:
    """Return the command that carries the run on."""
    words = ["resume", run.run, *more]
    words += ["-r", run.recipients] if run.recipients else []
    words += ["--skip-rejected"] if run.skip_rejected else []
    words += ["--wait"] if run.waits else []
    return quote_command(*words, *_journal_words(run))


def next_hints(run: Resumable, counts: Mapping[str, int]) -> tuple[Hint, ...]:
    """Return what there is to type after a run that came to these counts, the likeliest first."""
    hints: list[Hint] = []
    if run.again:
        hints += [("Carry on", run.again)] if any(counts[state] for state in _OPEN) else []
    elif run.settled and counts["uncertain"] and not (counts["held"] or counts["pending"]):
        command = resume_command(run, "--resend", "KEY", "--reason", "TEXT")
        hints.append(("Still uncertain; look at Twilio, and to send one again on purpose", command))
    elif any(counts[state] for state in _OPEN):
        hints.append(("Carry on", resume_command(run)))
    elif counts["failed"]:
        hints.append(("Try the failed ones again", resume_command(run, "--failed")))
    if counts["sent"]:
        status = quote_command("status", run.run, "--refresh", *_journal_words(run))
        hints.append(("Delivered or not", status))
    return tuple(hints)


def _journal_words(run: Resumable) -> tuple[str, ...]:
    return ("--journal", run.journal) if run.journal else ()
