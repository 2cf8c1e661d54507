"""Interactions and their one channel.

https://www.twilio.com/docs/flex/developer/conversations/interactions-api/interactions
https://www.twilio.com/docs/flex/developer/conversations/interactions-api/channels-subresource
"Creating an interaction is an asynchronous request for which a 200 response only indicates that
the server has accepted the request." What fails afterwards shows in the channel's status, or, for a
customer who is in another open conversation (80102), nowhere but in the debugger.
"""

from dataclasses import replace

from runner.sandbox.answers import Answer, JsonObject, TwilioError, not_found
from runner.sandbox.bindings import IdentityTakenError, PairTakenError, change_state, join
from runner.sandbox.call import Call
from runner.sandbox.conversations import open_conversation
from runner.sandbox.flex_attributes import flex_attributes
from runner.sandbox.interaction_request import (
    ChannelRequest,
    InteractionRequest,
    as_text,
    object_of,
    read_interaction,
    read_webhook,
)
from runner.sandbox.paging import Paging, paged
from runner.sandbox.state import World
from runner.sandbox.tally import correlation_of, count
from runner.sandbox.tasks import open_task, put_task, routing_json
from runner.sandbox.values import Candidate, Channel, Interaction, Task

_OVER = ("closed", "failed")
_FAILURES = {
    45353: "A duplicate create Channel request was dropped.",
    45354: "Cannot create a Channel for a closed Conversation.",
    45376: "Failed to add a participant. Conversation was closed or not found.",
}


def create_interaction(call: Call) -> Answer:
    """POST /v1/Interactions: 200, and the work is done later."""
    world = call.world
    wish = read_interaction(call)
    channel, failure = _open_channel(world, wish.channel)
    task = _open_task(world, wish, channel)
    interaction = Interaction(
        sid=channel.interaction_sid,
        channel_sid=channel.sid,
        task_sid=task.sid if task else None,
        context_sid=wish.context_sid,
        webhook_ttid=wish.webhook_ttid,
        created=world.now,
    )
    world.records.interactions[interaction.sid] = interaction
    count(world.records.tally.interactions, correlation_of(task.values) if task else "")
    world.records.channels[channel.sid] = replace(channel, task_sids=(task.sid,) if task else ())
    candidates = wish.channel.candidates
    world.after(world.settings.join_delay, lambda: _set_up(world, channel.sid, candidates, failure))
    return Answer(200, interaction_json(call, interaction))


def fetch_interaction(call: Call) -> Answer:
    """GET /v1/Interactions/{KD}."""
    return Answer(200, interaction_json(call, _existing(call)))


def update_interaction(call: Call) -> Answer:
    """POST /v1/Interactions/{KD}: changes the webhook and nothing else."""
    changed = replace(_existing(call), webhook_ttid=read_webhook(call))
    call.world.records.interactions[changed.sid] = changed
    return Answer(200, interaction_json(call, changed))


def list_channels(call: Call) -> Answer:
    """GET /v1/Interactions/{KD}/Channels: an interaction has one."""
    channel = call.world.records.channels[_existing(call).channel_sid]
    paging = Paging("channels", largest=1000)
    return paged(call, [(channel.sid, channel)], lambda c: channel_json(call, c), paging)


def fetch_channel(call: Call) -> Answer:
    """GET /v1/Interactions/{KD}/Channels/{UO}."""
    return Answer(200, channel_json(call, existing_channel(call)))


def update_channel(call: Call) -> Answer:
    """POST /v1/Interactions/{KD}/Channels/{UO}: close it, or park it.

    `closed` with `Routing` completes the Tasks, without it they are `wrapping`; the conversation is
    closed either way. `inactive` needs `Routing`. A second close changes nothing and is logged as
    https://www.twilio.com/docs/api/errors/80906; Twilio does not document its HTTP answer.
    """
    channel = existing_channel(call)
    status = call.form.get("Status")
    if not status:
        raise TwilioError(400, 45358, "Failed to close Channel. Missing status parameter.")
    if status not in {"closed", "inactive"}:
        raise TwilioError(400, 45359, "Failed to close Channel. Invalid status parameter.")
    routing_status = _routing_status(call)
    if status == "inactive" and routing_status is None:
        raise TwilioError(400, 45358, "Failed to close Channel. Missing routing parameter.")
    if channel.status in _OVER:
        call.world.warn(80906, "Interaction Not Open", channel_sid=channel.sid)
        return Answer(200, channel_json(call, channel))
    task_status = "completed" if routing_status == "closed" else "wrapping"
    changed = _end(call.world, channel, status, task_status)
    return Answer(200, channel_json(call, changed))


def end_task(world: World, task: Task, status: str) -> None:
    """What an agent does to a Task: `completed` closes its channel and conversation too."""
    channel = world.records.channels.get(str(task.values.get("flexInteractionChannelSid")))
    if status == "completed" and channel is not None and channel.status not in _OVER:
        _end(world, channel, "closed", "completed")
    put_task(world, task.sid, status)


