"""A plan as data (`schemas/plan-report.schema.json`, `schemas/plan-line.schema.json`)."""

from dataclasses import asdict
from typing import Any

from runner.model.delivery import Delivery
from runner.model.exit_code import ExitCode
from runner.model.mask import mask_address, mask_sid
from runner.model.outcome import Held, Outcome, state_of
from runner.model.plan import SEND, Heading, Plan
from runner.model.recipient import RejectedRow
from runner.report.run_report import place_text


def plan_document(heading: Heading, plan: Plan, code: ExitCode) -> dict[str, Any]:
    """Return the document that `--format json` prints."""
    return {
        "playbook": heading.playbook,
        "environment": heading.environment,
        "account": heading.account,
        "commit": heading.commit,
        "recipients": heading.recipients,
        "as_if": _instant(heading.as_if),
        "not_before": _instant(heading.not_before),
        "already_sent_known": heading.remembered,
        "redirected_to": heading.redirected_to,
        "refused": heading.refused,
        "counts": {"planned": plan.planned, **plan.counts},
        "channel": plan.channel,
        "senders": list(plan.senders),
        "segments": plan.segments,
        "texts": [asdict(text) for text in plan.texts],
        "other_people": plan.other_people,
        "groups": [{**asdict(group), "places": list(group.places)} for group in plan.groups],
        "workers": [
            {"worker": mask_sid(sid), "tasks": count} for sid, count in plan.workers.items()
        ],
        "opens": _instant(plan.opens),
        "file": heading.file,
        "digest": heading.digest,
        "expires_at": _instant(heading.until),
        "next": heading.next_command,
        "exit_code": int(code),
    }


def planned_line(delivery: Delivery, outcome: Outcome | None) -> dict[str, Any]:
    """Return a recipient's line of `--format jsonl`; without an outcome it would be sent."""
    return {
        "key": delivery.key,
        "address": mask_address(delivery.customer.name),
        "state": SEND if outcome is None else state_of(outcome),
        "reason": "" if outcome is None else outcome.reason,
        "until": _instant(outcome.until) if isinstance(outcome, Held) else "",
        "row": place_text(delivery.place),
    }


def unplannable_line(row: RejectedRow) -> dict[str, Any]:
    """Return the line of a row that cannot be sent as it is."""
    problem = row.problems[0]
    return {
        "key": "",
        "address": "",
        "state": "rejected",
        "reason": f"{problem.code} {problem.message}",
        "until": "",
        "row": place_text(row.place),
    }


def _instant(value: Any) -> str:
    return value.isoformat() if value else ""
