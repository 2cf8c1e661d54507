"""The Participant sub-resource of a conversation.

https://www.twilio.com/docs/conversations/api/conversation-participant-resource
"""

from dataclasses import replace

from runner.sandbox.answers import Answer, JsonObject, TwilioError, invalid, iso, not_found
from runner.sandbox.bindings import (
    IdentityTakenError,
    PairTakenError,
    is_address,
    join,
    leave,
    put_member,
    type_of_address,
)
from runner.sandbox.call import Call
from runner.sandbox.conversations import attributes_of, binding_json, conversation_of, refuse_closed
from runner.sandbox.paging import Paging, paged
from runner.sandbox.values import Binding, Candidate, Participant

_ATTRIBUTES_LIMIT = 4096


def create_participant(call: Call) -> Answer:
    """POST /v1/Conversations/{CH}/Participants.

    https://www.twilio.com/docs/api/errors/50416 is loud here, where POST Interactions is silent.
    """
    conversation = conversation_of(call)
    refuse_closed(conversation)
    identity, binding = _identity(call), _binding(call)
    if (identity is None) == (binding is None):
        raise invalid("Exactly one of Identity and MessagingBinding.Address must be given")
    attributes = attributes_of(call, _ATTRIBUTES_LIMIT) or "{}"
    try:
        joined = join(call.world, conversation.sid, Candidate(identity, binding, attributes))
    except PairTakenError as error:
        raise TwilioError(
            409,
            50416,
            "A binding for this participant and proxy address already exists in "
            f"Conversation {error.conversation_sid}",
        ) from error
    except IdentityTakenError as error:
        raise TwilioError(409, 50433, "Participant already exists") from error
    return Answer(201, participant_json(call, joined))


def list_participants(call: Call) -> Answer:
    """GET /v1/Conversations/{CH}/Participants."""
    world = call.world
    members = world.records.participants[conversation_of(call).sid]
    rows = [
        (f"{p.ordinal:020d}", p)
        for p in members.values()
        if world.shows("list_participants", p.created)
    ]
    paging = Paging("participants", largest=100)
    return paged(call, rows, lambda p: participant_json(call, p), paging)


def fetch_participant(call: Call) -> Answer:
    """GET /v1/Conversations/{CH}/Participants/{MB}."""
    return Answer(200, participant_json(call, _existing(call)))


def update_participant(call: Call) -> Answer:
    """POST /v1/Conversations/{CH}/Participants/{MB}: `Attributes`; other fields change nothing."""
    before = _existing(call)
    attributes = attributes_of(call, _ATTRIBUTES_LIMIT)
    changed = replace(
        before,
        attributes=before.attributes if attributes is None else attributes,
        updated=call.world.now,
    )
    put_member(call.world, changed)
    return Answer(200, participant_json(call, changed))


def delete_participant(call: Call) -> Answer:
    """DELETE /v1/Conversations/{CH}/Participants/{MB}: the address pair is free again."""
    leave(call.world, _existing(call))
    return Answer(204)


def participant_json(call: Call, participant: Participant) -> JsonObject:
    """https://www.twilio.com/docs/conversations/api/conversation-participant-resource."""
    path = f"/v1/Conversations/{participant.conversation_sid}/Participants/{participant.sid}"
    return {
        "sid": participant.sid,
        "account_sid": call.account_sid,
        "conversation_sid": participant.conversation_sid,
        "identity": participant.identity,
        "attributes": participant.attributes,
        "messaging_binding": binding_json(participant.binding),
        "role_sid": None,
        "date_created": iso(participant.created),
        "date_updated": iso(max(participant.created, participant.updated)),
        "last_read_message_index": None,
        "last_read_timestamp": None,
        "url": call.url(path),
    }


def _existing(call: Call) -> Participant:
    members = call.world.records.participants[conversation_of(call).sid]
    participant = members.get(call.path[1])
    if participant is None:
        raise not_found(f"/Conversations/{call.path[0]}/Participants/{call.path[1]}")
    return participant


def _identity(call: Call) -> str | None:
    identity = call.form.get("Identity") or None
    if identity is not None and len(identity) > 256:
        raise invalid("Identity is too long: the limit is 256 characters")
    return identity


def _binding(call: Call) -> Binding | None:
    """The messaging binding in the form; each fault has a code of its own."""
    address = call.form.get("MessagingBinding.Address") or None
    proxy = call.form.get("MessagingBinding.ProxyAddress") or None
    if address is None and proxy is None:
        return None
    if address is None:
        raise TwilioError(400, 50411, "Participant address is empty")
    if proxy is None:
        raise TwilioError(400, 50412, "Participant proxy address is empty")
    kind = type_of_address(address)
    if not is_address(kind, address):
        raise TwilioError(400, 50407, f"Invalid messaging binding address: {address}")
    if type_of_address(proxy) != kind:
        raise TwilioError(400, 50414, "Participant address type does not match proxy address type")
    if not is_address(kind, proxy):
        raise TwilioError(400, 50408, f"Invalid participant proxy address: {proxy}")
    if address == proxy:
        raise TwilioError(400, 50409, "Participant address equals proxy address")
    return Binding(kind, address, proxy)
