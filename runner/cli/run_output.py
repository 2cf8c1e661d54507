"""What `flexplay run` prints, one class or function for each `--format`."""

import json
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import click

from runner.model.delivery import Delivery
from runner.model.outcome import AlreadySent, Outcome, Pending, Sent
from runner.model.recipient import RejectedRow
from runner.model.rehearsed import Rehearsed
from runner.report.dry_run import rehearsed_object, rehearsed_text
from runner.report.findings_json import finding_object
from runner.report.run_report import (
    RunReport,
    delivery_line,
    outcome_text,
    rejected_line,
    run_document,
    run_summary,
)
from runner.run import Prepared


class RunOutput(Protocol):
    """What a run tells while it goes on, and at its end."""

    def __init__(self, prepared: Prepared) -> None: ...

    def rejected(self, row: RejectedRow) -> None:
        """Tell of a row that is left out."""
        ...

    def outcome(self, delivery: Delivery, outcome: Outcome) -> None:
        """Tell how a delivery ended."""
        ...

    def summary(self, report: RunReport) -> None:
        """Tell what the run came to."""
        ...


class _Text:
    """A line for everything that did not go well, and the counts."""

    def __init__(self, prepared: Prepared) -> None:
        del prepared

    def rejected(self, row: RejectedRow) -> None:
        del row

    def outcome(self, delivery: Delivery, outcome: Outcome) -> None:
        if not isinstance(outcome, Sent | AlreadySent | Pending):
            click.echo(outcome_text(delivery, outcome))

    def summary(self, report: RunReport) -> None:
        for line in run_summary(report):
            click.echo(line)


class _Json:
    """One document at the end."""

    def __init__(self, prepared: Prepared) -> None:
        del prepared

    def rejected(self, row: RejectedRow) -> None:
        del row

    def outcome(self, delivery: Delivery, outcome: Outcome) -> None:
        del delivery, outcome

    def summary(self, report: RunReport) -> None:
        _print_json(run_document(report))


class _JsonLines:
    """A line for each delivery, then the summary's."""

    def __init__(self, prepared: Prepared) -> None:
        del prepared

    def rejected(self, row: RejectedRow) -> None:
        _print_json(rejected_line(row))

    def outcome(self, delivery: Delivery, outcome: Outcome) -> None:
        _print_json(delivery_line(delivery, outcome))

    def summary(self, report: RunReport) -> None:
        _print_json(run_document(report))


RUN_OUTPUTS: dict[str, type[RunOutput]] = {"text": _Text, "json": _Json, "jsonl": _JsonLines}


def _rehearse_text(prepared: Prepared, rehearsed: Iterator[Rehearsed]) -> None:
    total = len(prepared.checked.digests)
    posts = 0
    for number, item in enumerate(rehearsed, 1):
        posts += sum(request.method == "POST" for request in item.requests)
        for line in rehearsed_text(item, number, total, prepared.target.base_url):
            click.echo(line)
    people = f"{total:,} {'person' if total == 1 else 'people'}"
    click.echo(f"Nothing was sent. {people}, {posts:,} POSTs shown.", err=True)
    click.echo(f"Send it: {_command(prepared)}", err=True)


def _rehearse_json(prepared: Prepared, rehearsed: Iterator[Rehearsed]) -> None:
    """Print one document, a delivery at a time: memory does not grow with the recipients."""
    checked = prepared.checked
    head: dict[str, Any] = {
        "run": prepared.run,
        "playbook": prepared.loaded.playbook.name,
        "environment": prepared.loaded.environment.name,
        "account": prepared.target.account,
        "planned": checked.planned,
        "rejected": [rejected_line(row) for row in checked.rejected],
        "findings": [
            finding_object(problem)
            for problem in (
                *prepared.loaded.warnings,
                *(problem for row in checked.rejected for problem in row.problems),
            )
        ],
        "exit_code": int(bool(checked.rejected)),
    }
    click.echo(json.dumps(head, ensure_ascii=False)[:-1] + ', "deliveries": [', nl=False)
    for number, item in enumerate(rehearsed):
        click.echo(",\n" if number else "\n", nl=False)
        document = rehearsed_object(item, prepared.target.base_url)
        click.echo(json.dumps(document, ensure_ascii=False), nl=False)
    click.echo("]}")


def _rehearse_json_lines(prepared: Prepared, rehearsed: Iterator[Rehearsed]) -> None:
    for item in rehearsed:
        _print_json(rehearsed_object(item, prepared.target.base_url))


REHEARSAL_OUTPUTS: dict[str, Callable[[Prepared, Iterator[Rehearsed]], None]] = {
    "text": _rehearse_text,
    "json": _rehearse_json,
    "jsonl": _rehearse_json_lines,
}


def _command(prepared: Prepared) -> str:
    wish = prepared.wish
    parts = ["flexplay run", wish.playbook]
    parts += ["-r", wish.recipients] if wish.recipients else []
    parts += ["--env", wish.environment] if wish.environment else []
    parts += [f"--set {name}={value}" for name, value in wish.fields.items()]
    return " ".join(parts)


def _print_json(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False))
