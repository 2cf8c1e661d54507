"""The journal that a command works with: where it is, and whether it may be made."""

import os
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from runner.book.session import OpenJournal
from runner.cli.gap_warning import warn_of_gap
from runner.cli.terminal import is_off
from runner.journal.connect import (
    Location,
    SqliteLocation,
    default_path,
    has_password,
    open_journal,
    parse_location,
)
from runner.model.errors import JournalMissing, JournalRefused, Refused, UsageFault
from runner.model.playbook import Environment, Project
from runner.target import is_loopback

VARIABLE = "FLEXPLAY_JOURNAL"


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
    if choice.url and _shows_password(choice.url):
        why = "--journal holds a password, which other users of this machine can see"
        raise UsageFault(why, f"put the URL in {VARIABLE}, or the password in PGPASSWORD")
    given = choice.url or os.environ.get(VARIABLE) or environment_journal
    return parse_location(given) if given else SqliteLocation(default_path(account))


def _shows_password(url: str) -> bool:
    try:
        return has_password(url)
    except ValueError:  # no URL at all, which is said without repeating it
        return False


def open_for_sending(
    stack: ExitStack,
    choice: JournalChoice,
    location: Location,
    base_url: str | None,
    environment_journal: str,
) -> OpenJournal:
    """Open the journal of a real run; make it only if a person says so.

    `environment_journal` is what the reviewed project file names.

    Raises:
        Refused: there is none and nobody confirmed it, or CI would forget it.
    """
    refuse_in_ci(location, base_url, environment_journal)
    try:
        journal = open_journal(location, create=choice.new)
    except JournalMissing as missing:
        if not _confirmed(location):
            raise JournalRefused(missing.message, missing.remedy) from missing
        journal = open_journal(location, create=True)
    stack.callback(journal.close)
    warn_of_gap(journal.gap)
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
    return open_existing_at(stack, locate_existing(choice))


def open_existing_at(stack: ExitStack, location: Location) -> OpenJournal:
    """Open the journal that is there.

    Raises:
        JournalMissing: there is none.
    """
    journal = open_journal(location)
    stack.callback(journal.close)
    warn_of_gap(journal.gap)
    return OpenJournal(journal, location)


def locate_existing(choice: JournalChoice) -> Location:
    """Return where the journal is that a command looks into.

    Raises:
        UsageFault: nothing says which.
    """
    if choice.url or os.environ.get(VARIABLE):
        return choose_location(choice, "")
    environments = _environments_here()
    journals = sorted({each.journal for each in environments if each.journal})
    if len(journals) > 1:
        raise UsageFault("the project names several journals", "say which one with --journal")
    accounts = {each.account_sid for each in environments if each.account_sid}
    account = os.environ.get("TWILIO_ACCOUNT_SID") or (accounts.pop() if len(accounts) == 1 else "")
    if not (journals or account):
        why = "nothing says which journal is meant"
        raise UsageFault(why, f"give --journal, {VARIABLE} or TWILIO_ACCOUNT_SID")
    return choose_location(choice, account, journals[0] if journals else "")


def _environments_here() -> tuple[Environment, ...]:
    """Return the environments of the project that the current folder is in."""
    from runner.validate.project import load_project  # noqa: PLC0415 - not where --journal is given

    project = load_project("flexplay.yaml")
    return tuple(project.environments.values()) if isinstance(project, Project) else ()


def parse_shown(url: str) -> Location:
    """Return the location that a command line shows, without a password in it.

    Raises:
        UsageFault: it is no location, or holds a password.
    """
    return choose_location(JournalChoice(url), "")


def refuse_in_ci(location: Location, base_url: str | None, environment_journal: str) -> None:
    """Refuse, in CI, a journal that is forgotten with the machine, unless the project names it.

    Raises:
        Refused: real people would be messaged out of such a journal.
    """
    if is_off(os.environ.get("CI", "")) or not isinstance(location, SqliteLocation):
        return
    if is_loopback(base_url):
        return
    if environment_journal and parse_location(environment_journal) == location:
        return
    raise Refused(
        "in CI a journal on this machine is forgotten with it, and everybody would be messaged "
        "again; nothing was sent",
        f"set {VARIABLE} to a postgresql:// URL, or name the file in the project's environment",
    )


def shown_journal(
    choice: JournalChoice, opened: OpenJournal, account: str, environment_journal: str
) -> str:
    """Return what `--journal` must be given to find this journal again; empty if nothing."""
    location = opened.location
    if choice.url:
        return choice.url
    if os.environ.get(VARIABLE) or location == SqliteLocation(default_path(account)):
        return ""
    if environment_journal and not has_password(environment_journal):
        return environment_journal
    return str(location)


def _confirmed(location: Location) -> bool:
    if not sys.stdin.isatty():
        return False
    click.echo(f"There is no journal yet at {location}: nobody counts as messaged.", err=True)
    return click.confirm("Make a new one?", err=True)
