"""JSON laid out for people: indented, with JSON that stands in texts opened up."""

import json
from collections.abc import Iterator
from typing import Any

from runner.sandbox.answers import parsed_json
from runner.sandbox.inbox.foreign import unseen
from runner.sandbox.inbox.markup import Html, join, tag

_DEEPEST = 40
_LONGEST = 64_000
_INDENT = "  "


def json_block(value: Any) -> Html:
    """A value, as a block that scrolls by itself."""
    return _block(join(_value(value, 0)))


def text_block(text: str) -> Html:
    """A text: laid out if it is an object or a list in JSON, as it is if not."""
    inner = opened(text)
    if inner is not None:
        return json_block(inner)
    cut = f"\n… {len(text):,} characters in all" if len(text) > _LONGEST else None
    return _block(join(unseen(text[:_LONGEST]), cut))


def _block(inside: Html) -> Html:
    return tag("pre", inside, class_="json", dir="ltr", tabindex=0, translate="no")


def opened(text: str) -> Any:
    """The object or list that a text is in JSON; None if it is not one, or is too long to show."""
    if text[:1] not in {"{", "["} or len(text) > _LONGEST:
        return None
    try:
        return parsed_json(text)
    except ValueError:
        return None


def _value(value: Any, depth: int) -> Html:
    if depth > _DEEPEST:
        return tag("span", "…", title="Nested deeper than is shown here")
    if isinstance(value, dict):
        lines = (join(_key(name), ": ", _value(each, depth + 1)) for name, each in value.items())
        return _nested("{", "}", lines, depth)
    if isinstance(value, list):
        return _nested("[", "]", (_value(each, depth + 1) for each in value), depth)
    if isinstance(value, str):
        return _text(value, depth)
    return tag("span", json.dumps(value), class_="atom")


def _nested(begin: str, end: str, lines: Iterator[Html], depth: int) -> Html:
    """Lines between brackets, each one step further in."""
    shown = list(lines)
    if not shown:
        return join(begin, end)
    step = "\n" + _INDENT * (depth + 1)
    parts = [part for line in shown for part in (",", step, line)]
    return join(begin, *parts[1:], "\n" + _INDENT * depth, end)


def _key(name: str) -> Html:
    return tag("span", _quoted(name), class_="key")


def _text(text: str, depth: int) -> Html:
    inner = opened(text) if depth < _DEEPEST else None
    if inner is None:
        return tag("span", _quoted(text), class_="string")
    note = tag("span", "JSON in a text", class_="note")
    return join(note, " ", _value(inner, depth))


def _quoted(text: str) -> Html:
    return tag("bdi", unseen(json.dumps(text, ensure_ascii=False)))
