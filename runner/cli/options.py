"""Options that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def read_pairs(
    _: click.Context, option: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """Return `k=v` options as a mapping."""
    pairs = [value.partition("=") for value in values]
    if any(not equals or not name for name, equals, _value in pairs):
        raise click.BadParameter("write it as name=value", param=option)
    return {name: value for name, _, value in pairs}


def format_option(*styles: str) -> Callable[[Command], Command]:
    """Return `--format`, the first style being the default."""
    return click.option(
        "--format",
        "style",
        type=click.Choice(styles),
        default=styles[0],
        show_default=True,
        help="How to print what happened.",
    )


def journal_option(command: Command) -> Command:
    """Add `--journal`."""
    return click.option(
        "--journal",
        metavar="URL",
        help="The journal: a path, or postgresql://…  [default: the user's own, by account]",
    )(command)


def sending_options(command: Command) -> Command:
    """Add what every command that sends has in common."""
    options = (
        click.option(
            "-r",
            "--recipients",
            metavar="FILE",
            help="The recipients: a CSV or JSON Lines file.",
        ),
        click.option(
            "--limit",
            type=click.IntRange(min=1),
            metavar="N",
            help="Send to N people at most; the others stay pending.",
        ),
        click.option(
            "--skip-rejected",
            is_flag=True,
            help="Send the good rows although others are rejected.",
        ),
        click.option("--yes", is_flag=True, help="Do not ask; needed without a terminal."),
        click.option(
            "--expect",
            type=click.IntRange(min=0),
            metavar="N",
            help="Refuse if there are more people.",
        ),
        format_option("text", "json", "jsonl"),
        journal_option,
    )
    for option in reversed(options):
        command = option(command)
    return command
