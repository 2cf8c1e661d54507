"""A plan as data (`schemas/plan-report.schema.json`)."""

from dataclasses import asdict
from typing import Any

from runner.model.exit_code import ExitCode
from runner.model.mask import mask_sid
from runner.model.plan import Heading, Plan


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


def _instant(value: Any) -> str:
    return value.isoformat() if value else ""
