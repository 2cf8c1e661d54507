"""FP407: a task attribute that Flex sets itself.

https://www.twilio.com/docs/flex/developer/conversations/interactions-api
"""

from collections.abc import Iterator

from runner.model.document import MappingNode, node_at
from runner.model.playbook import Playbook
from runner.model.problem import Problem

RESERVED = frozenset(
    {
        "flexInteractionSid",
        "flexInteractionChannelSid",
        "flexChannelInviteSid",
        "conversationSid",
        "channelType",
        "direction",
        "initiatedBy",
        "conversations",
    }
)


def check(playbook: Playbook) -> Iterator[Problem]:
    """Refuse each: Flex finds the conversation by them."""
    path = ("routing", "properties", "attributes")
    attributes = node_at(playbook.root, path)
    for entry in attributes.entries if isinstance(attributes, MappingNode) else ():
        if entry.key.value in RESERVED:
            yield Problem(
                entry.key.span,
                "FP407",
                f"Flex sets the task attribute {entry.key.value} itself",
                "leave it out, or give it a name of your own",
            )
