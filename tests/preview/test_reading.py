"""What a delivery's forms say of sender, receivers and the agent's side."""

import json
from typing import Any

from runner.model.channel import CHANNELS
from runner.model.delivery import Customer, Delivery
from runner.model.message import Message
from runner.model.place import Span
from runner.model.preview import Addressee, Agent, Sender
from runner.preview.reading import read_agent, read_person, read_sender


def _delivery(channel: str, form: dict[str, Any], **routing: Any) -> Delivery:
    interaction = [("Channel", json.dumps(form))]
    if routing:
        interaction.append(("Routing", json.dumps({"properties": routing})))
    place, customer = Span("r.csv", 2, 1, 2, 9), Customer("+13115552368", "+19255551234")
    return Delivery("c0ffee", "A-1", place, CHANNELS[channel], customer, tuple(interaction), ())


def test_who_it_comes_from_depends_on_the_channel() -> None:
    """The proxy address, a mail's own sender, or the author where there are no addresses."""
    message = Message(author="Clinic")
    mail = {"properties": {"from": "a@example.org", "from_name": "A"}}
    assert read_sender(_delivery("sms", {}), message) == Sender(address="+19255551234")
    assert read_sender(_delivery("email", mail), message) == Sender("A", "a@example.org")
    assert read_sender(_delivery("web", {}), message) == Sender("Clinic")


def test_everybody_who_gets_it_is_named() -> None:
    """A mail's copies have levels; in a chat somebody is known by an identity."""
    people = [{"address": "a@example.org", "name": "A", "level": "cc"}, {"identity": "visitor"}]
    person = read_person(_delivery("email", {"participants": people}))
    assert person.addressees == (Addressee("a@example.org", "A", "cc"), Addressee("visitor"))
    assert (person.key, person.place.line) == ("A-1", 2)


def test_the_agents_side_is_what_the_author_wrote() -> None:
    """Our correlation id is left out; what is no text is shown as JSON."""
    attributes = {"name": "Ann", "vip": True, "tags": ["a"], "flexplay": "c0ffee"}
    agent = read_agent(_delivery("sms", {}, attributes=attributes, priority=3, queue_sid="WQ1"))
    assert agent == Agent(
        {"name": "Ann", "vip": "true", "tags": '["a"]'}, {"priority": "3", "queue_sid": "WQ1"}
    )
    assert read_agent(_delivery("sms", {})) == Agent()
