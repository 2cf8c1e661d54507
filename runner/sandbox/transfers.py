"""Transfers of an interaction's channel from one agent to another.

https://www.twilio.com/docs/flex/developer/conversations/interactions-api. These take JSON, and the
body is not described anywhere: its keys are taken to be those of the answer. A transfer is noted
and can be read and changed; who works on the channel does not change by it, since nobody does here.
"""

from dataclasses import replace

from runner.sandbox.answers import Answer, JsonObject, TwilioError, iso, not_found
from runner.sandbox.call import Call, json_object_of
from runner.sandbox.interaction_request import refuse, sid_of, text_of
from runner.sandbox.interactions import existing_channel, is_over
from runner.sandbox.state import named_sid
from runner.sandbox.values import Channel, Transfer

_TYPES = ("warm", "cold", "external")
_STATUSES = ("active", "failed", "completed")


def create_transfer(call: Call) -> Answer:
    """POST …/Channels/{UO}/Transfers: `type` is needed; the status is `active` unless given."""
    channel = existing_channel(call)
    if is_over(channel):
        raise TwilioError(400, 45354, "Cannot change a Channel for a closed Conversation.")
    body = json_object_of(call)
    transfer = Transfer(
        sid=call.world.sid("UX"),
        channel_sid=channel.sid,
        type=_one_of(body, "type", _TYPES),
        status=_one_of({"status": "active", **body}, "status", _STATUSES),
        sender=sid_of(body, "Transfer", "from", "UT"),
        receiver=text_of(body, "to"),
        note_sid=sid_of(body, "Transfer", "note_sid", "KQ"),
        summary_sid=sid_of(body, "Transfer", "summary_sid", "KQ"),
        created=call.world.now,
        updated=call.world.now,
    )
    call.world.records.transfers[transfer.sid] = transfer
    return Answer(201, _transfer_json(call, channel, transfer))


def fetch_transfer(call: Call) -> Answer:
    """GET …/Channels/{UO}/Transfers/{UX}."""
    channel = existing_channel(call)
    return Answer(200, _transfer_json(call, channel, _existing(call, channel)))


def update_transfer(call: Call) -> Answer:
    """POST …/Channels/{UO}/Transfers/{UX}: another `status`."""
    channel = existing_channel(call)
    transfer = _existing(call, channel)
    status = _one_of(json_object_of(call), "status", _STATUSES)
    changed = replace(transfer, status=status, updated=call.world.now)
    call.world.records.transfers[transfer.sid] = changed
    return Answer(200, _transfer_json(call, channel, changed))


def _existing(call: Call, channel: Channel) -> Transfer:
    transfer = call.world.records.transfers.get(call.path[2])
    if transfer is None or transfer.channel_sid != channel.sid:
        raise not_found(call.request.path.removeprefix("/v1"))
    return transfer


def _one_of(body: JsonObject, name: str, allowed: tuple[str, ...]) -> str:
    value = body.get(name)
    if not isinstance(value, str) or value not in allowed:
        raise refuse(f"{name} must be one of {', '.join(allowed)}")
    return value


def _transfer_json(call: Call, channel: Channel, transfer: Transfer) -> JsonObject:
    path = f"/v1/Interactions/{channel.interaction_sid}/Channels/{channel.sid}/Transfers"
    return {
        "sid": transfer.sid,
        "account_sid": call.account_sid,
        "instance_sid": named_sid("GO", "instance"),
        "interaction_sid": channel.interaction_sid,
        "channel_sid": channel.sid,
        "execution_sid": None,
        "type": transfer.type,
        "status": transfer.status,
        "from": transfer.sender,
        "to": transfer.receiver,
        "note_sid": transfer.note_sid,
        "summary_sid": transfer.summary_sid,
        "date_created": iso(transfer.created),
        "date_updated": iso(transfer.updated),
        "url": call.url(f"{path}/{transfer.sid}"),
    }
