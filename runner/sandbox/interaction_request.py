"""What POST /v1/Interactions takes: `Channel` and `Routing`, two JSON objects in form fields.

https://www.twilio.com/docs/flex/developer/conversations/interactions-api/interactions#request-body-parameters
The `WSXXXX…` of the documents is taken for a SID, so that they can be tried here.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runner.sandbox.answers import JsonObject, TwilioError, is_sid, parsed_json
from runner.sandbox.bindings import is_address
from runner.sandbox.call import Call
from runner.sandbox.tasks import TaskRequest
from runner.sandbox.values import Binding, Candidate

TASK_ATTRIBUTES_LIMIT = 4096
CHANNEL_TYPES = ("sms", "whatsapp", "web", "chat", "email", "messenger", "gbm")
_PAIRED = ("sms", "whatsapp", "messenger", "gbm")
_INITIATORS = ("customer", "agent", "api")
_ROUTING_SIDS = {
    "workspace_sid": "WS",
    "workflow_sid": "WW",
    "queue_sid": "WQ",
    "worker_sid": "WK",
    "task_channel_sid": "TC",
}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_CONTEXT = re.compile(r"HQ[0-9a-fA-F]{32}")
_WEBHOOK = re.compile(r"flex_interactionwebhook_[0-9a-zA-Z]{26}")


@dataclass(frozen=True, slots=True)
class ChannelRequest:
    """A checked `Channel`: who is to join which conversation, over what."""

    type: str
    initiated_by: str
    media_channel_sid: str | None
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class InteractionRequest:
    """A checked form."""

    channel: ChannelRequest
    task: TaskRequest | None
    context_sid: str | None
    webhook_ttid: str | None


def read_interaction(call: Call) -> InteractionRequest:
    """Check the whole form.

    Raises:
        TwilioError: 400 with 45004, 45351 or 45355.
    """
    channel = _read_channel(_object_of(call, "Channel") or _missing("Channel"))
    routing = _object_of(call, "Routing")
    agent = channel.initiated_by == "agent"
    return InteractionRequest(
        channel=channel,
        task=None if routing is None else read_routing(routing, agent=agent),
        context_sid=_matching(call, "InteractionContextSid", _CONTEXT),
        webhook_ttid=read_webhook(call),
    )


def read_webhook(call: Call) -> str | None:
    """`WebhookTtid`, in its documented form."""
    return _matching(call, "WebhookTtid", _WEBHOOK)


def read_routing(routing: JsonObject, *, agent: bool) -> TaskRequest:
    """A checked `Routing`; an agent's needs queue and worker."""
    properties = routing.get("properties")
    if not isinstance(properties, dict):
        raise refuse("Routing.properties must be an object")
    required = ("workspace_sid", "queue_sid", "worker_sid") if agent else ("workspace_sid",)
    for name in required:
        if not properties.get(name):
            raise refuse(f"Routing.properties.{name} is required")
    sids = {n: sid_of(properties, "Routing.properties", n, p) for n, p in _ROUTING_SIDS.items()}
    return TaskRequest(
        workspace_sid=sids["workspace_sid"] or "",
        workflow_sid=sids["workflow_sid"],
        queue_sid=sids["queue_sid"],
        worker_sid=sids["worker_sid"],
        task_channel_sid=sids["task_channel_sid"],
        task_channel_unique_name=text_of(properties, "task_channel_unique_name"),
        attributes=_task_attributes(properties.get("attributes", {})),
        priority=_number(properties, "priority", 0),
        timeout=_number(properties, "timeout", 86_400),
    )


def as_text(value: Mapping[str, Any]) -> str:
    """Attributes as the string that Twilio keeps."""
    return _encode(value)


def refuse(message: str) -> TwilioError:
    """https://www.twilio.com/docs/api/errors/45004."""
    return TwilioError(400, 45004, f"Validation Error: {message}")


def object_of(text: str, name: str) -> JsonObject:
    """A JSON object that came as a string."""
    try:
        value = parsed_json(text)
    except ValueError as error:
        raise refuse(f"{name} is not valid JSON") from error
    if not isinstance(value, dict):
        raise refuse(f"{name} must be a JSON object")
    return value


def _object_of(call: Call, name: str) -> JsonObject | None:
    text = call.form.get(name)
    return None if text is None else object_of(text, name)


def _missing(name: str) -> JsonObject:
    raise refuse(f"Missing required parameter {name}")


def _matching(call: Call, name: str, pattern: re.Pattern[str]) -> str | None:
    text = call.form.get(name) or None
    if text is not None and not pattern.fullmatch(text):
        raise refuse(f"{name} must match {pattern.pattern}")
    return text


