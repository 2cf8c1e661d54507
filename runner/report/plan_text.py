"""A plan for people at a terminal: who gets what, who does not and why, and that it adds up."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from runner.model.mask import mask_sid
from runner.model.plan import SEND, Group, Heading, Plan, Text
from runner.report.paint import BOLD, BOLD_RED, BOLD_YELLOW, CYAN, DIM, GREEN, RED, YELLOW, paint
from runner.report.visible import make_visible

SIGNS = {
    SEND: ("+", "send"),
    "held": (">", "hold"),
    "already_sent": ("=", "already sent"),
    "changed": ("~", "CHANGED"),
    "suppressed": ("-", "suppress"),
    "rejected": ("x", "reject"),
    "expired": ("-", "expired"),
    "failed": ("!", "failed before"),
    "uncertain": ("?", "uncertain"),
    "pending": (".", "pending"),
}
"""A sign and a word for every state: a reader who sees no colour misses nothing."""
_STYLES = {
    SEND: GREEN,
    "held": CYAN,
    "already_sent": DIM,
    "changed": BOLD_YELLOW,
    "suppressed": YELLOW,
    "rejected": RED,
    "expired": YELLOW,
    "failed": RED,
    "uncertain": BOLD_RED,
    "pending": DIM,
}
_SHOWN_WORKERS = 4
_SHOWN_REASONS = 4
_LABEL = 14


def plan_text(heading: Heading, plan: Plan, *, colour: bool = False) -> Iterator[str]:
    """Yield the lines of the plan; `colour` adds what the words say too."""
    yield paint(_head(heading, plan), BOLD, colour=colour)
    for caution in _cautions(heading):
        yield paint(caution, BOLD_YELLOW, colour=colour)
    yield ""
    for state, number in plan.counts.items():
        if number:
            first, *others = _state(plan, state, number)
            yield paint(first, _STYLES[state], colour=colour)
            yield from others
    yield ""
    for text in plan.texts:
        yield from _text(text)
    if plan.other_people:
        yield f"  … and {people(plan.other_people)} get other texts"
    if plan.texts:
        yield ""
    yield sum_text(plan)
    yield from _ending(heading)


def sum_text(plan: Plan) -> str:
    """Return how the counts add up to everybody."""
    parts = [
        f"{number:,} {SIGNS[state][1]}" for state, number in plan.counts.items() if number
    ] or ["0 send"]
    return f"{plan.planned:,} = {' + '.join(parts)}"


def people(number: int) -> str:
    """Return so many people in words."""
    return "1 person" if number == 1 else f"{number:,} people"


def workers_text(workers: Mapping[str, int]) -> str:
    """Return how many tasks each worker would get, the most first."""
    shown = [f"{mask_sid(sid)} {count:,}" for sid, count in list(workers.items())[:_SHOWN_WORKERS]]
    more = len(workers) - _SHOWN_WORKERS
    return ", ".join(shown) + (f", and {more:,} more workers" if more > 0 else "")


def cost_text(text: Text) -> str:
    """Return what a text costs a recipient; nothing where segments do not count."""
    if not text.segments:
        return ""
    average = text.segments / text.people
    same = average == text.most
    each = f"{text.most} segment{'' if text.most == 1 else 's'}"
    cost = each if same else f"{average:.2f} segments on average, {text.most} at most"
    return f"{cost}{_encoding(text)}"


def _encoding(text: Text) -> str:
    if not text.ucs2:
        return ""
    return " (UCS-2)" if text.ucs2 == text.people else f" (UCS-2 for {text.ucs2:,})"


def _head(heading: Heading, plan: Plan) -> str:
    commit = f" at {heading.commit[:7]}" if heading.commit else ""
    parts = [heading.environment, f"account {mask_sid(heading.account)}"]
    parts.append(f"playbook {heading.playbook}{commit}")
    if heading.recipients:
        rows = f"{plan.planned:,} row{'' if plan.planned == 1 else 's'}"
        parts.append(f"recipients {heading.recipients} ({rows})")
    return " · ".join(parts)


def _cautions(heading: Heading) -> Iterator[str]:
    if heading.as_if:
        yield f"AS IF IT WERE {say_time(heading.as_if)}"
    if heading.not_before:
        yield f"Not to be sent before {say_time(heading.not_before)}"
    if heading.redirected_to:
        yield f"REDIRECTED: EVERY MESSAGE GOES TO {heading.redirected_to}, none to a customer"
    if not heading.remembered:
        yield "Already sent: unknown. Nobody asked the journal, so everybody counts as new."
    if heading.refused:
        yield f"REFUSED: {heading.refused}"


def _state(plan: Plan, state: str, number: int) -> Iterator[str]:
    sign, word = SIGNS[state]
    start = f"  {sign} {word:<{_LABEL}}{number:>9,}   "
    blank = " " * len(start)
    facts = list(_sending(plan) if state == SEND else _reasons(plan, state))
    yield (start + (facts[0] if facts else "")).rstrip()
    for fact in facts[1:]:
        yield blank + fact


def _sending(plan: Plan) -> Iterator[str]:
    sender = f" from {', '.join(plan.senders[:3])}" if plan.senders else ""
    sender += f" and {len(plan.senders) - 3:,} more" if len(plan.senders) > 3 else ""
    distinct = len(plan.texts)
    more = " and more" if plan.other_people else ""
    texts = f"{distinct}{more} distinct text{'' if distinct == 1 and not more else 's'}"
    segments = f" · {plan.segments:,} segment{'' if plan.segments == 1 else 's'}"
    yield f"{plan.channel}{sender} · {texts}{segments if plan.segments else ''}"
    if plan.workers:
        yield f"tasks: {workers_text(plan.workers)}"


def _reasons(plan: Plan, state: str) -> Iterator[str]:
    groups = [group for group in plan.groups if group.state == state]
    for group in groups[:_SHOWN_REASONS]:
        count = "" if len(groups) == 1 else f"{group.people:,} "
        yield f"{count}{make_visible(group.reason)}"
        yield f"  {places_text(group)}"
    rest = sum(group.people for group in groups[_SHOWN_REASONS:])
    if rest:
        yield f"{rest:,} for other reasons"
    if state == "held" and plan.opens:
        yield f"the first opens at {say_time(plan.opens)}"


def places_text(group: Group) -> str:
    """Return where the first of a group stand: the file once, then the rows."""
    more = group.people - len(group.places)
    file = group.places[0].rpartition(":")[0]
    rest = [place.removeprefix(file) for place in group.places[1:]]
    shown = ", ".join((group.places[0], *rest))
    return f"{shown}{f' and {more:,} more' if more > 0 else ''}"


def _text(text: Text) -> Iterator[str]:
    facts = "   ".join(filter(None, (people(text.people), cost_text(text))))
    if text.subject:
        yield f"  {make_visible(text.subject)}"
    for line in text.outline.strip().split("\n"):
        yield f"  {make_visible(line)}".rstrip()
    yield f"      {facts}"


def _ending(heading: Heading) -> Iterator[str]:
    if heading.file and heading.until:
        yield f"Saved {heading.file}, valid until {say_time(heading.until)}, digest"
        yield f"  {heading.digest}"
    if heading.next_command:
        yield heading.next_command


def say_time(instant: datetime) -> str:
    """Return an instant for people."""
    return instant.strftime("%Y-%m-%d %H:%M UTC")
