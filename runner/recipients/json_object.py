"""One recipient as a JSON object: its fields, where they stand, or why it is none."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, NoReturn

from runner.model.place import Span
from runner.model.problem import Problem
from runner.model.recipient import RejectedRow, SourceRow
from runner.recipients.cells import LazyCells

_KEPT = 1_000


class _Unusable(ValueError):
    """A text that holds no recipient, and what to write instead."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why)
        self.remedy = remedy


def read_object(text: str, place: Span) -> SourceRow | RejectedRow:
    """Return the recipient that `text` holds, which stands at `place`."""
    fields = _parse(text, place)
    if isinstance(fields, Problem):
        return RejectedRow({"": text[:_KEPT]}, place, (fields,))
    return SourceRow(fields, place, LazyCells(partial(_find_places, text, place)))


def span_in(text: str, start: int, end: int, place: Span) -> Span:
    """Return where the characters `start` up to `end` of a text stand that begins at `place`."""
    return Span(place.file, *_position(text, start, place), *_position(text, end, place))


def _position(text: str, offset: int, place: Span) -> tuple[int, int]:
    lines = text.count("\n", 0, offset)
    if not lines:
        return place.line, place.column + offset
    return place.line + lines, offset - text.rfind("\n", 0, offset)


def _parse(text: str, place: Span) -> dict[str, Any] | Problem:
    try:
        data = json.loads(text, object_pairs_hook=_refuse_twice, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        at = span_in(text, error.pos, error.pos + 1, place)
        remedy = 'one object a recipient, such as {"name": "Ann", "phone": "+13115552368"}'
        return Problem(at, "FP215", f"this is not JSON: {error.msg}", remedy)
    except _Unusable as error:
        return Problem(place, "FP215", str(error), error.remedy)
    except (ValueError, RecursionError):
        why = "a number in this row is too long, or the row is nested too deeply"
        return Problem(place, "FP215", why, "write long numbers in quotes")
    if not isinstance(data, dict):
        why = "a recipient is an object, with a key for every field"
        return Problem(place, "FP215", why, 'write {"phone": "+13115552368"}')
    return data


def _refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Unusable(f'the key "{twice}" stands twice in this row', "write each key once")
    return data


def _refuse_constant(name: str) -> NoReturn:
    """Refuse `NaN` and `Infinity`, which are no JSON and which Twilio would not take."""
    raise _Unusable(f"{name} is not JSON", "write a number, or null")


def _find_places(text: str, place: Span) -> dict[str, Span]:
    return {name: span_in(text, start, end, place) for name, start, end in _value_places(text)}


def _value_places(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each name of a valid object, and where its value starts and ends in the text."""
    decoder = json.JSONDecoder()
    position = text.index("{") + 1
    while True:
        start = text.find('"', position)
        if start < 0:
            return
        name, end = decoder.raw_decode(text, start)
        value = text.index(":", end) + 1
        value += len(text[value:]) - len(text[value:].lstrip())
        _, position = decoder.raw_decode(text, value)
        yield name, value, position