def _read_channel(channel: JsonObject) -> ChannelRequest:
    kind = _one_of(channel, "type", CHANNEL_TYPES)
    initiated_by = _one_of(channel, "initiated_by", _INITIATORS)
    if "sid" in channel:
        raise refuse("Channel.sid is not emulated here: use properties.media_channel_sid")
    properties = _given(channel, "properties", {})
    if not isinstance(properties, dict):
        raise refuse("Channel.properties must be an object")
    media = sid_of(properties, "Channel.properties", "media_channel_sid", "CH")
    if initiated_by == "customer" and media is None:
        raise refuse("Channel.properties.media_channel_sid is required when a customer initiates")
    sender = _email_sender(properties, kind, initiated_by)
    participants = _given(channel, "participants", [])
    if not isinstance(participants, list):
        raise refuse("Channel.participants must be an array")
    if initiated_by == "agent" and media is None and not participants:
        raise TwilioError(400, 45355, "Failed to create a channel. No Participants found.")
    candidates = tuple(_candidate(kind, sender, participant) for participant in participants)
    return ChannelRequest(kind, initiated_by, media, candidates)


def _given(channel: JsonObject, name: str, default: Any) -> Any:
    """A key's value; null is the same as leaving it out."""
    value = channel.get(name)
    return default if value is None else value


def _email_sender(properties: JsonObject, kind: str, initiated_by: str) -> str | None:
    """`from` and `from_name`, which e-mail by an agent or the API needs."""
    if kind != "email" or initiated_by == "customer":
        return None
    for name in ("from", "from_name"):
        if not isinstance(properties.get(name), str) or not properties[name]:
            raise refuse(f"Channel.properties.{name} is required for email")
    return str(properties["from"])


def _candidate(kind: str, sender: str | None, participant: Any) -> Candidate:
    """One participant: https://www.twilio.com/docs/api/errors/45351 wants exactly one handle."""
    if not isinstance(participant, dict):
        raise refuse("Channel.participants must hold objects")
    keys = ("identity", "address", "proxy_address", "name", "level")
    identity, address, proxy, name, level = (text_of(participant, key) for key in keys)
    if (identity is None) == (address is None and proxy is None):
        raise _not_one_handle()
    if identity is not None:
        if kind in (*_PAIRED, "email"):
            raise refuse(f"A participant of type {kind} has no identity")
        return Candidate(identity, None)
    if address is None or (proxy is None) != (kind == "email"):
        raise _not_one_handle()
    if kind == "email":
        return Candidate(None, _email_binding(address, name, level, sender))
    _check_addresses(kind, address, proxy or "")
    return Candidate(None, Binding(kind, address, proxy))


def _not_one_handle() -> TwilioError:
    return TwilioError(
        400,
        45351,
        "Invalid Channel Participant properties: exactly one of identity or "
        "address and proxy_address",
    )


def _email_binding(
    address: str, name: str | None, level: str | None, sender: str | None
) -> Binding:
    if level not in {"to", "cc", "bcc"} or name is None or "@" not in address:
        raise refuse("A participant of type email has level (to, cc, bcc), name and address")
    return Binding("email", address, None, name, level, sender)


def _check_addresses(kind: str, address: str, proxy: str) -> None:
    for name, value in (("address", address), ("proxy_address", proxy)):
        if not is_address(kind, value):
            raise refuse(f"{name} '{value}' is no {kind} address")
    if address == proxy:
        raise refuse("address equals proxy_address")


def _one_of(channel: JsonObject, name: str, allowed: tuple[str, ...]) -> str:
    value = channel.get(name)
    if not isinstance(value, str) or value not in allowed:
        raise refuse(f"Channel.{name} must be one of {', '.join(allowed)}")
    return value


def text_of(properties: JsonObject, name: str) -> str | None:
    """A text among the properties; None where it is empty or not there."""
    value = properties.get(name)
    if value is not None and not isinstance(value, str):
        raise refuse(f"{name} must be a string")
    return value or None


def sid_of(properties: JsonObject, where: str, name: str, prefix: str) -> str | None:
    """A SID among the properties, which stand at `where`."""
    value = text_of(properties, name)
    if value is not None and not is_sid(prefix, value):
        raise refuse(f"{where}.{name} must be {prefix} and 32 hexadecimal digits")
    return value


def _number(properties: JsonObject, name: str, default: int) -> int:
    value = properties.get(name)
    if value is None:
        return default
    if type(value) is not int or not 0 <= value < 2**31:
        raise refuse(f"Routing.properties.{name} must be a whole number")
    return value


def _task_attributes(value: Any) -> JsonObject:
    """The caller's attributes: https://www.twilio.com/docs/taskrouter/limits."""
    if not isinstance(value, dict):
        raise refuse("Routing.properties.attributes must be an object")
    if len(as_text(value)) > TASK_ATTRIBUTES_LIMIT:
        raise refuse(f"Task attributes are longer than {TASK_ATTRIBUTES_LIMIT} characters")
    return value
