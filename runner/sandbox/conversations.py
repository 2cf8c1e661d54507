"""The Conversation resource, and the look-up of a participant's conversations.

https://www.twilio.com/docs/conversations/api/conversation-resource
https://www.twilio.com/docs/conversations/api/participant-conversation-resource
"""

from dataclasses import replace
from datetime import date

from runner.sandbox.answers import (
    Answer,
    JsonObject,
    TwilioError,
    invalid,
    is_sid,
    iso,
    not_found,
    parsed_json,
)
from runner.sandbox.bindings import change_state, forget
from runner.sandbox.call import Call
from runner.sandbox.paging import Paging, paged
from runner.sandbox.state import World
from runner.sandbox.tally import correlation_in, count
from runner.sandbox.values import Binding, Conversation, Participant

_STATES = ("active", "inactive", "closed")
_ATTRIBUTES_LIMIT = 16_384


def open_conversation(
    world: World,
    *,
    friendly_name: str | None = None,
    unique_name: str | None = None,
    attributes: str = "{}",
    state: str = "active",
) -> Conversation:
    """A new conversation without participants."""
    conversation = Conversation(
        sid=world.sid("CH"),
        friendly_name=friendly_name,
        unique_name=unique_name,
        attributes=attributes,
        state=state,
        ordinal=world.ordinal(),
        created=world.now,
        updated=world.now,
    )
    records = world.records
    records.conversations[conversation.sid] = conversation
    records.participants[conversation.sid] = {}
    records.messages[conversation.sid] = []
    if unique_name is not None:
        records.unique_names[unique_name] = conversation.sid
    count(records.tally.conversations, correlation_in(attributes))
    return conversation


def find_conversation(world: World, name: str) -> Conversation | None:
    """By SID or by UniqueName."""
    records = world.records
    return records.conversations.get(records.unique_names.get(name, name))


def conversation_of(call: Call) -> Conversation:
    """The conversation in the path of a sub-resource; 50350 when there is none."""
    conversation = find_conversation(call.world, call.path[0])
    if conversation is None:
        raise TwilioError(404, 50350, f"Conversation {call.path[0]} not found")
    return conversation


def attributes_of(call: Call, limit: int) -> str | None:
    """The `Attributes` parameter: JSON within the limit in bytes (50303, 50304)."""
    text = call.form.get("Attributes")
    if text is None:
        return None
    if len(text.encode()) > limit:
        raise TwilioError(400, 50303, f"Attributes too long: the limit is {limit} bytes")
    try:
        parsed_json(text)
    except ValueError as error:
        raise TwilioError(400, 50304, "Attributes not valid JSON") from error
    return text


def refuse_closed(conversation: Conversation) -> None:
    """https://www.twilio.com/docs/api/errors/50377."""
    if conversation.state == "closed":
        raise TwilioError(400, 50377, "Can't update conversation as it's in final closed state")


def create_conversation(call: Call) -> Answer:
    """POST /v1/Conversations."""
    state = _state(call) or "active"
    if state == "closed":
        raise TwilioError(400, 50384, "Initial state can't be 'closed'")
    conversation = open_conversation(
        call.world,
        friendly_name=_friendly_name(call),
        unique_name=_unique_name(call, None),
        attributes=attributes_of(call, _ATTRIBUTES_LIMIT) or "{}",
        state=state,
    )
    return Answer(201, conversation_json(call, conversation))


def fetch_conversation(call: Call) -> Answer:
    """GET /v1/Conversations/{CH or UniqueName}."""
    return Answer(200, conversation_json(call, _existing(call)))


def list_conversations(call: Call) -> Answer:
    """GET /v1/Conversations; StartDate and EndDate are days."""
    state, first, last = _state(call), _day(call, "StartDate"), _day(call, "EndDate")
    rows = [
        (f"{found.ordinal:020d}", found)
        for found in call.world.records.conversations.values()
        if state in {None, found.state}
        and (first is None or iso(found.created)[:10] >= first)
        and (last is None or iso(found.created)[:10] <= last)
    ]
    paging = Paging("conversations", largest=100)
    return paged(call, rows, lambda found: conversation_json(call, found), paging)


def update_conversation(call: Call) -> Answer:
    """POST /v1/Conversations/{CH or UniqueName}."""
    conversation = _existing(call)
    refuse_closed(conversation)
    state = _state(call)
    attributes = attributes_of(call, _ATTRIBUTES_LIMIT)
    friendly_name = _friendly_name(call)
    changed = replace(
        conversation,
        attributes=conversation.attributes if attributes is None else attributes,
        friendly_name=conversation.friendly_name if friendly_name is None else friendly_name,
        unique_name=_unique_name(call, conversation),
    )
    _rename(call.world, conversation.unique_name, changed)
    changed = change_state(call.world, changed, state or changed.state)
    return Answer(200, conversation_json(call, changed))


