"""Invites to an interaction, and the participants of its channel.

https://www.twilio.com/docs/flex/developer/conversations/interactions-api/invites-subresource
https://www.twilio.com/docs/flex/developer/conversations/interactions-api/interaction-channel-participants
An invite makes a new Task for the channel; the attributes of the old one are not carried over. Who
is in a channel is who is in its conversation, and the agents that were added here.
"""

from dataclasses import replace

from runner.sandbox.answers import Answer, JsonObject, TwilioError
from runner.sandbox.call import Call
from runner.sandbox.flex_attributes import flex_attributes
from runner.sandbox.interaction_request import as_text, object_of, read_routing, refuse
from runner.sandbox.interactions import existing_channel, is_over
from runner.sandbox.paging import Paging, paged
from runner.sandbox.tasks import open_task, put_task, routing_json
from runner.sandbox.values import Channel, ChannelMember, Invite

_TYPES = ("supervisor", "customer", "external", "agent", "unknown")


def create_invite(call: Call) -> Answer:
    """POST …/Channels/{UO}/Invites: `Routing` as for an interaction by the API."""
    channel = existing_channel(call)
    _refuse_over(channel)
    routing = call.form.get("Routing")
    if routing is None:
        raise refuse("Missing required parameter Routing")
    wish = read_routing(object_of(routing, "Routing"), agent=False)
    world = call.world
    values = flex_attributes(world, dict(wish.attributes), channel)
    task = open_task(world, wish, values, as_text(values))
    invite = Invite(str(values["flexChannelInviteSid"]), channel.sid, task.sid, world.ordinal())
    world.records.invites[invite.sid] = invite
    tasks = (*channel.task_sids, task.sid)
    world.records.channels[channel.sid] = replace(channel, task_sids=tasks)
    return Answer(200, _invite_json(call, invite))


def list_invites(call: Call) -> Answer:
    """GET …/Channels/{UO}/Invites."""
    channel = existing_channel(call)
    rows = [
        (f"{invite.ordinal:020d}", invite)
        for invite in call.world.records.invites.values()
        if invite.channel_sid == channel.sid
    ]
    return paged(call, rows, lambda i: _invite_json(call, i), Paging("invites", largest=1000))


def list_channel_participants(call: Call) -> Answer:
    """GET …/Channels/{UO}/Participants."""
    channel = existing_channel(call)
    members = _members(call, channel)
    rows = [(f"{n:020d}", member) for n, member in enumerate(members)]
    paging = Paging("participants", largest=1000)
    return paged(call, rows, lambda m: _member_json(call, channel, m), paging)


def add_channel_participant(call: Call) -> Answer:
    """POST …/Channels/{UO}/Participants: `Type` and `MediaProperties` are needed."""
    channel = existing_channel(call)
    _refuse_over(channel)
    kind = call.form.get("Type")
    if kind not in _TYPES:
        raise refuse(f"Type must be one of {', '.join(_TYPES)}")
    object_of(call.form.get("MediaProperties") or "", "MediaProperties")
    routing = object_of(call.form.get("RoutingProperties") or "{}", "RoutingProperties")
    member = ChannelMember(call.world.sid("UT"), channel.sid, kind, routing)
    call.world.records.channel_members[member.sid] = member
    return Answer(200, _member_json(call, channel, member))


def update_channel_participant(call: Call) -> Answer:
    """POST …/Channels/{UO}/Participants/{UT}: `closed` or `wrapup` lets an agent leave."""
    channel = existing_channel(call)
    member = call.world.records.channel_members.get(call.path[2])
    if member is None or member.channel_sid != channel.sid:
        raise TwilioError(404, 45362, "Failed to update a Participant. Participant not found.")
    status = call.form.get("Status")
    if status not in {"closed", "wrapup"}:
        raise refuse("Status must be one of closed, wrapup")
    if status == "closed":
        del call.world.records.channel_members[member.sid]
    ended = "completed" if status == "closed" else "wrapping"
    put_task(call.world, str(member.routing.get("task_sid")), ended)
    return Answer(200, _member_json(call, channel, member))


def _refuse_over(channel: Channel) -> None:
    if is_over(channel):
        raise TwilioError(400, 45354, "Cannot change a Channel for a closed Conversation.")


def _members(call: Call, channel: Channel) -> list[ChannelMember]:
    """The customers, by their conversation's SIDs turned into the channel's, and the agents."""
    records = call.world.records
    present = records.participants.get(channel.conversation_sid, {}).values()
    customers = [ChannelMember(f"UT{p.sid[2:]}", channel.sid, "customer", {}) for p in present]
    added = [m for m in records.channel_members.values() if m.channel_sid == channel.sid]
    return [*customers, *added]


def _channel_url(call: Call, channel: Channel) -> str:
    return call.url(f"/v1/Interactions/{channel.interaction_sid}/Channels/{channel.sid}")


def _invite_json(call: Call, invite: Invite) -> JsonObject:
    records = call.world.records
    channel = records.channels[invite.channel_sid]
    task = records.tasks.get(invite.task_sid)
    return {
        "sid": invite.sid,
        "interaction_sid": channel.interaction_sid,
        "channel_sid": channel.sid,
        "routing": task and {"reservation": None, "properties": routing_json(call, task)},
        "url": f"{_channel_url(call, channel)}/Invites/{invite.sid}",
    }


def _member_json(call: Call, channel: Channel, member: ChannelMember) -> JsonObject:
    return {
        "sid": member.sid,
        "type": member.type,
        "interaction_sid": channel.interaction_sid,
        "channel_sid": channel.sid,
        "routing_properties": dict(member.routing) or None,
        "url": f"{_channel_url(call, channel)}/Participants/{member.sid}",
    }
