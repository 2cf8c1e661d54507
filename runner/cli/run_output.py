"""What `flexplay run` and `resume` print, one class for each `--format`."""

import json
import os
import shutil
import sys
import time
from datetime import datetime
from typing import Any, Protocol

import click

from runner.book.forecast import Survey
from runner.cli.log_choice import logs_to_stderr
from runner.cli.options import shows_addresses
from runner.cli.terminal import is_off
from runner.model.delivery import Delivery
from runner.model.outcome import AlreadySent, Changed, Outcome, Pending, Sent, state_of
from runner.model.recipient import RejectedRow
from runner.model.wait import Wait
from runner.report.progress import Progress
from runner.report.run_report import (
    RunReport,
    delivery_line,
    outcome_text,
    rejected_line,
    run_document,
    run_summary,
)
from runner.report.wait_text import wait_notice, wait_progress
from runner.run import Prepared


class RunOutput(Protocol):
    """What a run tells while it goes on, and at its end."""

    def __init__(self, prepared: Prepared) -> None: ...

    def begin(self, survey: Survey) -> None:
        """Tell, before anything is sent, what must not be overlooked."""
        ...

    def rejected(self, row: RejectedRow) -> None:
        """Tell of a row that is left out."""
        ...

    def outcome(self, delivery: Delivery, outcome: Outcome) -> None:
        """Tell how a delivery ended."""
        ...

    def waiting(self, wait: Wait, now: datetime) -> None:
        """Tell, about once a second, what the run waits for."""
        ...

    def summary(self, report: RunReport) -> None:
        """Tell what the run came to."""
        ...


class _Notice:
    """One line on stderr for each thing that a run waits for."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._told: Wait | None = None

    def tell(self, wait: Wait) -> None:
        """Tell of it once."""
        if wait != self._told:
            self._told = wait
            click.echo(wait_notice(wait, self._run), err=True)


class _Text:
    """A line for everything that did not go well, the changed first, and the counts."""

    def __init__(self, prepared: Prepared) -> None:
        self._told: set[str] = set()
        self._progress = start_progress(len(prepared.checked.digests))
        self._notice = _Notice(prepared.run)
        self._shown = shows_addresses()

    def begin(self, survey: Survey) -> None:
        self._told = {delivery.key for delivery, _ in survey.changed}
        if survey.changed:
            click.echo(say_changed(len(survey.changed)), err=True)
        for delivery, outcome in survey.changed:
            click.echo(outcome_text(delivery, outcome, shown=self._shown))

    def rejected(self, row: RejectedRow) -> None:
        del row

    def outcome(self, delivery: Delivery, outcome: Outcome) -> None:
        told = isinstance(outcome, Changed) and delivery.key in self._told
        if not told and not isinstance(outcome, Sent | AlreadySent | Pending):
            self._clear()
            click.echo(outcome_text(delivery, outcome, shown=self._shown))
        if self._progress:
            self._progress.add(state_of(outcome))

    def waiting(self, wait: Wait, now: datetime) -> None:
        if self._progress:
            self._progress.show(wait_progress(wait, now))
        else:
            self._notice.tell(wait)

    def summary(self, report: RunReport) -> None:
        self._clear()
        for line in run_summary(report):
            click.echo(line)

    def _clear(self) -> None:
        if self._progress:
            self._progress.clear()


class _Json:
    """One document at the end."""

    def __init__(self, prepared: Prepared) -> None:
        self._notice = _Notice(prepared.run)

    def begin(self, survey: Survey) -> None:
        if survey.changed:
            click.echo(say_changed(len(survey.changed)), err=True)

    def rejected(self, row: RejectedRow) -> None:
        del row

    def outcome(self, delivery: Delivery, outcome: Outcome) -> None:
        del delivery, outcome

    def waiting(self, wait: Wait, now: datetime) -> None:
        del now
        self._notice.tell(wait)

    def summary(self, report: RunReport) -> None:
        print_json(run_document(report))


class _JsonLines:
    """A line for each delivery, the changed first, then the summary's."""

    def __init__(self, prepared: Prepared) -> None:
        self._notice = _Notice(prepared.run)
        self._told: set[str] = set()

    def begin(self, survey: Survey) -> None:
        self._told = {delivery.key for delivery, _ in survey.changed}
        for delivery, outcome in survey.changed:
            print_json(delivery_line(delivery, outcome))

    def rejected(self, row: RejectedRow) -> None:
        print_json(rejected_line(row))

    def outcome(self, delivery: Delivery, outcome: Outcome) -> None:
        if not (isinstance(outcome, Changed) and delivery.key in self._told):
            print_json(delivery_line(delivery, outcome))

    def waiting(self, wait: Wait, now: datetime) -> None:
        del now
        self._notice.tell(wait)

    def summary(self, report: RunReport) -> None:
        print_json(run_document(report))


RUN_OUTPUTS: dict[str, type[RunOutput]] = {"text": _Text, "json": _Json, "jsonl": _JsonLines}


def start_progress(planned: int) -> Progress | None:
    """Return the line that shows how far the run has come; None where nobody looks at it."""
    watched = sys.stderr.isatty() and is_off(os.environ.get("CI", ""))
    if not watched or logs_to_stderr() or os.environ.get("TERM") == "dumb":
        return None
    return Progress(sys.stderr, planned, time.monotonic, lambda: shutil.get_terminal_size().columns)


def say_changed(number: int) -> str:
    """Return what must be read before anything else."""
    some, get = ("1 key has", "gets") if number == 1 else (f"{number:,} keys have", "get")
    said = f"CHANGED: {some} been sent an EARLIER text and {get} nothing"
    return f"{said}; a new message needs a new key."


def print_json(document: dict[str, Any]) -> None:
    """Print one line of JSON."""
    click.echo(json.dumps(document, ensure_ascii=False))
