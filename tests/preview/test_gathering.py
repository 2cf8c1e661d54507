"""Those who get the same message from the same sender are one card."""

import json

import pytest

from runner.model.channel import CHANNELS
from runner.model.delivery import Customer, Delivery
from runner.model.exchange import Product, Request
from runner.model.message import message_of, outline_of
from runner.model.place import Span
from runner.model.preview import Agent, Sender, Within
from runner.model.problem import Problem, Severity
from runner.preview.gathering import SHOWN_PEOPLE, Gathering, Shown
from runner.preview.privacy import Privacy

_NUMBER = "+13115550100"


def _delivery(
    key: str, body: str, *, sender: str = "+19255551234", queue: str = "WQ1", outline: str = ""
) -> Delivery:
    routing = {"queue_sid": queue, "attributes": {"name": key, "flexplay": "c0ffee"}}
    return Delivery(
        id=f"id of {key} {queue}",
        key=key,
        place=Span("r.csv", ord(key[0]), 1, ord(key[0]), 9),
        channel=CHANNELS["sms"],
        customer=Customer(_NUMBER, sender),
        interaction=(
            ("Channel", json.dumps({"participants": [{"address": _NUMBER}]})),
            ("Routing", json.dumps({"properties": routing})),
        ),
        message=(("Author", "Clinic"), ("Body", body)),
        outline=(("Body", outline),) if outline else (),
    )


def _rehearse(delivery: Delivery) -> tuple[Request, ...]:
    form = (("Body", f"call {_NUMBER}"), ("Address", _NUMBER), ("Id", delivery.id))
    return (Request("POST", Product.FLEX, "/v1/X", form=form),)


def _nothing() -> tuple[Problem, ...]:
    return ()


def _problem(message: str) -> Problem:
    return Problem(Span("p.yaml", 1, 1, 1, 2), "FP301", message, severity=Severity.WARNING)


@pytest.fixture
def few() -> Gathering:
    """Return a gathering of samples."""
    return Gathering(Shown(message_of, _rehearse, few=True))


def test_equal_messages_in_two_environments_are_one(few: Gathering) -> None:
    """The card names both, and only what differs is told apart."""
    for environment, queue in (("staging", "WQ1"), ("production", "WQ2")):
        few.add(environment, _delivery("A", "Hi", queue=queue), _nothing)
    (card,) = few.cards()
    assert (card.environments, card.people, few.seen) == (("staging", "production"), 1, 1)
    rows = {row.name: row.values for row in (*card.attributes, *card.properties)}
    assert rows["name"] == (Within(("staging", "production"), "A"),)
    assert rows["queue_sid"] == (Within(("staging",), "WQ1"), Within(("production",), "WQ2"))
    assert [each.environments for each in card.requests] == [("staging",), ("production",)]


def test_our_own_correlation_id_is_no_attribute(few: Gathering) -> None:
    """The agent sees what the author wrote."""
    few.add("staging", _delivery("A", "Hi"), _nothing)
    assert [row.name for row in few.cards()[0].attributes] == ["name"]


def test_another_text_or_sender_is_another_card(few: Gathering) -> None:
    """In the order of those who stand first on them; equal ones are counted."""
    few.add("staging", _delivery("A", "Hi"), _nothing)
    few.add("staging", _delivery("B", "Bye"), _nothing)
    few.add("staging", _delivery("C", "Hi", sender="+19255550000"), _nothing)
    few.add("staging", _delivery("D", "Hi"), _nothing)
    assert [(card.message.body, card.people) for card in few.cards()] == [
        ("Hi", 2),
        ("Bye", 1),
        ("Hi", 1),
    ]
    assert few.cards()[2].sender == Sender(address="+19255550000")
    assert few.seen == 4


def test_findings_are_told_once_with_their_environments(few: Gathering) -> None:
    """The same finding of two samples or in two environments is one."""
    for environment in ("staging", "production"):
        few.add(environment, _delivery("A", "Hi"), lambda: (_problem("dear"),))
        few.add(environment, _delivery("B", "Hi"), lambda: (_problem("dear"),))
    few.add("production", _delivery("C", "Hi"), lambda: (_problem("long"),))
    both = ("staging", "production")
    assert few.cards()[0].problems == (
        Within(both, _problem("dear")),
        Within(("production",), _problem("long")),
    )


def test_who_gets_no_message_is_noted_once(few: Gathering) -> None:
    """A sample that fails in two environments is one failure."""
    place = Span("p.yaml", 9, 1, 9, 2)
    few.fail("staging", place, (_problem("empty"),))
    few.fail("production", place, (_problem("empty"),))
    (failure,) = few.failures()
    assert failure.problems == (Within(("staging", "production"), _problem("empty")),)
    assert few.seen == 1


def test_no_more_cards_than_wished_but_everybody_is_counted() -> None:
    """Who has a text that is shown still counts on its card; the others are more."""
    gathering = Gathering(Shown(message_of, _rehearse, limit=1))
    for key, body in (("A", "Hi"), ("B", "Bye"), ("C", "Hi"), ("D", "Ciao")):
        gathering.add("production", _delivery(key, body), _nothing)
    assert [(card.message.body, card.people) for card in gathering.cards()] == [("Hi", 2)]
    assert gathering.more == 2


def test_of_many_only_the_first_are_named_and_asked_about() -> None:
    """Findings and requests are made for who stands for the others."""
    asked = []

    def check() -> tuple[Problem, ...]:
        asked.append(1)
        return ()

    gathering = Gathering(Shown(message_of, _rehearse))
    for number in range(40):
        gathering.add("production", _delivery(chr(65 + number), "Hi"), check)
    (card,) = gathering.cards()
    assert (card.people, len(card.first), len(asked)) == (40, SHOWN_PEOPLE, 1)


def test_hidden_values_stand_nowhere() -> None:
    """Without values, texts are outlines, and nothing else says who they are."""
    privacy = Privacy(values=False, addresses=False)
    outlined = Agent({"name": "‹name›"})
    gathering = Gathering(Shown(outline_of, _rehearse, lambda _: outlined, privacy))
    for key in "AB":
        gathering.add("production", _delivery(key, f"Hi {key}!", outline="Hi ‹name›!"), _nothing)
    (card,) = gathering.cards()
    assert (card.message.body, card.people, card.segments) == ("Hi ‹name›!", 2, (1, 1))
    assert card.attributes[0].values[0].value == "‹name›"
    assert card.requests == ()
    assert card.sender.address == "+1•••••1234"
    assert card.first[0].customer.address == "+1•••••0100"
    assert _NUMBER not in repr(card)


def test_masked_addresses_are_masked_in_requests_but_not_in_texts() -> None:
    """A number in the text is what the customer reads; one beside it is the customer's."""
    gathering = Gathering(Shown(message_of, _rehearse, privacy=Privacy(addresses=False)))
    gathering.add("production", _delivery("A", "Hi"), _nothing)
    (card,) = gathering.cards()
    (request,) = card.requests[0].value
    assert dict(request.form)["Address"] == "+1•••••0100"
    assert dict(request.form)["Body"] == f"call {_NUMBER}"
    assert card.first[0].addressees[0].address == "+1•••••0100"
    assert card.sender.address == "+19255551234"
