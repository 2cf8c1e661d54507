"""What a SID is, by its first two letters, and where in our files it belongs.

https://www.twilio.com/docs/glossary/what-is-a-sid
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from runner.model.place import Span
from runner.model.problem import Problem

_SID = re.compile(r"[A-Z]{2}(?:[0-9a-fA-F]{32}|X{32})")
_MASKED = re.compile(r"[A-Z]{2}[0-9a-zA-Z]*(?:[xX*•.?#]{3,}|…)[0-9a-zA-Z*•.…?#]*")
_DIGITS = re.compile(r"[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a SID with some prefix names; `place` is the key that it belongs to, if any."""

    name: str
    place: str = ""


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "AC": Kind("an account", "account_sid of an environment"),
        "WS": Kind("a workspace", "workspace_sid"),
        "WW": Kind("a workflow", "workflow_sid"),
        "WQ": Kind("a task queue", "queue_sid"),
        "WK": Kind("a worker", "worker_sid"),
        "TC": Kind("a task channel", "task_channel_sid"),
        "HX": Kind("a content template", "content_sid"),
        "HQ": Kind("an interaction context", "interaction_context_sid"),
        "WT": Kind("a task"),
        "WA": Kind("an activity"),
        "WR": Kind("a reservation"),
        "CH": Kind("a conversation"),
        "IS": Kind("a conversation service"),
        "IM": Kind("a message of a conversation"),
        "MB": Kind("a participant of a conversation"),
        "KD": Kind("an interaction"),
        "UO": Kind("an interaction channel"),
        "GO": Kind("a Flex instance"),
        "MG": Kind("a messaging service"),
        "PN": Kind("a telephone number's SID"),
        "SM": Kind("an SMS"),
        "SK": Kind("an API key"),
        "FW": Kind("a Studio flow"),
        "ZS": Kind("a serverless service"),
    }
)


def is_masked(value: object) -> bool:
    """Tell whether this is a SID whose digits somebody hid, such as `WSxxxx…` or `WS****`."""
    return (
        isinstance(value, str)
        and value[:2] in KINDS
        and _MASKED.fullmatch(value) is not None
        and _SID.fullmatch(value) is None
    )


def sid_problem(value: object, wanted: str, name: str, span: Span) -> Problem | None:
    """Return why `value` is not the SID that `name` wants, where more can be said than its form.

    `wanted` is the prefix that belongs there.
    """
    if wanted not in KINDS or not isinstance(value, str):
        return None
    if is_masked(value):
        return masked_problem(span, value, wanted)
    given = KINDS.get(value[:2])
    if given is None or value[:2] == wanted or not _SID.fullmatch(value):
        return None
    elsewhere = f"this one belongs in {given.place}" if given.place else "this one belongs nowhere"
    return Problem(
        span,
        "FP406",
        f"{name} wants {KINDS[wanted].name} ({wanted}…), but {value[:2]}… is {given.name}",
        f"write the {wanted}… SID here; {elsewhere}",
    )


def masked_problem(span: Span, value: str, wanted: str = "") -> Problem:
    """Return the finding about a SID whose digits are hidden."""
    prefix = wanted or value[:2]
    return Problem(
        span,
        "FP402",
        f"the digits of this {value[:2]}… SID are masked, so it names nothing",
        f"write the {prefix}… SID that the Twilio Console shows, here or in a variable",
    )
