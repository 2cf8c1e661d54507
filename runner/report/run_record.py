"""A run as the journal has it, as text and as data (`schemas/status.schema.json`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from runner.model.mask import mask_sid
from runner.model.outcome import Sids
from runner.report.run_report import say_counts

State = Literal["running", "ended", "broken_off"]
_SHOWN = {"running": "running", "ended": "ended", "broken_off": "BROKEN OFF"}


@dataclass(frozen=True, slots=True)
class OpenDelivery:
    """A delivery that did not end well, or has not ended."""

    key: str
    address: str
    state: str
    reason: str
    row: str
    sids: Sids


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run. `broken_off` is one whose process is gone and that did not come to its end.

    `plan` is the digest of the plan that it applies, if it does. Times are seconds since 1970;
    `finished_at` is 0 while it goes on. `origin` is empty for Twilio. `resumable` is false where
    not everything that it needs is written down.
    """

    run: str
    playbook: str
    environment: str
    account: str
    origin: str
    redirected: bool
    state: State
    by: str
    commit: str
    started_at: float
    finished_at: float
    stopped: str
    counts: Mapping[str, int]
    segments: int
    duration_s: float
    plan: str = ""
    resumable: bool = True
    open: tuple[OpenDelivery, ...] = ()


def record_document(record: RunRecord) -> dict[str, Any]:
    """Return a run of the document that `status --format json` prints."""
    return {
        "run": record.run,
        "playbook": record.playbook,
        "environment": record.environment,
        "account": record.account,
        "base_url": record.origin,
        "redirected": record.redirected,
        "state": record.state,
        "by": record.by,
        "commit": record.commit,
        "plan": record.plan,
        "started_at": iso(record.started_at),
        "finished_at": iso(record.finished_at) if record.finished_at else None,
        "stopped": record.stopped,
        "counts": dict(record.counts),
        "segments": record.segments,
        "duration_s": record.duration_s,
    }


def open_document(delivery: OpenDelivery) -> dict[str, Any]:
    """Return a delivery as `run --format jsonl` prints it."""
    sids = delivery.sids
    return {
        "key": delivery.key,
        "address": delivery.address,
        "state": delivery.state,
        "reason": delivery.reason,
        "interaction_sid": sids.interaction,
        "channel_sid": sids.channel,
        "conversation_sid": sids.conversation,
        "task_sid": sids.task,
        "message_sid": sids.message,
        "row": delivery.row,
    }


def list_lines(records: list[RunRecord]) -> Iterator[str]:
    """Yield a line for each run, in columns."""
    cells = [(each.run, each.playbook, each.environment, _when(each)) for each in records]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for record, cell in zip(records, cells, strict=True):
        shown = "  ".join(f"{text:<{width}}" for text, width in zip(cell, widths, strict=True))
        yield f"{shown}  {_counts(record)}"


def record_lines(record: RunRecord) -> Iterator[str]:
    """Yield what is known of one run, without its deliveries."""
    parts = [record.environment, mask_sid(record.account)]
    parts += [f"at {record.origin}"] if record.origin else []
    parts += ["REDIRECTED to one's own address"] if record.redirected else []
    parts += [f"by {record.by}"] if record.by else []
    parts += [f"commit {record.commit[:7]}"] if record.commit else []
    yield f"{record.run}  {record.playbook}  {' · '.join(parts)}"
    spent = f", {record.duration_s:.1f} s of work" if record.duration_s else ""
    yield f"began {_minute(record.started_at)}, {_when(record)}{spent}"
    if record.plan:
        yield f"Applies the plan {record.plan}"
    if record.stopped:
        yield f"Stopped: {record.stopped}"
    yield _counts(record)


def open_lines(record: RunRecord) -> Iterator[str]:
    """Yield a line for everyone who was not sent the message, with the reason."""
    for each in record.open:
        yield f"{each.state.upper():<10} {each.row}  {each.address}  {each.reason}".rstrip()


def _counts(record: RunRecord) -> str:
    counts = record.counts
    plural = "" if record.segments == 1 else "s"
    segments = f", {record.segments:,} segment{plural}" if record.segments else ""
    return f"{counts['planned']:,} planned: {say_counts(counts) or 'nobody yet'}{segments}"


def _when(record: RunRecord) -> str:
    shown = _SHOWN[record.state]
    return f"{shown} {_minute(record.finished_at)}" if record.finished_at else shown


def _minute(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def iso(seconds: float) -> str:
    """Return an instant as ISO 8601."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
