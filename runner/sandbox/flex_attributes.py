"""The attributes of a Task as Flex writes them."""

from typing import Any

from runner.sandbox.answers import JsonObject
from runner.sandbox.state import World
from runner.sandbox.values import Channel


def flex_attributes(world: World, attributes: dict[str, Any], channel: Channel) -> JsonObject:
    """The caller's attributes and what Flex sets.

    https://www.twilio.com/docs/flex/developer/conversations/interactions-api. Twilio's two examples
    differ: one has `media[0].sid`, the other `media[0].conversation_sid`; here are both.
    """
    sid = channel.conversation_sid
    name, address = attributes.get("customerName"), attributes.get("customerAddress")
    contact = "email" if channel.type == "email" else "phone"
    added = {"customers": {contact: address, "name": name}} if name and address else {}
    given = attributes.get("conversations")
    return {
        **added,
        **attributes,
        "flexInteractionSid": channel.interaction_sid,
        "flexInteractionChannelSid": channel.sid,
        "flexChannelInviteSid": world.sid("KG"),
        "conversationSid": sid,
        "channelType": channel.type,
        "direction": "outbound" if channel.initiated_by == "agent" else "inbound",
        "initiatedBy": channel.initiated_by,
        "conversations": {
            **(given if isinstance(given, dict) else {}),
            "initiated_by": channel.initiated_by,
            "conversation_id": channel.interaction_sid,
            "media": [{"type": "ChatTranscript", "sid": sid, "conversation_sid": sid}],
        },
    }
