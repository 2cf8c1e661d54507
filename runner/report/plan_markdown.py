"""A plan for a pull request's comment or a job's summary."""

from collections.abc import Iterator

from runner.model.plan import SEND, Heading, Plan
from runner.report.markdown import escape_markdown
from runner.report.plan_text import (
    SIGNS,
    cost_text,
    people,
    places_text,
    say_time,
    sum_text,
    workers_text,
)
from runner.report.visible import make_visible

_FENCE = "```"
_SHOWN_REASONS = 3


def plan_markdown(heading: Heading, plan: Plan, of: str = "") -> Iterator[str]:
    """Yield the lines; the first says how many would be messaged. `of` is the send file."""
    title = headline(heading, plan)
    yield f"### {escape_markdown(of)}: {title[0].lower()}{title[1:]}" if of else f"### {title}"
    yield ""
    where = [f"playbook `{_code(heading.playbook)}`", f"environment `{heading.environment}`"]
    if heading.recipients:
        where.append(f"recipients `{_code(heading.recipients)}`")
    yield " · ".join(where)
    yield ""
    yield from _cautions(heading)
    yield "| | people | |"
    yield "|---|--:|---|"
    for state, number in plan.counts.items():
        if number:
            yield f"| {SIGNS[state][1]} | {number:,} | {_facts(plan, state)} |"
    yield ""
    yield sum_text(plan)
    yield ""
    yield from _texts(plan)
    yield from _ending(heading)


def headline(heading: Heading, plan: Plan) -> str:
    """Return in one sentence how many would be messaged."""
    number = plan.counts[SEND]
    where = f"in {heading.environment}"
    if not number:
        changed = plan.counts["changed"]
        if changed:
            have = "person already has" if changed == 1 else "people already have"
            return f"Sends nothing {where}; {changed:,} {have} an earlier text"
        return f"Sends nothing {where}"
    messages = f"{number:,} message{'' if number == 1 else 's'}"
    unknown = "" if heading.remembered else " at most"
    return f"Sends {messages}{unknown} {where}"


def _cautions(heading: Heading) -> Iterator[str]:
    if heading.as_if:
        yield from (f"> **As if it were {say_time(heading.as_if)}.**", "")
    if heading.not_before:
        yield from (f"> Not to be sent before {say_time(heading.not_before)}.", "")
    if not heading.remembered:
        yield from ("> Already sent: unknown. Nobody asked the journal.", "")
    if heading.redirected_to:
        yield from (f"> **REDIRECTED:** every message goes to {heading.redirected_to}.", "")
    if heading.refused:
        yield from (f"> **REFUSED:** {escape_markdown(heading.refused)}", "")


def _facts(plan: Plan, state: str) -> str:
    if state == SEND:
        facts = [plan.channel + (f" from {', '.join(plan.senders)}" if plan.senders else "")]
        if plan.segments:
            facts.append(f"{plan.segments:,} segments")
        if plan.workers:
            facts.append(f"tasks: {workers_text(plan.workers)}")
        return escape_markdown(" · ".join(facts))
    groups = [group for group in plan.groups if group.state == state]
    said = [f"{group.reason} ({places_text(group)})" for group in groups[:_SHOWN_REASONS]]
    return escape_markdown("; ".join(said))


def _texts(plan: Plan) -> Iterator[str]:
    for text in plan.texts:
        yield f"**{people(text.people)}** {cost_text(text)}".rstrip()
        yield ""
        fence = _FENCE
        while fence in text.subject + text.outline:
            fence += "`"
        yield f"{fence}text"
        if text.subject:
            yield make_visible(text.subject)
        for line in text.outline.strip().split("\n"):
            yield make_visible(line)
        yield fence
        yield ""
    if plan.other_people:
        yield f"… and {people(plan.other_people)} get other texts."
        yield ""


def _ending(heading: Heading) -> Iterator[str]:
    if heading.digest:
        yield f"Digest `{heading.digest}`"
        yield ""


def _code(text: str) -> str:
    return make_visible(text).replace("`", "'")
