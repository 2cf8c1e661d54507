"""A prepared run -> its plan and the plan file; a plan file -> the prepared run that it was."""

from dataclasses import replace
from datetime import datetime, timedelta

from runner.book.detail import Detail
from runner.journal.key import JournalKey
from runner.model.errors import Refused
from runner.model.marks import Marks
from runner.model.plan import Plan
from runner.plan.file import PlanFile
from runner.plan.pins import REQUESTS, Inputs, Target, find_changes, pin, pin_requests
from runner.plan.summary import Foresee, Question, Tell, make_plan
from runner.policy.limits import Census
from runner.prepare import Wish
from runner.run import Prepared, all_deliveries


def plan_prepared(
    prepared: Prepared, foresee: Foresee, limit: int | None, tell: Tell
) -> tuple[Plan, Census]:
    """Return what a run of this would do, and what the policy counts; `tell` hears of each."""
    census = Census(prepared.loaded.environment)
    channel = prepared.loaded.playbook.channel.type
    question = Question(all_deliveries(prepared), prepared.checked.rejected, channel, limit, tell)
    return make_plan(question, foresee, census), census


def freeze(prepared: Prepared, plan: Plan, key: JournalKey, created_at: datetime) -> PlanFile:
    """Return the plan as it is kept: it can be applied until it expires."""
    wish, loaded = prepared.wish, prepared.loaded
    valid_for = timedelta(seconds=loaded.environment.policy.plan_valid_for)
    return PlanFile(
        run=prepared.run,
        playbook=wish.playbook,
        name=loaded.playbook.name,
        environment=loaded.environment.name,
        scope=prepared.target.scope,
        account=prepared.target.account,
        now=prepared.now,
        created_at=created_at,
        expires_at=max(created_at, prepared.now) + valid_for,
        pins=pins_of(prepared, key),
        counts=plan.counts,
        segments=plan.segments,
        marks=plan.marks,
        recipients=wish.recipients,
        named_environment=wish.environment,
        variables=wish.variables,
        key=wish.key,
        only=None if wish.only is None else tuple(sorted(wish.only)),
        at=wish.at,
    )


def pins_of(prepared: Prepared, key: JournalKey) -> dict[str, str]:
    """Return what a plan of this is bound to."""
    from importlib.metadata import version  # noqa: PLC0415 - a run needs no version

    loaded = prepared.loaded
    inputs = Inputs(
        program=version("flexplay"),
        target=Target(prepared.target.scope, prepared.target.account),
        playbook=loaded.playbook,
        environment=loaded.environment,
        project_file=loaded.project_file,
        variables=loaded.variables,
        recipients=prepared.source.file,
        requests=prepared.checked.digests,
        rejected=prepared.checked.rejected_count,
    )
    return pin(inputs, key)


def wish_of(plan: PlanFile, recipients: str | None = None) -> Wish:
    """Return what was asked for when the plan was made; `recipients` lie elsewhere now."""
    return Wish(
        plan.playbook,
        recipients or plan.recipients,
        variables=plan.variables,
        environment=plan.named_environment,
        key=plan.key,
        only=None if plan.only is None else frozenset(plan.only),
        at=plan.at,
    )


def bind(prepared: Prepared, plan: PlanFile, key: JournalKey) -> Prepared:
    """Return the run that sends to nobody but those whom the plan marks.

    Raises:
        Refused: something is not as it was planned.
    """
    changes = find_changes(plan.pins, pins_of(prepared, key))
    if changes:
        names = ", ".join(changes)
        why = f"not as it was planned: {names}; nothing was sent"
        raise Refused(why, "plan it anew and have that reviewed, or bring back what was planned")
    return replace(prepared, marks=plan.marks)


def describe_plan(detail: Detail, plan: PlanFile) -> Detail:
    """Return what the run that applies the plan writes down of it, to be carried on without it."""
    marks, requests = plan.marks.to_text(), plan.pins[REQUESTS]
    return replace(detail, plan=plan.digest, marks=marks, requests=requests)


def bind_again(prepared: Prepared, detail: Detail, key: JournalKey) -> Prepared:
    """Return a run that is carried on; if it applies a plan, it sends to nobody else.

    Raises:
        Refused: the recipients are not those of the plan.
    """
    if not detail.marks:
        return prepared
    if pin_requests(prepared.checked.digests, key) != detail.requests:
        why = "the recipients or their messages are not those of the plan that this run applies"
        raise Refused(f"{why}; nothing was sent", "give the recipients of the plan: -r FILE")
    return replace(prepared, marks=Marks.from_text(detail.marks))
