"""FP405: routing that names no agent.

An interaction that an agent initiates needs both queue_sid and worker_sid.
https://www.twilio.com/docs/flex/developer/conversations/interactions-api/interactions
"""

from collections.abc import Iterator

from runner.model.document import MappingNode
from runner.model.playbook import Playbook
from runner.model.problem import Problem, Severity

_NEEDED = ("queue_sid", "worker_sid")


def check(playbook: Playbook) -> Iterator[Problem]:
    """Warn; without routing at all FP404 speaks."""
    routing = playbook.root.get("routing")
    entry = routing.entry("properties") if isinstance(routing, MappingNode) else None
    if entry is None or not isinstance(entry.node, MappingNode):
        return
    lacking = [name for name in _NEEDED if entry.node.get(name) is None]
    if lacking:
        said = " and ".join(lacking)
        yield Problem(
            entry.key.span,
            "FP405",
            f"routing lacks {said}, and Twilio asks for both when an agent writes first",
            f"add {said}: the worker is the agent who gets the answer",
            Severity.WARNING,
        )
