"""What a YAML scalar means: text, unless it can be read in no other way.

YAML 1.1 would read `NO` as false, `+15551234567` and `1_000` as numbers and `21:30` as 1290.
"""

import math
import re

from runner.load.marks import Trace, make_marks
from runner.load.source import Source
from runner.load.yaml_marks import trace_block, trace_flow
from runner.model.document import ScalarNode, Value

# Longer numbers are identifiers, and Python refuses to convert thousands of digits.
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][+-]?[0-9]+)?")
_LONGEST_FLOAT = 64
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None, "~": None, "": None}
_PROPERTY = re.compile(
    r"[&!][^\s,\[\]{}]*|[ \t]+|#[^\r\n\x85\u2028\u2029]*|[\r\n\x85\u2028\u2029]+\ufeff?"
)


def resolve(text: str) -> Value:
    """Return what a plain scalar means."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if len(text) <= _LONGEST_FLOAT and _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def skip_properties(text: str, start: int, end: int) -> int:
    """Return where a node's content starts: after its anchor and its tag."""
    while start < end and (found := _PROPERTY.match(text, start, end)):
        start = found.end()
    return start


def make_scalar(source: Source, value: str, style: str, start: int, end: int) -> ScalarNode:
    """Return the node of a scalar of this style that stands from `start` up to `end`."""
    trace = _trace(source.text, value, style, start, end)
    if style in ("|", ">"):
        end = trace.end if trace.text() == value else _trim(source.text, start, end)
    meaning = value if style else resolve(value)
    content = start + 1 if style in ("'", '"') else start
    marks = make_marks(source, value, trace, content) if isinstance(meaning, str) else ()
    return ScalarNode(meaning, source.text[start:end], source.span(start, end), marks)


def _trace(text: str, value: str, style: str, start: int, end: int) -> Trace:
    if style in ("|", ">"):
        return trace_block(text, start, end, value)
    if style:
        return trace_flow(text, start + 1, end - 1, style)
    return trace_flow(text, start, end, "")


def _trim(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())
