"""What flexplay reads out of Twilio's answers, and nothing that it does not check.

`url` and `links` are never followed: Twilio's own example answers hold malformed ones, and a
stand-in behind `--base-url` would send us away. Addresses are built from SIDs.
"""

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from runner.model.channel import Channel
from runner.model.delivery import Customer
from runner.model.outcome import Sids

_HEX = "[0-9a-fA-F]{32}"


def is_sid(value: Any, prefix: str) -> bool:
    """Tell whether the value is a SID of this kind."""
    return isinstance(value, str) and re.fullmatch(prefix + _HEX, value) is not None


def read_interaction(answer: dict[str, Any]) -> Sids:
    """Return the SIDs of a Create Interaction answer; those that it lacks are empty."""
    properties = _mapping(_mapping(answer.get("routing")).get("properties"))
    return Sids(
        interaction=_sid(answer.get("sid"), "KD"),
        channel=_sid(_mapping(answer.get("channel")).get("sid"), "UO"),
        task=_sid(properties.get("sid"), "WT"),
        conversation=read_conversation_sid(properties.get("attributes")),
    )


def read_conversation_sid(attributes: Any) -> str:
    """Return the conversation's SID out of a task's attributes, or nothing.

    The attributes are a JSON string. Twilio's pages show the SID in three places:
    `conversationSid`, `conversations.media[0].conversation_sid` and `conversations.media[0].sid`.
    `conversations.conversation_id` is the interaction's.
    https://www.twilio.com/docs/flex/developer/conversations/interactions-api
    """
    data = _parse(attributes)
    media = _mapping(data.get("conversations")).get("media")
    first = _mapping(media[0]) if isinstance(media, list) and media else {}
    candidates = (data.get("conversationSid"), first.get("conversation_sid"), first.get("sid"))
    return next((str(value) for value in candidates if is_sid(value, "CH")), "")


def read_task(task: str, attributes: Any) -> Sids:
    """Return the SIDs that Flex wrote into a task's attributes."""
    data = _parse(attributes)
    return Sids(
        interaction=_sid(data.get("flexInteractionSid"), "KD"),
        channel=_sid(data.get("flexInteractionChannelSid"), "UO"),
        conversation=read_conversation_sid(attributes),
        task=_sid(task, "WT"),
    )


def read_event(row: dict[str, Any], delivery: str) -> Sids | None:
    """Return the SIDs of a task.created event whose task carries the delivery's id, else None."""
    data = _mapping(_parse(row.get("event_data")))
    attributes = data.get("task_attributes")
    if correlation_of(attributes) != delivery:
        return None
    return read_task(str(data.get("task_sid") or row.get("resource_sid") or ""), attributes)


def correlation_of(attributes: Any) -> str:
    """Return the delivery's id in the attributes of a task, message or conversation, or nothing."""
    return str(_parse(attributes).get("flexplay") or "")


def read_conflict(message: str) -> str:
    """Return the conversation that error 50416 names in its text, or nothing."""
    found = re.search(rf"\bCH{_HEX}\b", message)
    return found[0] if found else ""


def read_rows(answer: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the list under `key`, without anything in it that is no object."""
    rows = answer.get(key)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def next_page_token(answer: dict[str, Any]) -> tuple[tuple[str, str], ...] | None:
    """Return the query fields of the next page, or None on the last one."""
    url = _mapping(answer.get("meta")).get("next_page_url")
    if not isinstance(url, str) or not url:
        return None
    query = parse_qs(urlsplit(url).query)
    fields = tuple((name, query[name][0]) for name in ("Page", "PageToken") if name in query)
    return fields or None


def is_open_pair(row: dict[str, Any], customer: Customer) -> bool:
    """Tell whether a ParticipantConversations row is an open conversation of this address pair.

    `inactive` counts as open: the pair stays taken until the conversation is closed.
    https://www.twilio.com/docs/flex/developer/conversations/best-practices
    """
    return row.get("conversation_state") != "closed" and is_pair(row, customer)


def is_pair(row: dict[str, Any], customer: Customer) -> bool:
    """Tell whether a ParticipantConversations row is a conversation of this address pair."""
    binding = _mapping(row.get("participant_messaging_binding"))
    return binding.get("proxy_address") == customer.proxy_address and is_sid(
        row.get("conversation_sid"), "CH"
    )


def is_customer(row: dict[str, Any], customer: Customer, channel: Channel) -> bool:
    """Tell whether a participant of a conversation is the customer."""
    if channel.customer == "identity":
        return row.get("identity") == customer.identity
    address = _mapping(row.get("messaging_binding")).get("address")
    if channel.customer == "email" and isinstance(address, str):
        return address.casefold() == customer.address.casefold()
    return address == customer.address


def _sid(value: Any, prefix: str) -> str:
    return str(value) if is_sid(value, prefix) else ""


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _parse(attributes: Any) -> dict[str, Any]:
    if isinstance(attributes, dict):
        return attributes
    try:
        return _mapping(json.loads(attributes)) if isinstance(attributes, str) else {}
    except (ValueError, RecursionError):
        return {}
