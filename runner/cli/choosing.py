"""Options that say what is sent to whom, and the wish that they make."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from runner.cli.options import base_url_option, fields_option, variables_option

if TYPE_CHECKING:
    from runner.cli.journal_access import JournalChoice

Command = TypeVar("Command", bound=Callable[..., Any])


def choosing_options(command: Command) -> Command:
    """Add what names recipients, variables and environment."""
    options = (
        fields_option,
        click.option("--key", help="What the message is about, instead of the playbook's key."),
        click.option(
            "--only", multiple=True, metavar="KEY", help="Send to this key only; repeatable."
        ),
        click.option(
            "--select",
            metavar="RUN:STATE[,STATE]",
            help="Send only to the keys that have such a state in that run: a correction, say.",
        ),
        variables_option,
        click.option(
            "--env", "environment", metavar="NAME", help="The environment of the project file."
        ),
        click.option(
            "--new-journal",
            is_flag=True,
            help="Make the journal if there is none; harmless if there is.",
        ),
        base_url_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


def chosen_keys(
    only: tuple[str, ...], select: str | None, choice: "JournalChoice"
) -> frozenset[str] | None:
    """Return the keys that `--only` and `--select` name; None if neither was given."""
    if not only and not select:
        return None
    if not select:
        return frozenset(only)
    from runner.cli.runs import select_keys  # noqa: PLC0415 - opens a journal

    return frozenset(only) | select_keys(select, choice)
