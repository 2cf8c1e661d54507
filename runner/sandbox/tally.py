"""How often a thing was made for each correlation id, whoever learned of it.

The id is the attribute `flexplay` of a Task, a message or a conversation. A client that loses no
answer and doubles nothing has each of its ids here once. Counted as things are made, so that
asking is cheap after any number of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runner.sandbox.answers import parsed_json

CORRELATION = "flexplay"


@dataclass(slots=True)
class Tally:
    """Counts by correlation id; what carries none is counted under the empty text.

    `reached` counts the messages that had somebody to go to: at least one receipt.
    """

    interactions: dict[str, int] = field(default_factory=dict)
    conversations: dict[str, int] = field(default_factory=dict)
    messages: dict[str, int] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)


def count(counts: dict[str, int], identity: str) -> None:
    """One more."""
    counts[identity] = counts.get(identity, 0) + 1


def correlation_of(values: Any) -> str:
    """The correlation id in attributes; empty where there is none."""
    found = values.get(CORRELATION) if isinstance(values, Mapping) else None
    return found if isinstance(found, str) else ""


def correlation_in(attributes: str) -> str:
    """The correlation id in attributes that are JSON."""
    if f'"{CORRELATION}"' not in attributes:
        return ""
    return correlation_of(parsed_json(attributes))
