"""Follows TOML's rules from a string's source to its text, keeping every character's place."""

import re

from runner.load.marks import Trace

_BASIC = re.compile(
    r"(?P<join>\\[ \t]*(?:\r\n|\n)[ \t\r\n]*)"
    r"|(?P<escape>\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.))"
    r"|(?P<line>\r\n|\n)|(?P<copy>[^\\\r\n]+|.)"
)
_LITERAL = re.compile(r"(?P<line>\r\n|\n)|(?P<copy>[^\r\n]+|.)")
_NAMED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}
_LARGEST_CHARACTER = 0x10FFFF


def trace_string(text: str, start: int, end: int) -> Trace:
    """Follow a quoted string or key, whose quotes stand from `start` up to `end`."""
    quotes = text[start : start + 3]
    size = 3 if quotes in ('"""', "'''") and end - start >= 6 else 1
    first, last = start + size, end - size
    if size == 3:
        # A line break right after the opening quotes is no part of the text.
        first += len("\r\n") if text.startswith("\r\n", first) else text.startswith("\n", first)
    tokens = _LITERAL if quotes.startswith("'") else _BASIC
    trace = Trace(end=first)
    for token in tokens.finditer(text, first, last):
        _follow(trace, token)
    return trace


def _follow(trace: Trace, token: re.Match[str]) -> None:
    match token.lastgroup:
        case "escape":
            trace.stand_in(_unescape(token.group()), token.start(), token.end())
        case "line":
            trace.line_break("\n", token.start())
        case "copy":
            trace.copy(token.group(), token.start())


def _unescape(escape: str) -> str:
    digits = escape[2:]
    if digits:
        return chr(min(int(digits, 16), _LARGEST_CHARACTER))
    return _NAMED.get(escape[1], escape[1])
