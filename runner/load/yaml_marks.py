"""Follows YAML's rules from a scalar's source to its text, keeping every character's place.

The rules are those of YAML 1.1 as libyaml and PyYAML apply them (yaml_parser_scan_flow_scalar,
yaml_parser_scan_block_scalar); the text itself comes from the parser, this only finds places.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from runner.load.marks import Trace

_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_GAP = r"[ \t\r\n\x85\u2028\u2029]+"
_WORD = r"[^ \t\r\n\x85\u2028\u2029{}]+"
_TOKENS = {
    "": re.compile(f"(?P<gap>{_GAP})|(?P<word>{_WORD.format('')})"),
    "'": re.compile(f"(?P<gap>{_GAP})|(?P<escape>'')|(?P<word>{_WORD.format(chr(39))})"),
    '"': re.compile(
        rf"(?P<gap>{_GAP})|(?P<join>\\{_BREAK.pattern.join(('(?:', ')'))}(?:{_GAP})?)"
        r"|(?P<escape>\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.))"
        rf"|(?P<word>{_WORD.format(chr(92) * 2)})"
    ),
}
_LARGEST_CHARACTER = 0x10FFFF
_NAMED = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}


def trace_flow(text: str, start: int, end: int, quote: str) -> Trace:
    """Follow a plain or quoted scalar whose content stands from `start` up to `end`."""
    trace = Trace(end=start)
    for token in _TOKENS[quote].finditer(text, start, end):
        match token.lastgroup:
            case "gap":
                _fold_gap(trace, token.group(), token.start())
            case "join":
                # The escaped break vanishes; empty lines after it stay.
                for found in list(_BREAK.finditer(token.group()))[1:]:
                    trace.line_break(_normal(found), token.start() + found.start())
            case "escape":
                trace.stand_in(_unescape(token.group()), token.start(), token.end())
            case _:
                trace.copy(token.group(), token.start())
    return trace


def _fold_gap(trace: Trace, gap: str, start: int) -> None:
    breaks = list(_BREAK.finditer(gap))
    if not breaks:
        trace.copy(gap, start)
        return
    first, *others = breaks
    if _normal(first) != "\n":
        trace.line_break(_normal(first), start + first.start())
    elif not others:
        trace.line_break(" ", start + first.start())
    for found in others:
        trace.line_break(_normal(found), start + found.start())


def _normal(found: re.Match[str]) -> str:
    """Return the line break as YAML's text has it."""
    return found.group() if found.group() in "\u2028\u2029" else "\n"


def _unescape(escape: str) -> str:
    if escape == "''":
        return "'"
    digits = escape[2:]
    if digits:
        return chr(min(int(digits, 16), _LARGEST_CHARACTER))
    return _NAMED.get(escape[1], escape[1])


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a block: where its content stands, and the line break after it."""

    start: int
    end: int
    ending: re.Match[str] | None


def trace_block(text: str, start: int, end: int, value: str) -> Trace:
    """Follow a block scalar (`|` or `>`) whose indicator is at `start`; it is over at `end`."""
    indicators = _INDICATORS.match(text, start)
    header = indicators.group() if indicators else ""
    trace = Trace(end=start + len(header))
    first = _BREAK.search(text, start, end)
    if not first:
        return trace
    body = text[first.end() : end]
    lines = _cut_lines(text, first.end(), end, _measure_indent(body, value))
    lead, trail = _trace_lines(trace, text, lines, folded=header.startswith(">"))
    if "-" not in header:
        _add_breaks(trace, [lead] if lead else [])
    if "+" in header:
        _add_breaks(trace, trail)
    return trace


_INDICATORS = re.compile(r"[|>][0-9+-]*")


def _measure_indent(body: str, value: str) -> int:
    """Return by how many spaces the block is indented.

    An explicit indicator counts from the parent's indentation, which only the parser knows. But
    the first line with a visible character is in the text too, and what it lacks there is the
    indentation. Where no line has one, the longest line tells.
    """
    return _measure_first(body) - _measure_first(value)


def _measure_first(text: str) -> int:
    longest = 0
    for line in _BREAK.split(text):
        spaces = len(line) - len(line.lstrip(" "))
        if spaces < len(line):
            return spaces
        longest = max(longest, spaces)
    return longest


def _cut_lines(text: str, start: int, end: int, indent: int) -> Iterator[_Line]:
    while start < end:
        ending = _BREAK.search(text, start, end)
        stop = ending.start() if ending else end
        content = start
        while content < min(stop, start + indent) and text[content] == " ":
            content += 1
        yield _Line(content, stop, ending)
        start = ending.end() if ending else end


def _trace_lines(
    trace: Trace, text: str, lines: Iterator[_Line], *, folded: bool
) -> tuple[re.Match[str] | None, list[re.Match[str]]]:
    """Add the lines; return the break after the last of them, and the empty lines that follow."""
    lead: re.Match[str] | None = None
    trail: list[re.Match[str]] = []
    was_blank = False
    for line in lines:
        if line.start == line.end:
            trail += [line.ending] if line.ending else []
            continue
        blank = text[line.start] in " \t"
        if lead and not (folded and _normal(lead) == "\n" and not was_blank and not blank):
            _add_breaks(trace, [lead])
        elif lead and not trail:
            trace.line_break(" ", lead.start())
        _add_breaks(trace, trail)
        trace.copy(text[line.start : line.end], line.start)
        was_blank, lead, trail = blank, line.ending, []
    return lead, trail


def _add_breaks(trace: Trace, breaks: list[re.Match[str]]) -> None:
    for found in breaks:
        trace.line_break(_normal(found), found.start())
