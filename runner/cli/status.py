"""`flexplay status`: the runs of a journal, or one of them."""

import json
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from runner.cli.options import format_option, journal_option

if TYPE_CHECKING:
    from runner.journal.group_commit import Journal
    from runner.journal.ledger import RunRow

_SHOWN = 20


@click.command("status")
@click.argument("run", required=False)
@journal_option
@format_option("text", "json")
def command(run: str | None, journal: str | None, style: str) -> int:
    """Show the newest runs, or RUN with what became of its recipients."""
    from runner.cli.journal_access import JournalChoice, open_existing  # noqa: PLC0415
    from runner.cli.runs import find_run  # noqa: PLC0415

    with ExitStack() as stack:
        opened = open_existing(stack, JournalChoice(journal))
        journal_runs = opened.journal.list_runs
        rows = [find_run(opened.journal, run)] if run else list(journal_runs(_SHOWN))
        found = [_describe(opened.journal, row) for row in rows]
        if style == "json":
            click.echo(json.dumps({"runs": found}, ensure_ascii=False))
            return 0
        for each in found:
            click.echo(_one_line(each))
        if run:
            _print_open(opened.journal, rows[0])
    if not found:
        click.echo("The journal knows no run yet.", err=True)
    return 0


def _describe(journal: "Journal", row: "RunRow") -> dict[str, Any]:
    counts = {str(state): count for state, count in journal.count_states(row.id).items() if count}
    return {
        "run": row.id,
        "playbook": row.playbook,
        "environment": row.environment,
        "account": row.account,
        "scope": row.scope,
        "started_at": _iso(row.started_at),
        "finished_at": _iso(row.finished_at) if row.finished_at else None,
        "stop": row.stop,
        "counts": counts,
    }


def _one_line(run: dict[str, Any]) -> str:
    counts = ", ".join(f"{count} {state}" for state, count in run["counts"].items()) or "nobody"
    end = f"ended {run['finished_at']}" if run["finished_at"] else "not ended"
    return f"{run['run']}  {run['playbook']} ({run['environment']})  {end}  {counts}"


def _print_open(journal: "Journal", row: "RunRow") -> None:
    """Print everyone who is neither sent nor untouched, and how to carry on."""
    from runner.journal.entry import State  # noqa: PLC0415
    from runner.journal.ledger import Selection  # noqa: PLC0415

    states = tuple(state for state in State if state is not State.SENT)
    entries = list(journal.list_entries(Selection(run=row.id, states=states)))
    for entry in entries:
        click.echo(f"{entry.state.upper():<10} {entry.row}  {entry.tail}  {entry.reason}")
    if entries:
        click.echo(f"Carry on: flexplay resume {row.id}", err=True)


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
