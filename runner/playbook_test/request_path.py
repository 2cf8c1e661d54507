"""The path of a field in the two requests: `Routing.properties.attributes.customerName`."""

import json
import re
from typing import Any

from runner.model.delivery import Delivery
from runner.model.document import Path

_STEP = re.compile(r"""\.?([^.\[\]"]+)|\[([0-9]+)\]|\["([^"]*)"\]""")
_JSON = frozenset({"Channel", "Routing", "ContentVariables", "Attributes"})
MISSING = object()


def read_path(text: str) -> Path | None:
    """Return the steps of a path; None if it is none. `["a.b"]` is a step with a dot in it."""
    steps: list[str | int] = []
    position = 0
    while position < len(text):
        found = _STEP.match(text, position)
        if found is None or (not steps and text[position] in '.["'):
            return None
        name, number, quoted = found.groups()
        steps.append(int(number) if number else name or quoted)
        position = found.end()
    return tuple(steps) or None


def requests_of(delivery: Delivery) -> dict[str, Any]:
    """Return the fields of both requests as data."""
    return {
        name: json.loads(value) if name in _JSON else value
        for name, value in (*delivery.interaction, *delivery.message)
    }


def value_at(data: Any, path: Path) -> Any:
    """Return what stands at the path, or `MISSING`."""
    for step in path:
        if isinstance(data, dict) and str(step) in data:
            data = data[str(step)]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return MISSING
    return data
