"""What a delivery's forms say of sender, receivers and the agent's side."""

import json
from collections.abc import Mapping
from typing import Any

from runner.model.delivery import Delivery
from runner.model.message import Message
from runner.model.preview import Addressee, Agent, Person, Sender

_OURS = "flexplay"


def read_sender(delivery: Delivery, message: Message) -> Sender:
    """Return who the customer sees the message come from."""
    if delivery.channel.customer == "email":
        properties = _channel(delivery).get("properties", {})
        return Sender(_text(properties.get("from_name", "")), _text(properties.get("from", "")))
    if delivery.channel.customer == "identity":
        return Sender(message.author)
    return Sender(address=delivery.customer.proxy_address)


def read_person(delivery: Delivery) -> Person:
    """Return the recipient, with everybody who gets the message."""
    participants = _channel(delivery).get("participants", [])
    addressees = tuple(
        Addressee(
            _text(given.get("address") or given.get("identity") or ""),
            _text(given.get("name", "")),
            _text(given.get("level", "")),
        )
        for given in participants
    )
    return Person(delivery.key, delivery.place, delivery.customer, addressees)


def read_agent(delivery: Delivery) -> Agent:
    """Return what the task shows the agent, without our own correlation id."""
    return make_agent(json.loads(dict(delivery.interaction).get("Routing", "{}")))


def make_agent(routing: Mapping[str, Any]) -> Agent:
    """Return what the task shows the agent of Twilio's Routing, written or outlined."""
    properties: Mapping[str, Any] = routing.get("properties", {})
    attributes: Mapping[str, Any] = properties.get("attributes", {})
    return Agent(
        {name: _text(value) for name, value in attributes.items() if name != _OURS},
        {name: _text(value) for name, value in properties.items() if name != "attributes"},
    )


def _channel(delivery: Delivery) -> Mapping[str, Any]:
    channel: Mapping[str, Any] = json.loads(dict(delivery.interaction).get("Channel", "{}"))
    return channel


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
