"""What merging a branch comes to, as data (`schemas/review.schema.json`)."""

from typing import Any

from runner.model.exit_code import ExitCode
from runner.model.review import Review, SendReview
from runner.report.findings_json import finding_object
from runner.report.plan_json import plan_document
from runner.report.review_words import review_headline


def review_document(review: Review, code: ExitCode) -> dict[str, Any]:
    """Return the document that `--format json` prints."""
    return {
        "headline": review_headline(review),
        "base": review.base,
        "environments": [
            {"environment": name, "messages": number} for name, number in review.messages.items()
        ],
        "sends": [_send(each) for each in review.sends],
        "old_wording": [
            {"playbook": each.playbook, "environment": each.environment, "people": each.people}
            for each in review.old_wording
        ],
        "exit_code": int(code),
    }


def _send(send: SendReview) -> dict[str, Any]:
    heading, plan = send.heading, send.plan
    return {
        "file": send.file,
        "environment": send.environment,
        "messages": send.messages,
        "pending": bool(plan and plan.pending),
        "plan": heading.file if heading else "",
        "digest": heading.digest if heading else "",
        "reviewed": send.reviewed,
        "refused": send.refused or (heading.refused if heading else ""),
        "findings": [finding_object(problem) for problem in send.problems],
        "report": plan_document(heading, plan, send.code) if heading and plan else None,
        "exit_code": int(send.code),
    }
