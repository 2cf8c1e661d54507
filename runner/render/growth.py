"""How large the result of a filter, a method or an operator would be, known before it is made.

Each estimate takes the arguments of what it estimates and returns a number of characters or
items. What is given nonsense returns 0: the real thing then says what is wrong.
"""

import re
from collections.abc import Callable, Mapping, Sized
from datetime import date, time
from typing import Any

from jinja2 import Environment
from jinja2.sandbox import SandboxedFormatter
from markupsafe import EscapeFormatter

from runner.render.meter import LARGEST_VALUE, LONGEST_TEXT, Meter, TooMuchData, TooMuchText

Estimate = Callable[..., int]

_SPECIFIER = re.compile(r"%(?:\([^)]*\))?[#0\- +]*(\*|[0-9]+)?(?:\.(\*|[0-9]+))?[^%]")
_WIDE = re.compile(r"[0-9]{4,}")
_STRFTIME_GROWTH = 256  # Python gives up when the result is that many times longer than the format


def _length(value: object) -> int:
    return len(value) if isinstance(value, (str, bytes)) else 20


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _width(_: object, width: object = 0, *__: object) -> int:
    return _int(width)


def _center(_: object, width: object = 80) -> int:
    return _int(width)


def _expandtabs(text: Any, tabsize: object = 8) -> int:
    tab = b"\t" if isinstance(text, bytes) else "\t"
    return int(text.count(tab)) * _int(tabsize)


def _replace(text: object, old: object, new: object, count: object = None) -> int:
    """Estimate the filter and the method; both take the first `count` only, if it is given."""
    if isinstance(text, bytes) and isinstance(old, bytes):
        found = text.count(old)
    else:
        found = str(text).count(str(old))
    limit = _int(count)
    return (min(found, limit) if limit > 0 else found) * _length(new)


def _join(separator: object, items: object = ()) -> int:
    return len(items) * _length(separator) if isinstance(items, Sized) else 0


def _join_filter(items: object, d: object = "", _: object = None) -> int:
    return _join(d, items)


def _translate(text: object, table: object) -> int:
    longest = max(map(_length, table.values()), default=0) if isinstance(table, dict) else 1
    return _length(text) * longest


def _to_bytes(_: object, length: object = 1, *__: object, **___: object) -> int:
    return _int(length)


def _strftime(_: object, form: object = "") -> int:
    return _length(form) * _STRFTIME_GROWTH


def _hex(value: object, separator: object = "", *_: object) -> int:
    return _length(value) * (2 + _length(separator))


def _indent(text: object, width: object = 4, *_: object, **__: object) -> int:
    lines = str(text).count("\n") + 1
    return lines * (_length(width) if isinstance(width, str) else _int(width))


def _wordwrap(
    text: object, _: object = 79, __: object = None, wrapstring: object = None, *___: object
) -> int:
    return _length(text) * _length(wrapstring) if wrapstring else 0


def _batch(_: object, linecount: object, fill_with: object = None) -> int:
    return 0 if fill_with is None else _int(linecount)


def _round(_: object, precision: object = 0, __: object = "common") -> int:
    return abs(_int(precision)) * 300  # ten to a power beyond 300 is no float


def _tojson(value: object, indent: object = None) -> int:
    del value
    return 0 if indent is None else _int(indent) * 2_000 + (_length(indent) - 20) * 2_000


def _urlize(text: object, *values: object, **named: object) -> int:
    parts = sum(_length(value) for value in (*values, *named.values()))
    return _length(text) // 5 * parts


def percent(form: str | bytes, values: object, measure: Callable[[object], int]) -> int:
    """Estimate `form % values`."""
    text = form.decode("latin-1") if isinstance(form, bytes) else form
    found = _SPECIFIER.findall(text)
    if any("*" in numbers for numbers in found):
        return LONGEST_TEXT + 1
    wide = [number for numbers in found for number in numbers if number]
    if any(len(number) > 6 for number in wide):
        return LONGEST_TEXT + 1
    largest = max(map(measure, values), default=0) if isinstance(values, tuple) else measure(values)
    if isinstance(values, Mapping):
        largest = max(map(measure, values.values()), default=0)
    return len(text) + sum(map(int, wide)) + len(found) * max(largest, 20)


def format_filter(
    measure: Callable[[object], int], form: object, *values: object, **named: object
) -> int:
    """Estimate the filter `format`."""
    return percent(str(form), named or values, measure)


METHODS: Mapping[str, Estimate] = {
    "center": _width,
    "ljust": _width,
    "rjust": _width,
    "zfill": _width,
    "expandtabs": _expandtabs,
    "replace": _replace,
    "join": _join,
    "translate": _translate,
    "to_bytes": _to_bytes,
    "hex": _hex,
    "strftime": _strftime,
}
OWNERS = (str, bytes, int, date, time)
FILTERS: Mapping[str, Estimate] = {
    "center": _center,
    "indent": _indent,
    "replace": _replace,
    "join": _join_filter,
    "wordwrap": _wordwrap,
    "batch": _batch,
    "slice": _width,
    "round": _round,
    "tojson": _tojson,
    "urlize": _urlize,
}


def check_growth(estimate: Estimate, values: tuple[Any, ...], named: Mapping[str, Any]) -> None:
    """Refuse what would become too long; leave wrong arguments to the real thing.

    Raises:
        TooMuchText: the result would be too long.
    """
    try:
        length = estimate(*values, **named)
    except (TypeError, ValueError, AttributeError):
        return
    if length > LONGEST_TEXT:
        raise TooMuchText


def check_operator(operator: str, left: Any, right: Any, meter: Meter) -> None:
    """Refuse an operation whose result would be too large.

    Raises:
        TooMuch: it would be.
    """
    if operator == "%":
        if isinstance(left, (str, bytes)) and percent(left, right, meter.measure) > LONGEST_TEXT:
            raise TooMuchText
    elif operator == "**":
        if isinstance(left, int) and isinstance(right, int):
            _check_bits(left.bit_length() * max(right, 0))
    elif isinstance(left, int) and isinstance(right, int):
        _check_bits(left.bit_length() + right.bit_length())
    elif isinstance(left, int) or isinstance(right, int):
        times, value = (left, right) if isinstance(left, int) else (right, left)
        if isinstance(value, (str, bytes)) and times * len(value) > LONGEST_TEXT:
            raise TooMuchText
        if isinstance(value, (list, tuple)) and times * meter.measure(value) > LARGEST_VALUE:
            raise TooMuchData(f"too much data: a list of more than {LARGEST_VALUE:,} values")


def _check_bits(bits: int) -> None:
    if bits > 40_000:  # some are lost again; the result itself is weighed
        raise TooMuchData("too much data: a number of more than 3,000 digits")


class BoundedFormatter(SandboxedFormatter):
    """Python's `str.format` that stops before its text grows too long."""

    def __init__(self, environment: Environment, **named: Any) -> None:
        super().__init__(environment, **named)
        self._length = 0

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return one formatted field."""
        if _WIDE.search(format_spec) or len(format_spec) > 300:
            raise TooMuchText
        text = str(super().format_field(value, format_spec))
        self._length += len(text)
        if self._length > LONGEST_TEXT:
            raise TooMuchText
        return text


class BoundedEscapeFormatter(BoundedFormatter, EscapeFormatter):
    """The same for a text that is marked as safe HTML."""
