"""Everybody is counted once, and nothing is kept of them but counts and a bit."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from runner.book.book import Begin
from runner.model import outcome as ends
from runner.model.channel import CHANNELS
from runner.model.delivery import Customer, Delivery
from runner.model.exchange import FRESH
from runner.model.outcome import Outcome, state_of
from runner.model.place import Span
from runner.model.plan import SEND, Plan
from runner.model.playbook import Environment
from runner.model.problem import Problem
from runner.model.recipient import RejectedRow
from runner.plan.summary import PLANNED_STATES, Question, make_plan
from runner.policy.limits import Census

_PLACE = Span("people.csv", 2, 1, 2, 1)
_OPENS = datetime(2026, 3, 31, 8, tzinfo=UTC)
_OUTCOMES: tuple[Outcome | None, ...] = (
    None,
    ends.AlreadySent("in run ABC, 2026-03-30 14:03 UTC"),
    ends.Changed("an EARLIER text was sent"),
    ends.Held("outside the window", until=_OPENS),
    ends.Held("no hour suits"),
    ends.Suppressed("by phone"),
    ends.Expired("not_after was yesterday"),
    ends.Failed("21211"),
    ends.Uncertain("no answer"),
    ends.Pending("in run DEF"),
)


def _plan(
    deliveries: list[Delivery],
    known: dict[str, Outcome | None] | None = None,
    rejected: tuple[RejectedRow, ...] = (),
    limit: int | None = None,
) -> Plan:
    def foresee(delivery: Delivery) -> Any:
        return (known or {}).get(delivery.key) or Begin(delivery, FRESH)

    question = Question(deliveries, rejected, "sms", limit)
    return make_plan(question, foresee, Census(Environment("production", {})))


def test_texts_that_differ_in_values_alone_are_one(make_delivery: Callable[..., Delivery]) -> None:
    """With what all of them cost, and whose values need UCS-2."""
    plan = _plan(
        [
            make_delivery(2),
            make_delivery(3, message=(("Body", "Hi Łucja"),)),
            make_delivery(4, outline=(("Body", "Hola ‹name›"),), message=(("Body", "x" * 161),)),
        ]
    )
    first, second = plan.texts
    assert (first.outline, first.people, first.segments, first.most, first.ucs2) == (
        "Hi ‹name›", 2, 2, 1, 1,
    )  # fmt: skip
    assert (second.outline, second.people, second.segments, second.most) == ("Hola ‹name›", 1, 2, 2)
    assert plan.segments == 4
    assert plan.workers == {"WK1": 3}
    assert plan.senders == ("+1•••••1234",)


def test_only_sms_is_counted_in_segments(make_delivery: Callable[..., Delivery]) -> None:
    """A chat message has none."""
    chat = make_delivery(2, channel=CHANNELS["chat"], customer=Customer(identity="ann"))
    plan = _plan([chat])
    assert (plan.segments, plan.texts[0].segments, plan.senders) == (0, 0, ())


def test_of_many_distinct_texts_the_commonest_are_shown(
    make_delivery: Callable[..., Delivery],
) -> None:
    """Everybody is in one text or among the others, also where there are thousands of texts."""
    texts = [f"text {number}" for number in range(1500)] + ["common"] * 3
    plan = _plan(
        [make_delivery(row, outline=(("Body", text),)) for row, text in enumerate(texts, 2)]
    )
    assert len(plan.texts) == 10
    assert sum(text.people for text in plan.texts) + plan.other_people == len(texts)
    front = _plan(
        [make_delivery(row, outline=(("Body", t),)) for row, t in enumerate(texts[::-1], 2)]
    )
    assert (front.texts[0].outline, front.texts[0].people) == ("common", 3)


def test_a_limit_leaves_the_others_pending(make_delivery: Callable[..., Delivery]) -> None:
    """Who has got it already does not count, as in a run; the others are not in the plan."""
    known: dict[str, Outcome | None] = {"2": ends.AlreadySent("in run ABC, then")}
    plan = _plan([make_delivery(row) for row in (2, 3, 4, 5)], known, limit=2)
    assert (plan.counts[SEND], plan.counts["already_sent"], plan.counts["pending"]) == (2, 1, 1)
    assert list(plan.marks) == [False, True, True, False]


def test_reasons_are_grouped_with_the_first_rows(make_delivery: Callable[..., Delivery]) -> None:
    """Not a line for everybody; at which minute each was sent makes no difference."""
    known: dict[str, Outcome | None] = {
        str(row): ends.AlreadySent(f"in run ABC, 2026-03-30 14:{row:02} UTC")
        for row in range(2, 30)
    }
    rejected = (
        RejectedRow({}, Span("people.csv", 40, 1, 40, 9), (Problem(_PLACE, "FP211", "no number"),)),
    )
    plan = _plan([make_delivery(row) for row in range(2, 30)], known, rejected)
    sent, bad = plan.groups
    assert (sent.state, sent.reason, sent.people) == ("already_sent", "in run ABC", 28)
    assert sent.places == tuple(f"people.csv:{row}" for row in range(2, 7))
    assert (bad.state, bad.reason, bad.places) == (
        "rejected",
        "FP211 no number",
        ("people.csv:40",),
    )


def test_the_changed_stand_first(make_delivery: Callable[..., Delivery]) -> None:
    """They usually mean that somebody forgot to change the key."""
    known: dict[str, Outcome | None] = {"2": ends.Held("closed"), "3": ends.Changed("EARLIER text")}
    plan = _plan([make_delivery(2), make_delivery(3)], known)
    assert [group.state for group in plan.groups] == ["changed", "held"]


def test_it_is_told_when_the_first_window_opens(make_delivery: Callable[..., Delivery]) -> None:
    """Of those that have an instant."""
    later = ends.Held("closed", until=datetime(2026, 4, 1, tzinfo=UTC))
    known: dict[str, Outcome | None] = {"2": later, "3": _OUTCOMES[3], "4": _OUTCOMES[4]}
    assert _plan([make_delivery(row) for row in (2, 3, 4)], known).opens == _OPENS


@given(st.lists(st.sampled_from(_OUTCOMES), max_size=40), st.integers(0, 3))
def test_everybody_is_in_exactly_one_state(outcomes: list[Outcome | None], rejects: int) -> None:
    """The counts add up, the groups tell of everybody who gets nothing, and marks are for both."""
    one = Delivery("0" * 32, "", _PLACE, CHANNELS["sms"], Customer("+1"), (), (("Body", "x"),))
    deliveries = [
        Delivery(one.id, str(at), _PLACE, one.channel, one.customer, (), one.message)
        for at in range(len(outcomes))
    ]
    rejected = tuple(
        RejectedRow({}, _PLACE, (Problem(_PLACE, "FP211", "no number"),)) for _ in range(rejects)
    )
    plan = _plan(deliveries, {str(at): found for at, found in enumerate(outcomes)}, rejected)
    assert tuple(plan.counts) == PLANNED_STATES
    assert sum(plan.counts.values()) == plan.planned == len(outcomes) + rejects
    assert sum(group.people for group in plan.groups) == plan.planned - plan.counts[SEND]
    states = [SEND if found is None else state_of(found) for found in outcomes]
    assert list(plan.marks) == [state in (SEND, "held") for state in states]
