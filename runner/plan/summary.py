"""Deliveries x what the journal and the policy say of them -> a plan, as a stream.

Of a million rows nothing is kept but a bit each, and counts.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from runner.book.book import Begin, Claimed
from runner.model.delivery import Delivery
from runner.model.marks import Marks
from runner.model.mask import mask_address
from runner.model.message import message_of, outline_of
from runner.model.outcome import STATES, Held, Outcome, Pending, state_of
from runner.model.place import Span
from runner.model.plan import SEND, Group, Plan, Text
from runner.model.recipient import RejectedRow
from runner.policy.limits import Census
from runner.sms.segments import count_segments

Foresee: TypeAlias = Callable[[Delivery], Claimed]
Tell: TypeAlias = Callable[[Delivery, Outcome | None], None]
PLANNED_STATES = (SEND, *(state for state in STATES if state != "sent"))
BEYOND = Pending("beyond --limit")
_MOST_TEXTS = 1000
_SHOWN_TEXTS = 10
_MOST_REASONS = 20
_SHOWN_PLACES = 5
_MINUTE = re.compile(r", [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC")


@dataclass(slots=True)
class _Texts:
    """Counts texts; of more than so many distinct ones, only people."""

    found: dict[tuple[str, str], Text] = field(default_factory=dict)
    other_people: int = 0

    def add(self, delivery: Delivery) -> None:
        outline = outline_of(delivery)
        key = (outline.subject, outline.text)
        known = self.found.get(key)
        if known is None and len(self.found) >= _MOST_TEXTS:
            self.other_people += 1
            return
        known = known or Text(*key, people=0)
        self.found[key] = _count_text(known, delivery)

    def commonest(self) -> tuple[tuple[Text, ...], int]:
        """Return the commonest texts, and how many people get another."""
        ranked = sorted(self.found.values(), key=lambda text: -text.people)
        rest = sum(text.people for text in ranked[_SHOWN_TEXTS:])
        return tuple(ranked[:_SHOWN_TEXTS]), rest + self.other_people


def _count_text(text: Text, delivery: Delivery) -> Text:
    people = text.people + 1
    body = message_of(delivery).body
    if delivery.channel.type != "sms" or not body:
        return Text(text.subject, text.outline, people, text.segments, text.most, text.ucs2)
    cost = count_segments(body)
    return Text(
        text.subject,
        text.outline,
        people,
        text.segments + cost.segments,
        max(text.most, cost.segments),
        text.ucs2 + (cost.encoding == "UCS-2"),
    )


@dataclass(slots=True)
class _Groups:
    """Counts who gets nothing, by state and reason."""

    people: Counter[tuple[str, str]] = field(default_factory=Counter)
    places: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, state: str, reason: str, place: Span) -> None:
        key = (state, reason)
        if key not in self.people and len(self.people) >= _MOST_REASONS * len(PLANNED_STATES):
            key = (state, "other reasons")
        self.people[key] += 1
        places = self.places.setdefault(key, [])
        if len(places) < _SHOWN_PLACES:
            places.append(f"{place.file}:{place.line}")

    def all(self) -> tuple[Group, ...]:
        """Return the groups: the gravest state first, the largest group of it first."""
        order = ("changed", *PLANNED_STATES)
        ranked = sorted(self.people.items(), key=lambda item: (order.index(item[0][0]), -item[1]))
        return tuple(Group(*key, people, tuple(self.places[key])) for key, people in ranked)


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be planned: the deliveries that may be sent, and the rows that may not.

    `tell` is told of each delivery, and why it would not be sent, None if it would.
    """

    deliveries: Iterable[Delivery]
    rejected: Sequence[RejectedRow]
    channel: str
    limit: int | None = None
    tell: Tell = lambda _, __: None


def make_plan(question: Question, foresee: Foresee, census: Census) -> Plan:
    """Return what would be done; `census` counts those who would be messaged, for the policy."""
    counts: Counter[str] = Counter()
    texts, groups, marks = _Texts(), _Groups(), Marks()
    opens: datetime | None = None
    senders: Counter[str] = Counter()
    for delivery in question.deliveries:
        outcome = _foreseen(delivery, foresee, question.limit, counts)
        question.tell(delivery, outcome)
        marks.add(marked=outcome is None or isinstance(outcome, Held))
        if outcome is None:
            counts[SEND] += 1
            census.add(delivery)
            texts.add(delivery)
            senders[delivery.customer.proxy_address] += 1
            continue
        counts[state_of(outcome)] += 1
        groups.add(state_of(outcome), _reason(outcome), delivery.place)
        if isinstance(outcome, Held) and outcome.until:
            opens = min(opens or outcome.until, outcome.until)
    for row in question.rejected:
        counts["rejected"] += 1
        groups.add("rejected", _fault(row), row.place)
    commonest, other_people = texts.commonest()
    return Plan(
        planned=counts.total(),
        counts={state: counts[state] for state in PLANNED_STATES},
        channel=question.channel,
        senders=tuple(mask_address(sender) for sender, _ in senders.most_common() if sender),
        segments=census.segments,
        texts=commonest,
        other_people=other_people,
        groups=groups.all(),
        workers=dict(census.tasks.most_common()),
        opens=opens,
        marks=marks,
    )


def _foreseen(
    delivery: Delivery, foresee: Foresee, limit: int | None, counts: Counter[str]
) -> Outcome | None:
    """Return why the delivery would not be sent; None if it would."""
    claimed = foresee(delivery)
    if not isinstance(claimed, Begin):
        return claimed
    return BEYOND if limit is not None and counts[SEND] >= limit else None


def _reason(outcome: Outcome) -> str:
    """Return why, in words that many recipients share: not at which minute each was sent."""
    return _MINUTE.sub("", outcome.reason)


def _fault(row: RejectedRow) -> str:
    problem = row.problems[0]
    return f"{problem.code} {problem.message}"
