"""What a plan allows a run to do, and where a plan is needed."""

from runner.book.book import Begin, Claimed
from runner.book.forecast import Survey
from runner.cli.next_command import quote_command
from runner.journal.ledger import RunRow
from runner.model.errors import Refused
from runner.model.outcome import Held, Outcome, Pending
from runner.policy.objection import Objection
from runner.run import Prepared

_OPEN = ("held", "pending", "uncertain")


def refuse_without_plan(prepared: Prepared) -> None:
    """Refuse to send without a plan where the policy wants one.

    Raises:
        Refused: it does.
    """
    refusal = judge_without_plan(prepared)
    if refusal:
        raise Refused(f"{refusal.why}; nothing was sent", refusal.remedy)


def judge_without_plan(prepared: Prepared) -> Objection | None:
    """Return why nothing may be sent without a plan; None if it may, to one's own phone, say."""
    environment = prepared.loaded.environment
    if not environment.policy.require_plan or prepared.wish.redirect_to:
        return None
    plan = quote_command("plan", prepared.wish.playbook, "-o", "plan.json")
    return Objection(
        f"{environment.name} sends only what was planned (policy.require_plan)",
        f"type: {plan}, have it reviewed, then: {quote_command('apply', 'plan.json')}",
    )


def refuse_used(prepared: Prepared, survey: Survey, row: RunRow) -> None:
    """Refuse to apply a plan once more of which nobody is left.

    Raises:
        Refused: the run that applied it is at its end.
    """
    if prepared.marks is None or survey.begin or any(survey.kept.get(state) for state in _OPEN):
        return
    raise Refused(
        f"the plan has been used: run {row.id} applied it, and nobody is left",
        f"see what became of it: {quote_command('status', row.id)}",
    )


def unplanned_outcome(foreseen: Claimed) -> Outcome:
    """Return the end of a delivery that the plan does not send, whatever could be done with it."""
    if isinstance(foreseen, Begin | Held):
        return Pending("not in the plan")
    return foreseen
