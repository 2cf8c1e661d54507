"""Values of the wrong type or choice in people's words, with what to type instead."""

import json
import re
from collections.abc import Iterator
from typing import Any

from runner.model.document import Node, Path, ScalarNode
from runner.model.problem import Edit, Problem
from runner.schema.example import example_of
from runner.schema.mending import quote_number
from runner.schema.where import name_path, value_span

_NAMES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "null",
}


def word_type(error: Any, node: Node, path: Path, root: Node) -> Iterator[Problem]:
    """Yield the finding for a value of another type than the schema wants."""
    wanted = error.validator_value
    wanted = [wanted] if isinstance(wanted, str) else wanted
    names = " or ".join(_NAMES[name] for name in wanted)
    given = _NAMES[_type_of(error.instance)]
    if "string" in wanted and isinstance(error.instance, int | float):
        remedy = _quoted(error, node, path)
        yield Problem(
            node.span,
            "FP104",
            f"{name_path(path)} is {given} here, not text",
            remedy,
            edits=_quoting(error, node, path, root),
        )
        return
    what = "has no value" if error.instance is None else f"is {given} here, not {names}"
    yield Problem(
        value_span(root, path, node),
        "FP103",
        f"{name_path(path)} {what}",
        _type_remedy(error, wanted, names, toml=is_toml(node)),
    )


def _quoting(error: Any, node: Node, path: Path, root: Node) -> tuple[Edit, ...]:
    """Return the edit that quotes a number, if the schema takes the text that this gives."""
    pattern = error.schema.get("pattern", "")
    edits = quote_number(node, path, root)
    return edits if edits and re.search(pattern, edits[0].text[1:-1]) else ()


def _quoted(error: Any, node: Node, path: Path) -> str:
    """Return the remedy for a number where text is wanted: its quoted form, if that will do."""
    raw = node.raw if isinstance(node, ScalarNode) else ""
    pattern, wanted = error.schema.get("pattern"), error.schema.get("x-wanted")
    if pattern and wanted and not re.search(pattern, raw):
        return f"write {wanted}"
    address = bool(path) and str(path[-1]).endswith("address")
    plus = "+" if address and raw.isdigit() and len(raw) >= 10 else ""
    return f'write "{plus}{raw}"'


def _type_remedy(error: Any, wanted: list[str], names: str, *, toml: bool) -> str:
    example = example_of(error.schema, toml=toml)
    if wanted == ["boolean"]:
        return "write true or false" + (", without quotes" if error.instance else "")
    if wanted[0] in ("object", "array") and example:
        return f"write {names}, such as {example}"
    return f"write {names}"


def _type_of(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def say_value(value: Any) -> str:
    """Return the value as a message says it."""
    if isinstance(value, dict | list):
        return _NAMES[_type_of(value)]
    return f'"{value}"' if isinstance(value, str) else str(show_value(value))


def show_value(value: Any) -> Any:
    """Return the value as it is written in a file."""
    return value if isinstance(value, str) else json.dumps(value)


def is_toml(node: Node) -> bool:
    """Tell whether a remedy for this place must be TOML."""
    return node.span.file.endswith(".toml")
