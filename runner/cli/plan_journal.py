"""The journal as whoever plans asks it: nothing is written, and none is needed."""

from contextlib import ExitStack
from dataclasses import dataclass

import click

from runner.book.session import OpenJournal
from runner.cli.journal_access import (
    JournalChoice,
    choose_location,
    open_existing_at,
    open_for_sending,
)
from runner.model.errors import JournalMissing
from runner.model.playbook import Environment
from runner.target import Target


@dataclass(frozen=True, slots=True)
class Asking:
    """How the journal is asked: `offline` not at all; with `keep`, a plan is bound to it."""

    choice: JournalChoice
    offline: bool
    keep: bool


def open_to_plan(
    stack: ExitStack, target: Target, environment: Environment, asking: Asking
) -> OpenJournal | None:
    """Return the journal; None where nobody asks one, or there is none yet.

    Raises:
        JournalRefused: a plan is to be bound to a journal, and nobody confirms a new one.
    """
    if asking.offline:
        return None
    location = choose_location(asking.choice, target.account, environment.journal)
    if asking.keep:
        named = environment.journal
        return open_for_sending(stack, asking.choice, location, target.base_url, named)
    try:
        return open_existing_at(stack, location)
    except JournalMissing:
        said = f"There is no journal at {location}"
        click.echo(f"{said}: nobody counts as messaged.", err=True)
        return None