def delete_conversation(call: Call) -> Answer:
    """DELETE /v1/Conversations/{CH or UniqueName}: its pairs and its name are free again."""
    conversation = _existing(call)
    records = call.world.records
    forget(call.world, conversation)
    if conversation.unique_name is not None:
        records.unique_names.pop(conversation.unique_name, None)
    records.deleted_conversations[conversation.sid] = records.conversations.pop(conversation.sid)
    return Answer(204)


def list_participant_conversations(call: Call) -> Answer:
    """GET /v1/ParticipantConversations: exact match, sorted by conversation SID."""
    address, identity = call.query.get("Address"), call.query.get("Identity")
    if (address is None) == (identity is None):
        raise TwilioError(
            400,
            50451,
            "One user identifier parameter for lookup at a time is allowed. "
            "Please, use either Identity or Address.",
        )
    key = ("identity", identity or "") if address is None else ("address", address)
    found = call.world.records.who.get(key, {})
    rows = [
        (p.conversation_sid + p.sid, p)
        for p in found.values()
        if call.world.shows("participant_conversations", p.created)
    ]
    rows.sort(key=lambda row: row[0])
    paging = Paging("conversations", largest=50)
    return paged(call, rows, lambda p: _participant_conversation_json(call, p), paging)


def conversation_json(call: Call, conversation: Conversation) -> JsonObject:
    """https://www.twilio.com/docs/conversations/api/conversation-resource."""
    url = call.url(f"/v1/Conversations/{conversation.sid}")
    return {
        "sid": conversation.sid,
        "account_sid": call.account_sid,
        "chat_service_sid": call.world.service_sid,
        "messaging_service_sid": None,
        "friendly_name": conversation.friendly_name,
        "unique_name": conversation.unique_name,
        "attributes": conversation.attributes,
        "state": conversation.state,
        "date_created": iso(conversation.created),
        "date_updated": iso(conversation.updated),
        "timers": {},
        "bindings": {},
        "url": url,
        "links": {
            "participants": f"{url}/Participants",
            "messages": f"{url}/Messages",
            "webhooks": f"{url}/Webhooks",
            "export": f"{url}/Export",
        },
    }


def binding_json(binding: Binding | None) -> JsonObject | None:
    """`messaging_binding` of a participant."""
    if binding is None:
        return None
    return {
        "type": binding.type,
        "address": binding.address,
        "proxy_address": binding.proxy_address,
        "name": binding.name,
        "level": binding.level,
        "projected_address": binding.projected_address,
    }


def _participant_conversation_json(call: Call, participant: Participant) -> JsonObject:
    conversation = call.world.records.conversations[participant.conversation_sid]
    url = call.url(f"/v1/Conversations/{conversation.sid}")
    return {
        "account_sid": call.account_sid,
        "chat_service_sid": call.world.service_sid,
        "participant_sid": participant.sid,
        "participant_user_sid": None,
        "participant_identity": participant.identity,
        "participant_messaging_binding": binding_json(participant.binding),
        "conversation_sid": conversation.sid,
        "conversation_unique_name": conversation.unique_name,
        "conversation_friendly_name": conversation.friendly_name,
        "conversation_attributes": conversation.attributes,
        "conversation_date_created": iso(conversation.created),
        "conversation_date_updated": iso(conversation.updated),
        "conversation_created_by": "system",
        "conversation_state": conversation.state,
        "conversation_timers": {},
        "links": {
            "participant": f"{url}/Participants/{participant.sid}",
            "conversation": url,
        },
    }


def _existing(call: Call) -> Conversation:
    conversation = find_conversation(call.world, call.path[0])
    if conversation is None:
        raise not_found(f"/Conversations/{call.path[0]}")
    return conversation


def _state(call: Call) -> str | None:
    """`State`, of a form or of a list's filter."""
    state = (call.form if call.request.method == "POST" else call.query).get("State")
    if state is not None and state not in _STATES:
        raise TwilioError(400, 50378, "'State' parameter value is invalid")
    return state


def _friendly_name(call: Call) -> str | None:
    name = call.form.get("FriendlyName")
    if name is not None and len(name) > 256:
        raise invalid("FriendlyName is too long: the limit is 256 characters")
    return name


def _unique_name(call: Call, own: Conversation | None) -> str | None:
    """`UniqueName`, or what it was: https://www.twilio.com/docs/api/errors/50353."""
    name = call.form.get("UniqueName")
    if not name:
        return own.unique_name if own else None
    if is_sid("CH", name):
        raise TwilioError(400, 50390, "Unique name should not match conversation sid pattern")
    holder = call.world.records.unique_names.get(name)
    if holder is not None and (own is None or holder != own.sid):
        raise TwilioError(409, 50353, "Conversation with provided unique name already exists")
    return name


def _rename(world: World, before: str | None, changed: Conversation) -> None:
    names = world.records.unique_names
    if before is not None:
        names.pop(before, None)
    if changed.unique_name is not None:
        names[changed.unique_name] = changed.sid


def _day(call: Call, name: str) -> str | None:
    """A day of a list's filter: `2026-11-22`."""
    text = call.query.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise invalid(f"{name} must be a day: YYYY-MM-DD") from error
