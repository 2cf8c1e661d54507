"""FP320: an address in another form than its channel's.

https://www.twilio.com/docs/conversations/api/conversation-participant-resource
"""

from collections.abc import Iterator

from runner.model.document import MappingNode, ScalarNode, SequenceNode
from runner.model.playbook import Playbook
from runner.model.problem import Problem
from runner.schema.addresses import address_problem, fits


def check(playbook: Playbook) -> Iterator[Problem]:
    """Refuse what is wrong as it is written; templates are looked at when they are rendered."""
    participants = playbook.root.get("participants")
    kind = playbook.channel.type
    if not isinstance(participants, SequenceNode) or playbook.channel.customer == "identity":
        return
    for index, item in enumerate(participants.items):
        for name in ("address", "proxy_address"):
            node = item.get(name) if isinstance(item, MappingNode) else None
            if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
                continue
            if "{" in node.value or fits(node.value, kind):
                continue
            problem = address_problem(node, node.value, kind, f"participants[{index}].{name}")
            if problem is not None:
                yield problem
