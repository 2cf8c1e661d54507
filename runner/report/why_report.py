"""Everything that is known of one recipient, as text and as data (`schemas/why.schema.json`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from runner.journal.entry import Entry
from runner.journal.ledger import Step, Suppression
from runner.report.run_record import iso

_EVENTS = {
    "claim": "taken by run {run}",
    "intend": "{step}: about to be posted",
    "confirm": "{step}: happened",
    "disprove": "{step}: did not happen",
    "send": "sent",
    "fail": "failed",
    "doubt": "uncertain",
    "hold": "held",
    "suppress": "suppressed",
    "reject": "rejected",
    "expire": "expired",
    "reopen": "looked at again",
}
_SIDS = ("interaction", "channel", "conversation", "task", "message")


@dataclass(frozen=True, slots=True)
class Known:
    """One delivery with its history, and who ran it from which commit."""

    entry: Entry
    steps: tuple[Step, ...]
    by: str
    commit: str
    redirected: bool


def why_document(known: list[Known], suppressions: list[Suppression]) -> dict[str, Any]:
    """Return the document that `why --format json` prints."""
    return {
        "deliveries": [_delivery(each) for each in known],
        "suppressions": [
            {"address": each.tail, "reason": each.reason, "at": iso(each.added_at)}
            for each in suppressions
        ],
        "exit_code": 0,
    }


def _delivery(known: Known) -> dict[str, Any]:
    entry = known.entry
    sids = {f"{name}_sid": getattr(entry.sids, name) for name in _SIDS}
    return {
        "playbook": entry.playbook,
        "key": entry.key,
        "attempt": entry.attempt,
        "address": entry.tail,
        "state": str(entry.state),
        "reason": entry.reason,
        "row": entry.row,
        "run": entry.run,
        "by": known.by,
        "commit": known.commit,
        "redirected": known.redirected,
        "at": iso(entry.updated_at),
        **sids,
        "steps": [_step(step) for step in known.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "at": iso(step.at),
        "run": step.run,
        "event": step.event,
        "step": step.step,
        "state": str(step.state),
        "reason": step.reason,
    }


def why_lines(known: list[Known], suppressions: list[Suppression], asked: str) -> Iterator[str]:
    """Yield what is known, a block for each address; `asked` is empty where nobody may see it."""
    for each in suppressions:
        yield f"{each.tail}  SUPPRESSED since {iso(each.added_at)}: {each.reason or 'by hand'}"
    address = ""
    for one in known:
        if one.entry.tail != address:
            address = one.entry.tail
            yield f"{address}   (asked as {asked})" if asked else address
        yield from _lines(one)


def _lines(known: Known) -> Iterator[str]:
    entry = known.entry
    parts = [f"  {entry.playbook}", f"key {entry.key}", str(entry.state).upper(), _clock(entry)]
    parts += [f"run {entry.run}"]
    parts += [f"commit {known.commit[:7]}"] if known.commit else []
    parts += [f"by {known.by}"] if known.by else []
    parts += [f"attempt {entry.attempt}"] if entry.attempt > 1 else []
    parts += ["REDIRECTED: the customer got nothing"] if known.redirected else []
    yield "  ".join(parts)
    if entry.reason:
        yield f"     {entry.reason}"
    sids = [f"{name} {sid}" for name in _SIDS if (sid := getattr(entry.sids, name))]
    if sids:
        yield f"     {'  '.join(sids)}"
    for step in known.steps:
        said = _EVENTS.get(step.event, step.event).format(step=step.step, run=step.run)
        reason = f"  ({step.reason})" if step.reason else ""
        yield f"     {_second(step.at)}  {said}{reason}"


def _clock(entry: Entry) -> str:
    return datetime.fromtimestamp(entry.updated_at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _second(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