def interaction_json(call: Call, interaction: Interaction) -> JsonObject:
    """The answer of the source document; `routing` is null where there is no Task (any more)."""
    url = call.url(f"/v1/Interactions/{interaction.sid}")
    channel = call.world.records.channels[interaction.channel_sid]
    task = call.world.records.tasks.get(interaction.task_sid or "")
    routing = task and {"reservation": None, "properties": routing_json(call, task)}
    return {
        "sid": interaction.sid,
        "channel": {"type": channel.type, "sid": channel.sid},
        "routing": routing,
        "interaction_context_sid": interaction.context_sid,
        "webhook_ttid": interaction.webhook_ttid,
        "url": url,
        "links": {"channels": f"{url}/Channels"},
    }


def channel_json(call: Call, channel: Channel) -> JsonObject:
    """https://www.twilio.com/docs/flex/developer/conversations/interactions-api/channels-subresource."""
    url = call.url(f"/v1/Interactions/{channel.interaction_sid}/Channels/{channel.sid}")
    return {
        "sid": channel.sid,
        "interaction_sid": channel.interaction_sid,
        "type": channel.type,
        "status": channel.status,
        "error_code": channel.error_code,
        "error_message": channel.error_message,
        "url": url,
        "links": {
            "participants": f"{url}/Participants",
            "invites": f"{url}/Invites",
            "transfers": f"{url}/Transfers",
        },
    }


def _existing(call: Call) -> Interaction:
    interaction = call.world.records.interactions.get(call.path[0])
    if interaction is None:
        raise not_found(f"/Interactions/{call.path[0]}")
    return interaction


def is_over(channel: Channel) -> bool:
    """Whether nothing can happen in the channel any more."""
    return channel.status in _OVER


def existing_channel(call: Call) -> Channel:
    """The channel in the path."""
    interaction = _existing(call)
    if call.path[1] != interaction.channel_sid:
        raise not_found(f"/Interactions/{call.path[0]}/Channels/{call.path[1]}")
    return call.world.records.channels[interaction.channel_sid]


def _routing_status(call: Call) -> str | None:
    """`status` in `Routing`, which is a JSON string here too."""
    text = call.form.get("Routing")
    if not text:
        return None
    status = object_of(text, "Routing").get("status")
    if status not in {"closed", "wrapup"}:
        raise TwilioError(400, 45359, "Failed to close Channel. Invalid status parameter.")
    return str(status)


def _open_channel(world: World, wish: ChannelRequest) -> tuple[Channel, int | None]:
    """The channel in `setup`, and why its set-up is going to fail, if it is."""
    failure = None
    conversation_sid = wish.media_channel_sid
    if conversation_sid is None:
        conversation_sid = open_conversation(world).sid
    else:
        failure = _media_failure(world, conversation_sid)
    channel = Channel(
        sid=world.sid("UO"),
        interaction_sid=world.sid("KD"),
        type=wish.type,
        initiated_by=wish.initiated_by,
        conversation_sid=conversation_sid,
        task_sids=(),
    )
    if failure is None:
        world.records.channel_of_conversation[conversation_sid] = channel.sid
    return channel, failure


def _media_failure(world: World, conversation_sid: str) -> int | None:
    """What is wrong with a given conversation; one maps to one channel (45353)."""
    conversation = world.records.conversations.get(conversation_sid)
    if conversation is None:
        return 45376
    if conversation.state == "closed":
        return 45354
    return 45353 if conversation_sid in world.records.channel_of_conversation else None


def _open_task(world: World, wish: InteractionRequest, channel: Channel) -> Task | None:
    if wish.task is None:
        return None
    values = flex_attributes(world, dict(wish.task.attributes), channel)
    return open_task(world, wish.task, values, as_text(values))


def _set_up(world: World, sid: str, candidates: tuple[Candidate, ...], failure: int | None) -> None:
    """What the 200 promised: the customer joins, and the channel is active or failed."""
    channel = world.records.channels[sid]
    if channel.status != "setup":
        return
    conversation = world.records.conversations.get(channel.conversation_sid)
    if failure is None and (conversation is None or conversation.state == "closed"):
        failure = 45376
    if failure is not None:
        _fail(world, channel, failure)
        return
    for candidate in candidates:
        _join(world, channel, candidate)
    world.records.channels[sid] = replace(channel, status="active")


def _join(world: World, channel: Channel, candidate: Candidate) -> None:
    """https://www.twilio.com/docs/api/errors/80102: the conversation goes on without them."""
    try:
        join(world, channel.conversation_sid, candidate)
    except (PairTakenError, IdentityTakenError):
        world.warn(
            80102,
            "Participant Already In Interaction",
            interaction_sid=channel.interaction_sid,
            conversation_sid=channel.conversation_sid,
        )


def _fail(world: World, channel: Channel, code: int) -> None:
    message = _FAILURES[code]
    world.records.channels[channel.sid] = replace(
        channel, status="failed", error_code=code, error_message=message
    )
    world.warn(code, message, interaction_sid=channel.interaction_sid)
    for task_sid in channel.task_sids:
        put_task(world, task_sid, "canceled", message)


def _end(world: World, channel: Channel, status: str, task_status: str) -> Channel:
    changed = replace(channel, status=status)
    world.records.channels[channel.sid] = changed
    conversation = world.records.conversations.get(channel.conversation_sid)
    if status == "closed" and conversation is not None and conversation.state != "closed":
        change_state(world, conversation, "closed")
    for task_sid in channel.task_sids:
        put_task(world, task_sid, task_status)
    return changed
