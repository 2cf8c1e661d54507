"""FP310: free text reaches a WhatsApp customer only within 24 hours of their last message.

Outside the window the POST is accepted and the message fails later with 63016.
https://www.twilio.com/docs/api/errors/63016
"""

from collections.abc import Iterator

from runner.model.document import MappingNode
from runner.model.playbook import Playbook
from runner.model.problem import Problem, Severity


def check(playbook: Playbook) -> Iterator[Problem]:
    """Warn of a WhatsApp message that is not an approved template."""
    message = playbook.root.entry("message")
    if playbook.channel.type != "whatsapp" or message is None:
        return
    if isinstance(message.node, MappingNode) and not message.node.get("content_sid"):
        yield Problem(
            message.key.span,
            "FP310",
            "WhatsApp delivers free text only within 24 hours of the customer's last message",
            "write content_sid with an approved template instead of the text",
            Severity.WARNING,
        )
