"""`flexplay why`: everything that the journal knows of one recipient."""

import json
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from runner.cli.options import format_option, journal_option

if TYPE_CHECKING:
    from runner.journal.entry import Entry
    from runner.journal.group_commit import Journal


@click.command("why")
@click.argument("who", metavar="ADDRESS|KEY")
@journal_option
@format_option("text", "json")
def command(who: str, journal: str | None, style: str) -> int:
    """Show what became of an ADDRESS or a KEY, in every run of the journal.

    The journal holds no address: the question is hashed and compared.
    """
    from runner.cli.journal_access import JournalChoice, open_existing  # noqa: PLC0415

    with ExitStack() as stack:
        opened = open_existing(stack, JournalChoice(journal))
        found = [_describe(opened.journal, entry) for entry in _find(opened.journal, who)]
    if style == "json":
        click.echo(json.dumps({"deliveries": found}, ensure_ascii=False))
        return 0
    for each in found:
        _print(each)
    if not found:
        click.echo("The journal knows nothing of this address or key.", err=True)
    return 0


def _find(journal: "Journal", who: str) -> "list[Entry]":
    from runner.journal.key import hash_address  # noqa: PLC0415
    from runner.journal.ledger import Selection  # noqa: PLC0415
    from runner.render.address import strip_phone  # noqa: PLC0415

    found = list(journal.list_entries(Selection(key=who)))
    for address in dict.fromkeys((who, strip_phone(who), f"whatsapp:{strip_phone(who)}")):
        chosen = Selection(address=hash_address(journal.key, address))
        found += journal.list_entries(chosen)
    return found


def _describe(journal: "Journal", entry: "Entry") -> dict[str, Any]:
    steps = [
        {"at": _iso(step.at), "event": step.event, "step": step.step, "state": str(step.state)}
        for step in journal.list_steps(entry.id)
    ]
    return {
        "playbook": entry.playbook,
        "key": entry.key,
        "attempt": entry.attempt,
        "address": entry.tail,
        "state": str(entry.state),
        "reason": entry.reason,
        "run": entry.run,
        "at": _iso(entry.updated_at),
        "interaction_sid": entry.sids.interaction,
        "conversation_sid": entry.sids.conversation,
        "task_sid": entry.sids.task,
        "message_sid": entry.sids.message,
        "steps": steps,
    }


def _print(found: dict[str, Any]) -> None:
    click.echo(
        f"{found['address']}  {found['playbook']}  key {found['key']}  {found['state']}  "
        f"{found['at']}  run {found['run']}"
    )
    if found["reason"]:
        click.echo(f"   {found['reason']}")
    names = ("interaction", "conversation", "task", "message")
    sids = [f"{name} {found[f'{name}_sid']}" for name in names if found[f"{name}_sid"]]
    if sids:
        click.echo(f"   {'  '.join(sids)}")


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
