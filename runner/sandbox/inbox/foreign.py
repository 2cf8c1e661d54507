"""Texts that others wrote, shown so that they can be read and cannot act."""

import re
from collections.abc import Iterator

from runner.sandbox.inbox.markup import ACTING, Html, code_point, escape, join, name_of, tag

LONG = 1600
_ACTING = re.compile(f"[{''.join(map(re.escape, map(chr, sorted(ACTING))))}]")


def bdi(text: str) -> Html:
    """A name or an address among other words: its direction is its own."""
    return tag("bdi", text)


def sid(text: str) -> Html:
    """A SID, in full for whoever copies it."""
    return tag("code", text, class_="sid", translate="no")


def short_sid(text: str) -> Html:
    """A SID where there is little room: its ends; the whole is its title."""
    shown = f"{text[:6]}…{text[-4:]}" if len(text) > 14 else text
    return tag("code", shown, class_="sid", title=text, translate="no")


def message_text(text: str) -> Html:
    """A message's text: lines kept, direction its own, unseen characters named, the long folded."""
    whole = tag("div", Html("".join(_pieces(text))), class_="text", dir="auto")
    if len(text) <= LONG:
        return whole
    beginning = tag("div", Html("".join(_pieces(text[:400]))), "…", class_="text", dir="auto")
    summary = tag("summary", f"Show all {len(text):,} characters")
    return tag("div", beginning, tag("details", summary, whole), class_="folded")


def one_line(text: str, most: int = 90) -> Html:
    """The beginning of a text, for a list."""
    flat = " ".join(text[: most * 2].split())
    return bdi(flat if len(flat) <= most else f"{flat[: most - 1]}…")


def unseen(text: str) -> Html:
    """Text with a mark for every character that acts without being seen."""
    return join(map(Html, _pieces(text)))


def _pieces(text: str) -> Iterator[str]:
    end = 0
    for found in _ACTING.finditer(text):
        yield escape(text[end : found.start()])
        yield _mark(found.group())
        end = found.end()
    yield escape(text[end:])


def _mark(character: str) -> Html:
    return tag("span", code_point(character), class_="unseen", title=name_of(character))
