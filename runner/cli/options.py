"""Options that several commands share."""

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import click

from runner.cli.log_choice import remember_log
from runner.model.errors import UsageFault

Command = TypeVar("Command", bound=Callable[..., Any])
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_SHOWN = "flexplay.addresses.shown"
_LONGEST = timedelta(days=3650)


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


def exclude_option(command: Command) -> Command:
    """Add `--exclude`."""
    return click.option(
        "--exclude",
        multiple=True,
        metavar="GLOB",
        help="Leave out files and folders with such a path or name. May be given several times.",
    )(command)


def jobs_option(command: Command) -> Command:
    """Add `--jobs`."""
    return click.option(
        "--jobs",
        type=click.IntRange(1, 64),
        metavar="N",
        help="Work in N processes.  [default: as many as pay]",
    )(command)


def journal_option(command: Command) -> Command:
    """Add `--journal`."""
    return click.option(
        "--journal",
        metavar="URL",
        help="The journal: a path, or postgresql://…  [default: the user's own, by account]",
    )(command)


def _choose_addresses(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001
    """Keep whether addresses are shown.

    Raises:
        UsageFault: what is printed would be kept by somebody else.
    """
    if value and not sys.stdout.isatty():
        why = "--show-addresses is for a terminal: what is printed elsewhere is kept"
        raise UsageFault(why, "leave it out: addresses are masked")
    context.meta[_SHOWN] = value


def shows_addresses() -> bool:
    """Tell whether somebody at a terminal wants to see the addresses."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(_SHOWN))


def show_addresses_option(command: Command) -> Command:
    """Add `--show-addresses`; the command takes no parameter for it."""
    return click.option(
        "--show-addresses",
        is_flag=True,
        expose_value=False,
        callback=_choose_addresses,
        help="Show recipients' addresses, which else are masked; on a terminal only.",
    )(command)


def recipients_option(command: Command) -> Command:
    """Add `--recipients`."""
    return click.option(
        "-r",
        "--recipients",
        metavar="FILE",
        help="The recipients: a CSV, JSON or Parquet file, a database query, or - for a pipe.",
    )(command)


def fields_option(command: Command) -> Command:
    """Add `--set`."""
    return click.option(
        "--set",
        "fields",
        multiple=True,
        metavar="FIELD=VALUE",
        callback=read_pairs,
        help="Make one recipient of these fields, instead of a file.",
    )(command)


def variables_option(command: Command) -> Command:
    """Add `--var`."""
    return click.option(
        "--var",
        "variables",
        multiple=True,
        metavar="NAME=VALUE",
        callback=read_pairs,
        help="Set a variable, over the playbook's and the environment's.",
    )(command)


def limit_option(command: Command) -> Command:
    """Add `--limit`."""
    return click.option(
        "--limit",
        type=click.IntRange(min=1),
        metavar="N",
        help="Send to N people at most; the others stay pending.",
    )(command)


def base_url_option(command: Command) -> Command:
    """Add `--base-url`."""
    return click.option(
        "--base-url",
        envvar="FLEXPLAY_BASE_URL",
        metavar="URL",
        help="One origin that serves Twilio's products, instead of Twilio.",
    )(command)


def log_option(command: Command) -> Command:
    """Add `--log`; the command takes no parameter for it (`runner.cli.log_choice`)."""
    return click.option(
        "--log",
        envvar="FLEXPLAY_LOG",
        metavar="FILE",
        expose_value=False,
        callback=remember_log,
        help="Append every request and outcome as JSON Lines; - is stderr.  [env: FLEXPLAY_LOG]",
    )(command)


def sending_options(command: Command) -> Command:
    """Add what every command that sends has in common."""
    options = (
        recipients_option,
        limit_option,
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
        log_option,
        show_addresses_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


def read_patience(_: click.Context, option: click.Parameter, value: str | None) -> timedelta | None:
    """Return `12h` or `90min` as a time."""
    if value is None:
        return None
    number, unit = value.rstrip("hmind"), value.lstrip("0123456789")
    if not number.isdigit() or unit not in _UNITS:
        raise click.BadParameter("write it like 12h, 90min or 2d", param=option)
    return min(int(number), _LONGEST // _UNITS[unit]) * _UNITS[unit]


def waiting_options(command: Command) -> Command:
    """Add `--wait` and `--max-wait`."""
    longest = click.option(
        "--max-wait",
        metavar="TIME",
        callback=read_patience,
        help="Wait at most so long, such as 12h; whoever must wait longer stays held.",
    )
    wait = click.option(
        "--wait",
        is_flag=True,
        help="Stay, and send to those who are held when their hours begin.",
    )
    return wait(longest(command))


def choose_patience(*, wait: bool, longest: timedelta | None) -> timedelta | None:
    """Return how long a run waits for its recipients' hours; None if it does not.

    Raises:
        UsageFault: a longest time is given, and nobody is to wait.
    """
    if longest is not None and not wait:
        raise UsageFault("--max-wait says how long to --wait", "add --wait, or leave it out")
    return (longest or timedelta.max) if wait else None
