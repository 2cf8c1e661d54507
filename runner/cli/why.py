"""`flexplay why`: everything that the journal knows of one recipient."""

import json
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from runner.cli.options import format_option, journal_option

if TYPE_CHECKING:
    from runner.journal.entry import Entry
    from runner.journal.group_commit import Journal
    from runner.journal.ledger import RunRow, Suppression
    from runner.report.why_report import Known


@click.command("why")
@click.argument("who", metavar="ADDRESS|KEY")
@journal_option
@format_option("text", "json")
def command(who: str, journal: str | None, style: str) -> int:
    """Show what became of an ADDRESS or a KEY, in every run of the journal.

    The journal holds no address: the question is hashed and compared.
    """
    from runner.cli.journal_access import JournalChoice, open_existing  # noqa: PLC0415
    from runner.report.why_report import why_document, why_lines  # noqa: PLC0415

    with ExitStack() as stack:
        opened = open_existing(stack, JournalChoice(journal))
        hashes = _hashes(opened.journal, who)
        known = _known(opened.journal, _find(opened.journal, who, hashes))
        suppressions = [
            each for each in opened.journal.list_suppressions() if each.address in hashes
        ]
    if style == "json":
        click.echo(json.dumps(why_document(known, suppressions), ensure_ascii=False))
        return 0
    by_address = any(each.entry.address in hashes for each in known)
    for line in why_lines(known, suppressions, who if by_address and sys.stdout.isatty() else ""):
        click.echo(line)
    _say_next(known, suppressions)
    return 0


def _say_next(known: "list[Known]", suppressions: "list[Suppression]") -> None:
    if known:
        click.echo(f"The whole run: flexplay status {known[0].entry.run}", err=True)
    elif not suppressions:
        click.echo("The journal knows nothing of this address or key.", err=True)
        click.echo("Its runs: flexplay status", err=True)


def _hashes(journal: "Journal", who: str) -> frozenset[str]:
    """Return the hashes of every address that is meant: as written, and as Twilio takes it."""
    from runner.journal.key import hash_address  # noqa: PLC0415 - not for --help
    from runner.model.channel import CHANNELS  # noqa: PLC0415
    from runner.render.address import strip_phone  # noqa: PLC0415

    bare = strip_phone(who)
    written = {who, *(f"{channel.prefix}{bare}" for channel in CHANNELS.values())}
    return frozenset(hash_address(journal.key, address) for address in written)


def _find(journal: "Journal", who: str, hashes: frozenset[str]) -> "list[Entry]":
    """Return the deliveries of the key or the address, the newest first."""
    from runner.journal.ledger import Selection  # noqa: PLC0415 - not for --help

    found = {entry.id: entry for entry in journal.list_entries(Selection(key=who))}
    for address in sorted(hashes):
        chosen = Selection(address=address)
        found.update((entry.id, entry) for entry in journal.list_entries(chosen))
    return sorted(found.values(), key=lambda entry: (entry.tail, -entry.updated_at, entry.id))


def _known(journal: "Journal", entries: "list[Entry]") -> "list[Known]":
    from runner.book.detail import Detail  # noqa: PLC0415 - not for --help
    from runner.cli.run_detail import is_redirected  # noqa: PLC0415
    from runner.report.why_report import Known  # noqa: PLC0415

    rows = {name: _row(journal, name) for name in {entry.run for entry in entries}}
    found = []
    for entry in entries:
        row = rows[entry.run]
        detail = Detail.from_json(row.detail) if row else Detail("")
        redirected = bool(row and is_redirected(row))
        steps = journal.list_steps(entry.id)
        found.append(Known(entry, steps, detail.by, detail.commit, redirected))
    return found


def _row(journal: "Journal", run: str) -> "RunRow | None":
    return next(iter(journal.list_runs(1, run)), None)
