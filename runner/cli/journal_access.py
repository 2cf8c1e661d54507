"""The journal that a command works with: where it is, and whether it may be made."""

import os
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click

from runner.book.session import OpenJournal
from runner.journal.connect import (
    Location,
    SqliteLocation,
    default_path,
    has_password,
    open_journal,
    parse_location,
)
from runner.model.errors import JournalMissing, JournalRefused, Refused, UsageFault

VARIABLE = "FLEXPLAY_JOURNAL"
_LOOPBACK = ("127.", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class JournalChoice:
    """What the command line says of the journal; `new` confirms that it may be made."""

    url: str | None
    new: bool = False


def choose_location(choice: JournalChoice, account: str, environment_journal: str = "") -> Location:
    """Return where the journal is: the option's, the variable's, the environment's, the user's own.

    Raises:
        UsageFault: it is no location, or holds a password on the command line.
    """
    if choice.url and has_password(choice.url):
        why = "--journal holds a password, which other users of this machine can see"
        raise UsageFault(why, f"put the URL in {VARIABLE}, or the password in PGPASSWORD")
    given = choice.url or os.environ.get(VARIABLE) or environment_journal
    return parse_location(given) if given else SqliteLocation(default_path(account))


def open_for_sending(
    stack: ExitStack,
    choice: JournalChoice,
    location: Location,
    base_url: str | None,
    *,
    named: bool,
) -> OpenJournal:
    """Open the journal of a real run; make it only if a person says so.

    `named` says that the reviewed project file names it.

    Raises:
        Refused: there is none and nobody confirmed it, or CI would forget it.
    """
    if os.environ.get("CI") and isinstance(location, SqliteLocation) and not named:
        _refuse_in_ci(base_url)
    try:
        journal = open_journal(location, create=choice.new)
    except JournalMissing as missing:
        if not _confirmed(location):
            raise JournalRefused(missing.message, missing.remedy) from missing
        journal = open_journal(location, create=True)
    stack.callback(journal.close)
    return OpenJournal(journal, location)


def open_throw_away(stack: ExitStack) -> OpenJournal:
    """Make a journal that is gone when the command ends: for the sandbox."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="flexplay-"))
    location = SqliteLocation(Path(folder) / "journal.db")
    journal = open_journal(location, create=True, environment={})
    stack.callback(journal.close)
    return OpenJournal(journal, location)


def open_existing(stack: ExitStack, choice: JournalChoice) -> OpenJournal:
    """Open the journal for a command that looks into it.

    Raises:
        JournalMissing: there is none.
        UsageFault: nothing says which.
    """
    location = locate_existing(choice)
    journal = open_journal(location)
    stack.callback(journal.close)
    return OpenJournal(journal, location)


def locate_existing(choice: JournalChoice) -> Location:
    """Return where the journal is that a command looks into.

    Raises:
        UsageFault: nothing says which.
    """
    account = os.environ.get("TWILIO_ACCOUNT_SID", "")
    if not (choice.url or os.environ.get(VARIABLE) or account):
        why = "nothing says which journal is meant"
        raise UsageFault(why, f"give --journal, {VARIABLE} or TWILIO_ACCOUNT_SID")
    return choose_location(choice, account)


def parse_shown(url: str) -> Location:
    """Return the location that a command line shows, without a password in it.

    Raises:
        UsageFault: it is no location, or holds a password.
    """
    return choose_location(JournalChoice(url), "")


def _refuse_in_ci(base_url: str | None) -> None:
    host = urlsplit(base_url).hostname or "" if base_url else ""
    if not host.startswith(_LOOPBACK):
        raise Refused(
            "in CI a journal on this machine is forgotten with it, and everybody would be messaged "
            "again; nothing was sent",
            f"set {VARIABLE} to a postgresql:// URL, or name the file in the project's environment",
        )


def _confirmed(location: Location) -> bool:
    if not sys.stdin.isatty():
        return False
    click.echo(f"There is no journal yet at {location}: nobody counts as messaged.", err=True)
    return click.confirm("Make a new one?", err=True)
