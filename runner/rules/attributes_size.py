"""FP408, FP409: attributes that are larger than Twilio takes.

A task's attributes have at most 4,096 characters, https://www.twilio.com/docs/taskrouter/limits;
a message's at most 4 KB, https://www.twilio.com/docs/conversations/conversations-limits.
"""

import json
from collections.abc import Iterator

from runner.model.delivery import Delivery
from runner.model.document import MappingNode, Path, node_at
from runner.model.place import Span
from runner.model.playbook import Environment, Playbook
from runner.model.problem import Problem
from runner.render.forms import write_json
from runner.rules.texts import related_row, rendered

LARGEST_TASK = 4096
LARGEST_MESSAGE = 4096


def check(playbook: Playbook, environment: Environment, delivery: Delivery) -> Iterator[Problem]:
    """Refuse them, counted as they would be sent."""
    del environment
    related = related_row(playbook, delivery)
    task = len(_task_attributes(delivery))
    if task > LARGEST_TASK:
        yield Problem(
            _key_span(playbook, ("routing", "properties"), "attributes"),
            "FP408",
            f"the task's attributes have {task:,} characters, and TaskRouter takes 4,096",
            f"shorten them by {task - LARGEST_TASK:,} and more, for Flex adds some of its own",
            related=related,
        )
    size = len(rendered(delivery, "Attributes").encode("utf-8", "surrogatepass"))
    if size > LARGEST_MESSAGE:
        yield Problem(
            _key_span(playbook, ("message",), "attributes"),
            "FP409",
            f"the message's attributes have {size:,} bytes, and Twilio takes 4,096",
            f"shorten them by {size - LARGEST_MESSAGE:,}",
            related=related,
        )


def _task_attributes(delivery: Delivery) -> str:
    routing = json.loads(dict(delivery.interaction).get("Routing", "{}"))
    attributes = routing.get("properties", {}).get("attributes")
    return write_json(attributes) if attributes else ""


def _key_span(playbook: Playbook, path: Path, key: str) -> Span:
    node = node_at(playbook.root, path)
    entry = node.entry(key) if isinstance(node, MappingNode) else None
    return entry.key.span if entry else node.span
