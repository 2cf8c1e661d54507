"""`--log`: where the events go that a command tells of."""

import os
import sys
from typing import TextIO

import click

from runner.model.errors import UsageFault
from runner.model.log import Log, no_log

_WISH, _LOG = "flexplay.log.wish", "flexplay.log"
_STDERR = "-"


def remember_log(context: click.Context, _: click.Parameter, value: str | None) -> None:
    """Keep what `--log` says until something is told."""
    context.meta[_WISH] = value


def logs_to_stderr() -> bool:
    """Tell whether the log goes where progress would be drawn."""
    context = click.get_current_context(silent=True)
    return context is not None and context.meta.get(_WISH) == _STDERR


def current_log() -> Log:
    """Return the log of this command, opened when it is first asked for.

    Raises:
        UsageFault: it cannot be written.
    """
    context = click.get_current_context(silent=True)
    wish = context.meta.get(_WISH) if context else None
    if context is None or not wish:
        return no_log
    if _LOG not in context.meta:
        context.meta[_LOG] = _open(context, wish)
    log: Log = context.meta[_LOG]
    return log


def _open(context: click.Context, wish: str) -> Log:
    from runner.report.event_log import EventLog  # noqa: PLC0415 - only where it is asked for

    if wish == _STDERR:
        return EventLog(sys.stderr, _say_lost)
    try:
        handle = os.open(wish, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise UsageFault(f"the log {wish} cannot be written: {error.strerror}") from error
    stream: TextIO = os.fdopen(handle, "a", encoding="utf-8")
    context.find_root().call_on_close(stream.close)
    return EventLog(stream, _say_lost)


def _say_lost(why: str) -> None:
    click.echo(f"The log cannot be written any more: {why}", err=True)
