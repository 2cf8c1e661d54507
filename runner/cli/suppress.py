"""`flexplay suppress`: the list of those who must not be messaged."""

import asyncio
import csv
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.options import journal_option
from runner.model.errors import UsageFault

if TYPE_CHECKING:
    from runner.journal.group_commit import Journal
    from runner.journal.ledger import Suppression

_HASH = "address_hash"
_COLUMNS = ("address", "phone", "number", "email", _HASH)
_DATE = "%Y-%m-%d %H:%M:%S UTC"
_EXPORTED = (_HASH, "tail", "reason", "added_at")
_new_option = click.option(
    "--new-journal", "new", is_flag=True, help="Make the journal if there is none yet."
)
_reason_option = click.option("--reason", metavar="TEXT", default="", help="Why; it is kept.")


@click.group("suppress")
def command() -> None:
    """Keep the list of those who must not be messaged, whatever the playbook."""


@command.command("add")
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS…")
@_reason_option
@_new_option
@journal_option
def add(addresses: tuple[str, ...], reason: str, journal: str | None, *, new: bool) -> int:
    """Put each ADDRESS on the list; a bare number means every channel."""
    with ExitStack() as stack:
        opened = _open(stack, journal, new=new)
        found = [each for address in addresses for each in _make(opened, address, "typed", reason)]
        asyncio.run(opened.suppress(found))
    click.echo(f"{_count(len(addresses))} on the list: no run will message them.", err=True)
    return 0


@command.command("remove")
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS…")
@journal_option
def remove(addresses: tuple[str, ...], journal: str | None) -> int:
    """Take each ADDRESS off the list."""
    with ExitStack() as stack:
        opened = _open(stack, journal)
        known = {each.address for each in opened.list_suppressions()}
        hashes = {each.address for one in addresses for each in _make(opened, one, "", "")}
        asyncio.run(opened.unsuppress(hashes & known))
    if not hashes & known:
        raise UsageFault("none of these addresses is on the list", "flexplay suppress list")
    click.echo("Taken off the list: runs may message them again.", err=True)
    return 0


@command.command("list")
@journal_option
def show(journal: str | None) -> int:
    """Show the list. It holds no addresses, only what is left of them after masking."""
    with ExitStack() as stack:
        found = _open(stack, journal).list_suppressions()
    for each in found:
        click.echo(f"{each.tail}  {_iso(each.added_at)}  {each.reason}")
    if not found:
        click.echo("Nobody is on the list.", err=True)
    return 0


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@_reason_option
@click.option(
    "--region",
    metavar="DE",
    default="",
    help="The country of telephone numbers that are written without one.",
)
@_new_option
@journal_option
def import_(file: str, reason: str, region: str, journal: str | None, *, new: bool) -> int:
    """Put everybody of a FILE on the list: CSV as spreadsheets write it, JSON Lines, JSON.

    Its column is called address, phone, number or email; a file of `flexplay suppress export`
    has address_hash.
    """
    with ExitStack() as stack:
        opened = _open(stack, journal, new=new)
        rows = list(_read_rows(opened, file, reason, region))
        asyncio.run(opened.suppress([each for row in rows for each in row]))
    click.echo(f"{_count(len(rows))} on the list: no run will message them.", err=True)
    return 0


@command.command("export")
@journal_option
def export(journal: str | None) -> int:
    """Print the list as CSV: hashes, which only a journal with the same key can read."""
    with ExitStack() as stack:
        found = _open(stack, journal).list_suppressions()
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_EXPORTED)
    for each in found:
        writer.writerow((each.address, each.tail, each.reason, _iso(each.added_at)))
    click.echo("The hashes mean something only to a journal with the same key.", err=True)
    return 0


def _open(stack: ExitStack, url: str | None, *, new: bool = False) -> "Journal":
    from runner.cli.journal_access import (  # noqa: PLC0415 - not for --help
        JournalChoice,
        locate_existing,
        open_existing,
    )
    from runner.journal.connect import open_journal  # noqa: PLC0415

    choice = JournalChoice(url)
    if not new:
        return open_existing(stack, choice).journal
    journal = open_journal(locate_existing(choice), create=True)
    stack.callback(journal.close)
    return journal


def _make(
    journal: "Journal", written: str, source: str, reason: str, region: str = ""
) -> "list[Suppression]":
    """Return the entries of one address, one for each form in which it may meet us.

    Raises:
        UsageFault: it is no address.
    """
    from runner.journal.key import hash_address  # noqa: PLC0415
    from runner.journal.ledger import Suppression  # noqa: PLC0415
    from runner.model.mask import mask_address  # noqa: PLC0415
    from runner.policy.suppression import forms_of, word_reason  # noqa: PLC0415
    from runner.render.address import normalise_phone  # noqa: PLC0415

    address = normalise_phone(written.strip(), region)
    if not address.startswith("+") and ":" not in address and "@" not in address:
        why = "this is no address: it has neither a + and a country code, nor a prefix, nor an @"
        raise UsageFault(why, "write it like +13115552368, whatsapp:+13115552368 or a@example.org")
    said, now = word_reason(source, reason), datetime.now(UTC).timestamp()
    return [
        Suppression(hash_address(journal.key, form), mask_address(form), said, now)
        for form in forms_of(address)
    ]


def _read_rows(
    journal: "Journal", file: str, reason: str, region: str
) -> "Iterator[list[Suppression]]":
    """Yield the entries of each row of a file that is read as recipients are.

    Raises:
        Findings: the file, or a row of it, cannot be read.
        UsageFault: there is no column of addresses, or a row has none.
    """
    from runner.model.errors import Findings  # noqa: PLC0415 - not for --help
    from runner.model.recipient import RejectedRow  # noqa: PLC0415
    from runner.recipients.source import open_source  # noqa: PLC0415

    source = open_source(file, None)
    for row in source.rows():
        if isinstance(row, RejectedRow):
            raise Findings(row.problems)
        cells = {name.strip().casefold(): str(cell) for name, cell in row.fields.items()}
        column = next((name for name in _COLUMNS if name in cells), None)
        if column is None:
            why = f"{file} has no column of addresses"
            raise UsageFault(why, f"name it one of: {', '.join(_COLUMNS)}")
        if column == _HASH:
            yield [_exported(cells)]
            continue
        said = reason or cells.get("reason", "")
        try:
            yield _make(journal, cells[column], Path(file).name, said, region)
        except UsageFault as fault:
            raise UsageFault(f"{file}:{row.place.line}: {fault.message}", fault.remedy) from fault


def _exported(cells: Mapping[str, str]) -> "Suppression":
    """Return the entry that a row of `flexplay suppress export` holds, with its date."""
    from runner.journal.ledger import Suppression  # noqa: PLC0415

    try:
        when = datetime.strptime(cells.get("added_at", ""), _DATE).replace(tzinfo=UTC)
    except ValueError:
        when = datetime.now(UTC)
    tail, reason = cells.get("tail", ""), cells.get("reason", "")
    return Suppression(cells[_HASH].strip(), tail, reason, when.timestamp())


def _count(number: int) -> str:
    return "1 address is" if number == 1 else f"{number:,} addresses are"


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime(_DATE)
