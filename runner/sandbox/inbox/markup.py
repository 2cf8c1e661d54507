"""HTML out of Python: what is not `Html` is text of somebody's, and is escaped.

Nothing that a message, a name or an address contains can become markup: the only ways to `Html` are
`tag`, whose children and attributes are escaped, and `join`. Characters that act without being seen
(control characters, and those that turn the direction of what follows) are named instead.
"""

import unicodedata
from collections.abc import Iterable
from typing import TypeAlias, Union

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
# https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
_TURNING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
# They take no room, or break a line unseen; joiners are left to emoji and to scripts.
_UNSEEN = (0x00AD, 0x180E, 0x200B, 0x2028, 0x2029, *range(0x2060, 0x2065), 0xFEFF)
_TAGS = tuple(range(0xE0000, 0xE0080))
_CONTROLS = (*(c for c in range(0x20) if c not in {0x09, 0x0A}), *range(0x7F, 0xA0))
_SURROGATES = tuple(range(0xD800, 0xE000))
ACTING = frozenset({*_CONTROLS, *_TURNING, *_UNSEEN, *_SURROGATES, *_TAGS})
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


class Html(str):
    """A piece of a page that is markup already."""

    __slots__ = ()


Child: TypeAlias = Union[str, int, Iterable["Child"], None]  # noqa: UP007 - it names itself
Attribute: TypeAlias = str | int | bool | None


def code_point(character: str) -> str:
    """How an acting character is called: `U+202E`."""
    return f"U+{ord(character):04X}"


def name_of(character: str) -> str:
    """Its name in Unicode, as far as it has one."""
    return unicodedata.name(character, "CONTROL CHARACTER")


_ESCAPES = str.maketrans(_MARKUP | {chr(code): f"[U+{code:04X}]" for code in ACTING})


def escape(text: str) -> Html:
    """Text as it may stand in a page, between tags or in an attribute."""
    return Html(text.translate(_ESCAPES))


def tag(element: str, /, *children: Child, **attributes: Attribute) -> Html:
    """An element: `tag("a", "more", href="/", class_="quiet")`.

    A trailing underscore of an attribute's name is left out, others become hyphens. None and False
    leave the attribute out, True gives it no value; a child that is None is nothing.
    """
    parts = [f"<{element}"]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        parts.append(f" {key.rstrip('_').replace('_', '-')}")
        if value is not True:
            parts.append(f'="{escape(str(value))}"')
    parts.append(">")
    if element not in _VOID:
        for child in children:
            _put(parts, child)
        parts.append(f"</{element}>")
    return Html("".join(parts))


def join(*children: Child) -> Html:
    """Several pieces as one."""
    parts: list[str] = []
    for child in children:
        _put(parts, child)
    return Html("".join(parts))


def _put(parts: list[str], child: Child) -> None:
    if child is None:
        return
    if isinstance(child, Html):
        parts.append(child)
    elif isinstance(child, str | int):
        parts.append(escape(str(child)))
    else:
        for each in child:
            _put(parts, each)
