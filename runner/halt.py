"""Why a run stops before its end, and what that comes to."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from runner.book.session import OpenJournal
from runner.execute import Stop
from runner.journal.connect import SqliteLocation
from runner.model.errors import FlexplayError
from runner.model.exit_code import ExitCode

INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Halt:
    """Why a run stopped before its end; `reason` is empty if it did not.

    `code` is what that comes to where it is no matter of Twilio's.
    """

    reason: str = ""
    code: ExitCode | None = None


def stop_on_signals(stop: Stop) -> None:
    """Let the first SIGINT or SIGTERM be a reason to stop; the second ends the process as usual."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)

    def interrupt() -> None:
        stop.reason = stop.reason or INTERRUPTED
        for each in signals:
            loop.remove_signal_handler(each)

    for each in signals:
        loop.add_signal_handler(each, interrupt)


def stop_in_journal(opened: OpenJournal, run: str) -> str:
    """Return why somebody stopped the run from elsewhere; a journal out of reach says nothing."""
    with contextlib.suppress(FlexplayError):
        return opened.journal.list_runs(1, run)[0].stop
    return ""


def look_for_stop(opened: OpenJournal, run: str) -> Callable[[], str]:
    """Return what tells a run that waits whether somebody has stopped it.

    Where the journal is shared, the heartbeat of the run's lease tells it by itself.
    """
    if isinstance(opened.location, SqliteLocation):
        return partial(stop_in_journal, opened, run)
    return str


def say_halt(stop: Stop, opened: OpenJournal, run: str) -> Halt:
    """Return why the run stopped."""
    return Halt(stop.reason, _code(stop, opened, run))


def _code(stop: Stop, opened: OpenJournal, run: str) -> ExitCode | None:
    if stop.reason == INTERRUPTED:
        return ExitCode.INTERRUPTED
    if stop.error:
        return stop.error.exit_code
    return ExitCode.FINDINGS if stop.reason and stop_in_journal(opened, run) else None
