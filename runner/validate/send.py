"""Document -> Send, or every fault of its shape at once."""

import os
from pathlib import Path
from typing import Any, cast

from runner.model.document import Document, MappingNode, node_at, to_plain
from runner.model.problem import Problem
from runner.model.send import Send
from runner.schema.check import published_check

_PATHS = (
    ("playbook",),
    ("environment",),
    ("recipients", "file"),
    ("recipients", "sha256"),
    ("at",),
    ("vars",),
    ("max",),
)


def is_send(document: Document) -> bool:
    """Tell whether a file is meant as a send file: it names a playbook and is none."""
    root = document.root
    if not isinstance(root, MappingNode):
        return False
    return root.get("playbook") is not None and root.get("channel") is None


def check_send(document: Document) -> Send | tuple[Problem, ...]:
    """Return the wish that the document holds, or what is wrong with it."""
    root = document.root
    problems = published_check("send").problems(to_plain(root), root)
    if problems or not isinstance(root, MappingNode):
        return problems
    data = cast("dict[str, Any]", to_plain(root))
    recipients = data.get("recipients", {})
    folder = Path(document.file).parent
    return Send(
        file=document.file,
        playbook=_below(folder, data["playbook"]),
        environment=data.get("environment"),
        recipients=_below(folder, recipients["file"]) if recipients else None,
        sha256=recipients.get("sha256"),
        variables=data.get("vars", {}),
        at=data.get("at"),
        most=data.get("max"),
        places={path[-1]: node_at(root, path).span for path in _PATHS},
    )


def _below(folder: Path, path: str) -> str:
    """Return a path that is written relative to the send file; a URL stays what it is."""
    return path if "://" in path or path == "-" else os.path.normpath(folder / path)
