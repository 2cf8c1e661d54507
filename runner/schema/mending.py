"""The edits that mend what a schema objects to, only where the author can have meant nothing else.

What they make of the file is checked again before it is kept (`runner.fix`).
"""

import difflib
import re
from collections.abc import Collection, Iterable
from typing import Any

from runner.model.document import MappingNode, Node, Path, ScalarNode, node_at
from runner.model.problem import Edit

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_WORD = re.compile(r"[A-Za-z][\w-]*")
# https://nanpa.com/numbering/north-american-numbering-plan
_NORTH_AMERICAN = re.compile(r"1[2-9][0-9]{2}[2-9][0-9]{6}")
_ADDRESSES = {"address": "proxy_address", "proxy_address": "address"}
# A key that is less alike may be another word; difflib suggests from 0.6 on.
_SURE = 0.75
_APART = 0.1
_FILLERS = re.compile(r"[\s_-]+")


def quote_number(node: Node, path: Path, root: Node) -> tuple[Edit, ...]:
    """Return the edit that puts a number in quotes; none if it may lack more than these.

    A telephone number without its plus is mended only if the number beside it shows that the 1
    which it starts with is a country's: it could as well be one within China.
    """
    if not isinstance(node, ScalarNode) or not _NUMBER.fullmatch(node.raw):
        return ()
    raw = node.raw
    other = _ADDRESSES.get(str(path[-1])) if path else None
    if other is not None and not raw.startswith("+"):
        beside = node_at(root, (*path[:-1], other))
        american = isinstance(beside, ScalarNode) and str(beside.value).startswith("+1")
        if not american or not _NORTH_AMERICAN.fullmatch(raw):
            return ()
        raw = f"+{raw}"
    return (Edit(node.span, f'"{raw}"'),)


def rename_key(node: Node, key: str, allowed: Collection[str]) -> tuple[Edit, ...]:
    """Return the edit that spells a key right, if it is surely one that is not there yet."""
    entry = node.entry(key) if isinstance(node, MappingNode) else None
    right = _surely(key, allowed)
    if entry is None or right is None or not isinstance(node, MappingNode):
        return ()
    others = {str(other.key.value) for other in node.entries if other is not entry}
    unknown = others - set(allowed)
    if right in others or any(_surely(other, allowed) == right for other in unknown):
        return ()
    return _respell(entry.key, right)


def _surely(key: str, allowed: Collection[str]) -> str | None:
    """Return the allowed key that this one resembles, and much more than any other."""
    near = difflib.get_close_matches(key, list(allowed), n=2)
    alike = [difflib.SequenceMatcher(None, name, key).ratio() for name in near]
    if not near or alike[0] < _SURE or (len(near) > 1 and alike[0] - alike[1] < _APART):
        return None
    return near[0]


def same_word(value: Any, allowed: Iterable[Any]) -> str | None:
    """Return the allowed text that differs from `value` only in case, hyphens and blanks."""
    if not isinstance(value, str):
        return None
    bare = _FILLERS.sub("", value).casefold()
    same = [
        each
        for each in allowed
        if isinstance(each, str) and _FILLERS.sub("", each).casefold() == bare
    ]
    return same[0] if len(same) == 1 else None


def respell_value(node: Node, right: str) -> tuple[Edit, ...]:
    """Return the edit that writes a value as it must be written."""
    return _respell(node, right) if isinstance(node, ScalarNode) else ()


def unquote_number(node: Node, number: object) -> tuple[Edit, ...]:
    """Return the edit that takes the quotes off a number that must be none."""
    is_number = isinstance(number, int) and not isinstance(number, bool)
    if not isinstance(node, ScalarNode) or node.raw[1:-1] != str(number) or not is_number:
        return ()
    return (Edit(node.span, str(number)),)


def _respell(node: ScalarNode, right: str) -> tuple[Edit, ...]:
    """Return the edit that writes another word with the quotes that the old one has, if any."""
    raw = node.raw
    quote = raw[:1] if raw[:1] in ("'", '"') else ""
    if raw != f"{quote}{node.value}{quote}" or not _WORD.fullmatch(right):
        return ()
    return (Edit(node.span, f"{quote}{right}{quote}"),)
