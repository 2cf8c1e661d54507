"""Columns and dataclasses, one into the other; the same for both databases."""

import json
import re
from typing import Any

from runner.journal.entry import Entry, State
from runner.journal.ledger import RunRow, Step, Suppression
from runner.model.errors import JournalRefused
from runner.model.outcome import Sids

ENTRY_FIXED = ("id", "scope", "account", "playbook", "key", "attempt", "created_at")
ENTRY_CHANGING = (
    "digest",
    "address",
    "tail",
    "pair",
    "run",
    "epoch",
    "row",
    "state",
    "step",
    "confirmed",
    "interaction",
    "channel",
    "conversation",
    "task",
    "message",
    "reason",
    "intent_at",
    "updated_at",
)
ENTRY = ENTRY_FIXED + ENTRY_CHANGING
RUN = (
    "id",
    "scope",
    "account",
    "playbook",
    "environment",
    "detail",
    "epoch",
    "started_at",
    "lease_until",
    "finished_at",
    "stop",
)
STEP = ("delivery", "at", "number", "run", "event", "step", "state", "reason")
SUPPRESSION = ("address", "tail", "reason", "added_at")

TABLES: dict[str, tuple[str, ...]] = {
    "runs": RUN,
    "entries": ENTRY,
    "steps": STEP,
    "payloads": ("delivery", "sealed"),
    "suppressions": SUPPRESSION,
    "used_plans": ("plan", "run", "used_at"),
    "pairs": ("pair", "delivery"),
    "pace": ("bucket", "next_slot"),
}
"""Every table that `journal copy` carries over, in an order in which they can be filled."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Row = tuple[Any, ...]


def entry_row(entry: Entry) -> Row:
    """Return the values of the columns `ENTRY`.

    Raises:
        JournalRefused: the key or the playbook's name cannot be stored.
    """
    return (
        entry.id,
        entry.scope,
        entry.account,
        _exact(entry.playbook, "playbook's name"),
        _exact(entry.key, "key"),
        entry.attempt,
        entry.created_at,
        *changing_row(entry),
    )


def changing_row(entry: Entry) -> Row:
    """Return the values of the columns `ENTRY_CHANGING`."""
    sids = entry.sids
    return (
        entry.digest,
        entry.address,
        _clean(entry.tail),
        entry.pair,
        entry.run,
        entry.epoch,
        _clean(entry.row),
        entry.state.value,
        entry.step,
        json.dumps(entry.confirmed, separators=(",", ":")),
        _clean(sids.interaction),
        _clean(sids.channel),
        _clean(sids.conversation),
        _clean(sids.task),
        _clean(sids.message),
        _clean(entry.reason),
        entry.intent_at,
        entry.updated_at,
    )


def entry_from(row: Row) -> Entry:
    """Return the entry of a row with the columns `ENTRY`."""
    (id_, scope, account, playbook, key, attempt, created_at, *changing) = row
    (digest, address, tail, pair, run, epoch, place, state, step, confirmed, *rest) = changing
    (interaction, channel, conversation, task, message, reason, intent_at, updated_at) = rest
    return Entry(
        id=id_,
        scope=scope,
        account=account,
        playbook=playbook,
        key=key,
        attempt=attempt,
        digest=digest,
        address=address,
        tail=tail,
        pair=pair,
        run=run,
        epoch=epoch,
        row=place,
        state=State(state),
        step=step,
        confirmed=tuple(json.loads(confirmed)),
        sids=Sids(interaction, channel, conversation, task, message),
        reason=reason,
        intent_at=intent_at,
        created_at=created_at,
        updated_at=updated_at,
    )


def run_row(run: RunRow) -> Row:
    """Return the values of the columns `RUN`."""
    values = tuple(getattr(run, name) for name in RUN)
    return tuple(_clean(value) if isinstance(value, str) else value for value in values)


def run_from(row: Row) -> RunRow:
    """Return the run of a row with the columns `RUN`."""
    return RunRow(*row)


def step_row(step: Step) -> Row:
    """Return the values of the columns `STEP`."""
    values = (step.delivery, step.at, step.number, step.run, step.event, step.step)
    return (*values, step.state.value, _clean(step.reason))


def step_from(row: Row) -> Step:
    """Return the line of history of a row with the columns `STEP`."""
    (delivery, at, number, run, event, step, state, reason) = row
    return Step(delivery, at, number, run, event, step, State(state), reason)


def suppression_row(suppression: Suppression) -> Row:
    """Return the values of the columns `SUPPRESSION`."""
    tail, reason = _clean(suppression.tail), _clean(suppression.reason)
    return (suppression.address, tail, reason, suppression.added_at)


def suppression_from(row: Row) -> Suppression:
    """Return the suppression of a row with the columns `SUPPRESSION`."""
    return Suppression(*row)


def _clean(text: str) -> str:
    """Replace what PostgreSQL or UTF-8 cannot hold; it comes from foreign answers."""
    return _UNSTORABLE.sub("�", text)


def _exact(text: str, name: str) -> str:
    """Refuse what cannot be stored: replaced, two different keys could become one."""
    if _UNSTORABLE.search(text):
        raise JournalRefused(
            f"the {name} {text!r} holds a character that cannot be stored",
            "use printable characters in keys",
        )
    return text
