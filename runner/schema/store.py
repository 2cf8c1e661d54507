"""Where the JSON Schemas are: beside the package in a checkout, inside it in a wheel."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent.parent
_FOLDERS = (_HERE / "schemas", _HERE.parent / "schemas")
_SUFFIX = ".schema.json"


def schema_names() -> tuple[str, ...]:
    """Return the names that `read_schema` knows, sorted."""
    return tuple(sorted(path.name.removesuffix(_SUFFIX) for path in _folder().glob(f"*{_SUFFIX}")))


@cache
def read_schema(name: str) -> dict[str, Any]:
    """Return the schema of this name, such as `playbook`. The caller must not change it."""
    schema: dict[str, Any] = json.loads(schema_text(name))
    return schema


def schema_text(name: str) -> str:
    """Return the schema's file as it is written."""
    return (_folder() / f"{name}{_SUFFIX}").read_text(encoding="utf-8")


@cache
def _folder() -> Path:
    return next(folder for folder in _FOLDERS if (folder / f"playbook{_SUFFIX}").is_file())
