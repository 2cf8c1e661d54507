"""FP414: a time zone that does not exist, in a playbook or in a project file."""

import difflib
from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import available_timezones

from runner.model.document import Document, ScalarNode, walk_scalars
from runner.model.document import Path as DataPath
from runner.model.hours import RECIPIENT
from runner.model.playbook import Playbook
from runner.model.problem import Problem
from runner.policy.zones import find_zone

_PLAYBOOK = (
    ("delivery", "window", "timezone"),
    ("delivery", "timezone"),
    ("recipients", "timezone"),
)


def check(playbook: Playbook) -> Iterator[Problem]:
    """Refuse zones that nobody knows."""
    for path, node in walk_scalars(playbook.root):
        if path in _PLAYBOOK and node.value != RECIPIENT:
            yield from _check_zone(node)


def check_document(document: Document) -> Iterator[Problem]:
    """Refuse them in the environments of a project file too."""
    for path, node in walk_scalars(document.root):
        if _is_default(path):
            yield from _check_zone(node)


def _is_default(path: DataPath) -> bool:
    return len(path) == 3 and path[0] == "environments" and path[2] == "default_timezone"


def _check_zone(node: ScalarNode) -> Iterator[Problem]:
    name = str(node.value)
    if find_zone(name):
        return
    close = difflib.get_close_matches(name, _names(), n=1)
    hint = f', did you mean "{close[0]}"?' if close else ""
    remedy = f"write {close[0]}" if close else "write a name such as Europe/Berlin"
    yield Problem(node.span, "FP414", f'there is no time zone "{name}"{hint}', remedy)


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    return tuple(sorted(name for name in available_timezones() if "/" in name))
