"""Rendered data -> the two forms that are posted, exactly.

https://www.twilio.com/docs/flex/developer/conversations/interactions-api/interactions
https://www.twilio.com/docs/conversations/api/conversation-message-resource
"""

import json
from typing import Any

from runner.model.channel import Channel
from runner.model.delivery import Customer
from runner.model.exchange import Fields
from runner.render.address import normalise_phone, strip_phone

Data = dict[str, Any]

MESSAGE_FIELDS = {
    "author": "Author",
    "body": "Body",
    "subject": "Subject",
    "content_sid": "ContentSid",
    "content_variables": "ContentVariables",
    "attributes": "Attributes",
}


def make_interaction(rendered: Data, channel: Channel, correlation: str, region: str = "") -> Data:
    """Return the Create Interaction form with its JSON values not yet written as text.

    `correlation` is the delivery's id, or empty when the playbook wants none. `region` is the
    country of customers' numbers that are written without one.
    """
    participants = [_participant(given, channel, region) for given in rendered["participants"]]
    properties = {"type": channel.type, **rendered.get("channel", {}).get("properties", {})}
    form: Data = {
        "Channel": {
            "type": channel.type,
            "initiated_by": "agent",
            "properties": properties,
            "participants": participants,
        }
    }
    if "routing" in rendered:
        form["Routing"] = _routing(rendered["routing"], correlation)
    if "interaction_context_sid" in rendered:
        form["InteractionContextSid"] = rendered["interaction_context_sid"]
    if "webhook_ttid" in rendered:
        form["WebhookTtid"] = rendered["webhook_ttid"]
    return form


def redirect(form: Data, channel: Channel, address: str) -> Data:
    """Return the Create Interaction form with `address` in the place of every customer's."""
    name = "identity" if channel.customer == "identity" else "address"
    bare = address if address.startswith(channel.prefix) else f"{channel.prefix}{address}"
    wanted = strip_phone(bare) if channel.phone else bare
    participants = [{**given, name: wanted} for given in form["Channel"]["participants"]]
    return {**form, "Channel": {**form["Channel"], "participants": participants}}


def make_message(rendered: Data, correlation: str) -> Data:
    """Return the Create Message form with its JSON values not yet written as text."""
    form = {MESSAGE_FIELDS[key]: value for key, value in rendered["message"].items()}
    if correlation:
        form["Attributes"] = {**form.get("Attributes", {}), "flexplay": correlation}
    return form


def write_form(form: Data) -> Fields:
    """Return the form's fields as the exact strings that are sent."""
    return tuple(
        (name, value if isinstance(value, str) else write_json(value))
        for name, value in form.items()
    )


def write_json(value: Any) -> str:
    """Return compact JSON; letters of all languages stay readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def customer_of(form: Data, channel: Channel) -> Customer:
    """Return how the channel knows the customer: the first participant, or email's first `to`."""
    participants = form["Channel"]["participants"]
    wanted = [given for given in participants if given.get("level", "to") == "to"] or participants
    first = wanted[0]
    if channel.customer == "email":
        return Customer(address=str(first.get("address", "")))
    return Customer(
        address=str(first.get("address", "")),
        proxy_address=str(first.get("proxy_address", "")),
        identity=str(first.get("identity", "")),
    )


def _participant(given: Data, channel: Channel, region: str) -> Data:
    participant = {**given, "type": given.get("type", channel.type)}
    if channel.phone:
        for name, country in (("address", region), ("proxy_address", "")):
            if isinstance(participant.get(name), str):
                participant[name] = normalise_phone(participant[name], country)
    return participant


def _routing(given: Data, correlation: str) -> Data:
    properties = dict(given["properties"])
    if correlation:
        properties["attributes"] = {**properties.get("attributes", {}), "flexplay": correlation}
    return {**given, "properties": properties}
