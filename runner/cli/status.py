"""`flexplay status`: the runs of a journal, or one of them."""

import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from runner.cli.options import format_option, journal_option, log_option

if TYPE_CHECKING:
    from runner.book.session import OpenJournal
    from runner.cli.journal_access import JournalChoice
    from runner.report.receipt_report import Arrivals
    from runner.report.run_record import RunRecord

_SHOWN = 20


@click.command("status")
@click.argument("run", required=False)
@click.option("--refresh", is_flag=True, help="Read from Twilio whether the messages arrived.")
@click.option("--watch", is_flag=True, help="Look again and again until the run has ended.")
@journal_option
@log_option
@format_option("text", "json")
def command(*, run: str | None, refresh: bool, watch: bool, journal: str | None, style: str) -> int:
    """Show the newest runs, or RUN with what became of its recipients.

    With --refresh or --watch and no RUN, the newest run is meant.
    """
    from runner.cli.journal_access import JournalChoice, open_existing  # noqa: PLC0415

    choice = JournalChoice(journal)
    with ExitStack() as stack:
        opened = open_existing(stack, choice)
        if run or refresh or watch:
            record = _look_at(opened, run, watch=watch)
            arrivals = _read_arrivals(opened, record) if refresh else None
            _ONE[style](record, arrivals, choice)
        else:
            _MANY[style](_newest(opened))
    return 0


def _newest(opened: "OpenJournal") -> "list[RunRecord]":
    from runner.cli.run_records import make_record  # noqa: PLC0415 - not for --help

    return [make_record(opened, row) for row in opened.journal.list_runs(_SHOWN)]


def _look_at(opened: "OpenJournal", run: str | None, *, watch: bool) -> "RunRecord":
    """Return the run as it stands, or once it has ended."""
    from runner.cli.run_records import make_record  # noqa: PLC0415 - not for --help
    from runner.cli.runs import find_run  # noqa: PLC0415
    from runner.cli.watching import watch_run  # noqa: PLC0415

    name = find_run(opened.journal, run).id
    if watch:
        watch_run(
            lambda: make_record(opened, find_run(opened.journal, name)), sys.stderr, time.sleep
        )
    return make_record(opened, find_run(opened.journal, name), with_open=True)


def _read_arrivals(opened: "OpenJournal", record: "RunRecord") -> "Arrivals":
    from runner.cli.refreshing import read_arrivals  # noqa: PLC0415 - httpx

    return read_arrivals(opened, record)


def _print_one(record: "RunRecord", arrivals: "Arrivals | None", choice: "JournalChoice") -> None:
    from runner.cli.next_command import ANEW, Resumable, next_hints  # noqa: PLC0415
    from runner.report.run_record import open_lines, record_lines  # noqa: PLC0415

    for line in (*record_lines(record), *open_lines(record)):
        click.echo(line)
    for line in arrivals.lines() if arrivals else ():
        click.echo(line)
    again = "" if record.resumable else ANEW
    resumable = Resumable(record.run, choice.url or "", again=again)
    hints = next_hints(resumable, record.counts) if record.state != "running" else ()
    for why, typed in hints:
        if not (arrivals and "--refresh" in typed):
            click.echo(f"{why}: {typed}", err=True)
    if record.state == "running":
        click.echo(f"Stop it: flexplay stop {record.run}", err=True)


def _print_many(records: "list[RunRecord]") -> None:
    from runner.report.run_record import list_lines  # noqa: PLC0415 - not for --help

    for line in list_lines(records):
        click.echo(line)
    if not records:
        click.echo("The journal knows no run yet: flexplay run PLAYBOOK", err=True)
    else:
        click.echo(f"More of one: flexplay status {records[0].run}", err=True)


def _one_document(
    record: "RunRecord", arrivals: "Arrivals | None", choice: "JournalChoice"
) -> None:
    from runner.report.run_record import open_document, record_document  # noqa: PLC0415

    del choice
    document: dict[str, Any] = {
        **record_document(record),
        "deliveries": [open_document(each) for each in record.open],
        "receipts": arrivals.document() if arrivals else None,
        "exit_code": 0,
    }
    _print_json(document)


def _many_document(records: "list[RunRecord]") -> None:
    from runner.report.run_record import record_document  # noqa: PLC0415 - not for --help

    _print_json({"runs": [record_document(each) for each in records], "exit_code": 0})


def _print_json(document: dict[str, Any]) -> None:
    import json  # noqa: PLC0415 - not for --help

    click.echo(json.dumps(document, ensure_ascii=False))


_ONE = {"text": _print_one, "json": _one_document}
_MANY = {"text": _print_many, "json": _many_document}
