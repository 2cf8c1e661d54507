"""Document -> Playbook, or every fault of its shape at once."""

import re
from typing import Any, cast

from runner.model.channel import CHANNELS
from runner.model.document import (
    Document,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    to_plain,
)
from runner.model.hours import DAYS, EVERY_DAY, RECIPIENT, Hours, Window, read_time
from runner.model.playbook import DeliverySettings, Playbook, RecipientSettings
from runner.model.problem import Problem
from runner.schema.check import check_schema, published_check

_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}


def check_playbook(document: Document) -> Playbook | tuple[Problem, ...]:
    """Return the playbook that the document holds, or what is wrong with it."""
    if not isinstance(document.root, MappingNode):
        return (_not_a_mapping(document),)
    root = document.root
    problems = published_check("playbook").problems(to_plain(root), root)
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
        default_region=_text(node.get("default_region"), ""),
        same_address=cast("Any", _text(node.get("same_address"), "all")),
        period=cast("Any", _text(node.get("period"), "") or None),
        timezone=_text(node.get("timezone"), ""),
    )


def _text(node: Node | None, default: str) -> str:
    return str(node.value) if isinstance(node, ScalarNode) else default


def _make_settings(data: dict[str, Any]) -> DeliverySettings:
    given = {name: value for name, value in data.items() if name != "not_after"}
    if given.get("concurrency") == "auto":
        given["concurrency"] = None
    for name in ("join_timeout", "timeout", "settle"):
        if name in given:
            given[name] = read_duration(given[name])
    if "rate" in given:
        given["rate"] = read_rate(given["rate"])
    if "window" in given:
        given["window"] = _make_window(given["window"])
    return DeliverySettings(**given)


def _make_window(given: dict[str, Any]) -> Window:
    days = frozenset(DAYS.index(day) for day in given["days"]) if "days" in given else EVERY_DAY
    hours = Hours(read_time(given["from"]), read_time(given["to"]))
    return Window(hours, days, given.get("timezone", RECIPIENT))


def read_duration(text: str) -> float:
    """Return the seconds of `15s`, `2min`, `500ms` or `1h`."""
    number, unit = cast("re.Match[str]", re.fullmatch(r"(\d+)([a-z]+)", text)).groups()
    return int(number) * _SECONDS[unit]


def read_rate(text: str) -> float:
    """Return the number a second of `10/s`, `30/min` or `500/h`."""
    number, unit = text.split("/")
    return float(number) / _SECONDS[unit]
