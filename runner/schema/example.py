"""A schema's example as an author types it: the remedy for what is missing or has another shape."""

import json
import re
from typing import Any

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _.@/-]*")
_RESERVED = frozenset({"true", "false", "null"})


def example_of(schema: dict[str, Any], *, toml: bool) -> str:
    """Return the schema's first example on one line, as YAML or TOML; empty if there is none."""
    examples = schema.get("examples") or [schema[name] for name in ("const",) if name in schema]
    return inline(examples[0], toml=toml) if examples else ""


def inline(value: Any, *, toml: bool) -> str:
    """Return the value as it is written on one line."""
    if isinstance(value, dict):
        sign = " = " if toml else ": "
        pairs = (f"{_key(key)}{sign}{inline(item, toml=toml)}" for key, item in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list):
        return f"[{', '.join(inline(item, toml=toml) for item in value)}]"
    if isinstance(value, str) and not toml and _PLAIN.fullmatch(value) and value not in _RESERVED:
        return value
    return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return key if _PLAIN.fullmatch(key) and " " not in key else json.dumps(key, ensure_ascii=False)
