"""What a run comes to, as text and as data (`schemas/run.schema.json`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runner.model.delivery import Delivery
from runner.model.exit_code import ExitCode
from runner.model.mask import mask_address
from runner.model.outcome import STATES, Outcome, Rejected, Sids, state_of
from runner.model.place import Span
from runner.model.recipient import RejectedRow

_SAID = {
    "sent": "accepted by Twilio",
    "already_sent": "already sent",
    "changed": "CHANGED",
    "held": "held",
    "suppressed": "suppressed",
    "rejected": "rejected",
    "expired": "expired",
    "failed": "failed",
    "uncertain": "uncertain",
    "pending": "pending",
}


@dataclass(frozen=True, slots=True)
class RunReport:
    """A finished run. `hints` are why and what to type next, the first one first."""

    run: str
    playbook: str
    environment: str
    counts: dict[str, int]
    segments: int
    duration_s: float
    exit_code: ExitCode
    stopped: str = ""
    redirected_to: str = ""
    hints: tuple[tuple[str, str], ...] = ()


def run_document(report: RunReport) -> dict[str, Any]:
    """Return the document that `--format json` prints."""
    return {
        "run": report.run,
        "playbook": report.playbook,
        "environment": report.environment,
        "counts": report.counts,
        "segments": report.segments,
        "duration_s": round(report.duration_s, 3),
        "stopped": report.stopped,
        "redirected_to": report.redirected_to,
        "next": report.hints[0][1] if report.hints else "",
        "exit_code": int(report.exit_code),
    }


def run_summary(report: RunReport) -> Iterator[str]:
    """Yield the lines that end a run's text: the counts, which add up, and what comes next."""
    counts = report.counts
    said = say_counts(counts) or "nothing to do"
    plural = "" if report.segments == 1 else "s"
    segments = f", {report.segments:,} segment{plural}" if report.segments else ""
    yield f"{counts['planned']:,} planned: {said}{segments}, in {report.duration_s:.1f} s"
    if report.stopped:
        yield f"Stopped: {report.stopped}"
    if report.redirected_to:
        yield f"REDIRECTED TO {report.redirected_to}: nobody else got anything"
    for why, command in report.hints:
        yield f"{why}: {command}"


def say_counts(counts: Mapping[str, int]) -> str:
    """Return what happened to how many: only what did, what must not be overlooked first."""
    order = ("changed", *(state for state in STATES if state != "changed"))
    return ", ".join(f"{counts[state]:,} {_SAID[state]}" for state in order if counts[state])


def delivery_line(delivery: Delivery, outcome: Outcome) -> dict[str, Any]:
    """Return the line of `--format jsonl` for a delivery; the address is masked."""
    return _line(delivery.key, mask_address(delivery.customer.name), outcome, delivery.place)


def rejected_line(row: RejectedRow) -> dict[str, Any]:
    """Return the line of `--format jsonl` for a row that could not be used."""
    problem = row.problems[0]
    return _line("", "", Rejected(f"{problem.code} {problem.message}"), row.place)


def _line(key: str, address: str, outcome: Outcome, place: Span) -> dict[str, Any]:
    sids: Sids = outcome.sids
    return {
        "key": key,
        "address": address,
        "state": state_of(outcome),
        "reason": outcome.reason,
        "interaction_sid": sids.interaction,
        "channel_sid": sids.channel,
        "conversation_sid": sids.conversation,
        "task_sid": sids.task,
        "message_sid": sids.message,
        "row": place_text(place),
    }


def outcome_text(delivery: Delivery, outcome: Outcome, *, shown: bool = False) -> str:
    """Return a line for people about one delivery that did not end well.

    The address is masked unless it is to be `shown`, to somebody at a terminal.
    """
    state, name = state_of(outcome).upper(), delivery.customer.name
    address = name if shown else mask_address(name)
    return f"{state:<10} {place_text(delivery.place)}  {address}  {outcome.reason}"


def place_text(place: Span) -> str:
    """Return `file:line`."""
    return f"{place.file}:{place.line}"
