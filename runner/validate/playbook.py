"""Document -> Playbook, or every fault of its shape at once."""

import re
from typing import Any, cast

from runner.model.channel import CHANNELS
from runner.model.document import Document, MappingNode, ScalarNode, SequenceNode, to_plain
from runner.model.playbook import DeliverySettings, Playbook, RecipientSettings
from runner.model.problem import Problem
from runner.schema.check import SchemaCheck, check_schema
from runner.schema.store import read_schema

_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}


def check_playbook(document: Document) -> Playbook | tuple[Problem, ...]:
    """Return the playbook that the document holds, or what is wrong with it."""
    if not isinstance(document.root, MappingNode):
        return (_not_a_mapping(document),)
    root = document.root
    problems = SchemaCheck(read_schema("playbook")).problems(to_plain(root), root)
    problems += _check_row_schema(root)
    return tuple(sorted(problems, key=lambda found: found.span)) or _make_playbook(document, root)


def _not_a_mapping(document: Document) -> Problem:
    return Problem(
        document.root.span,
        "FP103",
        "a playbook is a mapping of keys to values, not " + _kind(document.root),
        "begin with version: 1, then name, channel, participants and message",
    )


def _kind(node: ScalarNode | SequenceNode | MappingNode) -> str:
    return "a list" if isinstance(node, SequenceNode) else "a single value"


def _check_row_schema(root: MappingNode) -> tuple[Problem, ...]:
    recipients = root.get("recipients")
    schema = recipients.get("schema") if isinstance(recipients, MappingNode) else None
    if not isinstance(schema, MappingNode):
        return ()
    return check_schema(to_plain(schema), root, ("recipients", "schema"))


def _make_playbook(document: Document, root: MappingNode) -> Playbook:
    data = cast("dict[str, Any]", to_plain(root))
    samples = root.get("samples")
    return Playbook(
        document=document,
        root=root,
        name=data["name"],
        channel=CHANNELS[data["channel"]["type"]],
        delivery=_make_settings(data.get("delivery", {})),
        recipients=_make_recipients(root.get("recipients")),
        samples=cast(
            "tuple[MappingNode, ...]",
            samples.items if isinstance(samples, SequenceNode) else (),
        ),
        vars=data.get("vars", {}),
    )


def _make_recipients(node: Any) -> RecipientSettings | None:
    if not isinstance(node, MappingNode):
        return None
    return RecipientSettings(
        key=cast("ScalarNode", node.get("key")),
        file=cast("ScalarNode | None", node.get("file")),
        schema=cast("MappingNode | None", node.get("schema")),
    )


def _make_settings(data: dict[str, Any]) -> DeliverySettings:
    given = dict(data)
    if given.get("concurrency") == "auto":
        given["concurrency"] = None
    for name in ("join_timeout", "timeout", "settle"):
        if name in given:
            given[name] = read_duration(given[name])
    if "rate" in given:
        given["rate"] = read_rate(given["rate"])
    return DeliverySettings(**given)


def read_duration(text: str) -> float:
    """Return the seconds of `15s`, `2min`, `500ms` or `1h`."""
    number, unit = cast("re.Match[str]", re.fullmatch(r"(\d+)([a-z]+)", text)).groups()
    return int(number) * _SECONDS[unit]


def read_rate(text: str) -> float:
    """Return the number a second of `10/s`, `30/min` or `500/h`."""
    number, unit = text.split("/")
    return float(number) / _SECONDS[unit]
