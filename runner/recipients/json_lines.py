"""JSON Lines: one object a line."""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NoReturn

from runner.model.errors import Findings
from runner.model.place import Span
from runner.model.problem import Problem
from runner.model.recipient import SourceRow


class _Unusable(ValueError):
    """A line that holds no recipient, and what to write instead."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why)
        self.remedy = remedy


class _Fields(Mapping[str, Span]):
    """The places of an object's values in its line, worked out when a finding asks for one."""

    def __init__(self, text: str, place: Span) -> None:
        self._text = text
        self._place = place

    @cached_property
    def _places(self) -> dict[str, Span]:
        file, line = self._place.file, self._place.line
        return {
            name: Span(file, line, start + 1, line, end + 1)
            for name, start, end in _value_places(self._text)
        }

    def __getitem__(self, name: str) -> Span:
        return self._places[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def read_json_lines(lines: Iterator[str], file: str) -> Iterator[SourceRow]:
    """Yield the rows; blank lines are passed over.

    Raises:
        Findings: a line is no JSON object.
    """
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\r\n")
        if text.strip():
            place = Span(file, number, 1, number, len(text) + 1)
            fields = _parse(text, place)
            yield SourceRow(fields, place, _Fields(text, place))


def _parse(text: str, place: Span) -> dict[str, Any]:
    try:
        data = json.loads(text, object_pairs_hook=_refuse_twice, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        at = Span(place.file, place.line, error.colno, place.line, error.colno + 1)
        remedy = 'one object a line, such as {"name": "Ann", "phone": "+13115552368"}'
        raise Findings((Problem(at, "FP215", f"this is not JSON: {error.msg}", remedy),)) from error
    except _Unusable as error:
        raise Findings((Problem(place, "FP215", str(error), error.remedy),)) from error
    except (ValueError, RecursionError) as error:
        why = "a number in this row is too long, or the row is nested too deeply"
        remedy = "write long numbers in quotes"
        raise Findings((Problem(place, "FP215", why, remedy),)) from error
    if not isinstance(data, dict):
        why = "a recipient is an object, with a key for every field"
        raise Findings((Problem(place, "FP215", why, 'write {"phone": "+13115552368"}'),))
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
