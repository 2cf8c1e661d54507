"""Where the characters that a reader sees begin and end.

Twilio's calculator counts grapheme clusters, and it splits them by the rules of Unicode 10
(https://www.unicode.org/reports/tr29/tr29-31.html), with a few departures of the library that it
uses. This module splits at the very same places; `_CLUSTER` says where it departs from the rules.
"""

import re
from bisect import bisect_right
from functools import cache

from runner.sms.grapheme_classes import (
    HANGUL,
    HANGUL_TRAILING,
    LV_SYLLABLE,
    LVT_SYLLABLE,
    OTHER,
    RANGES,
)

_CLUSTER = r"""
    [CNK]                                    # a control stands alone, even in a Windows line end
  | R R [XZS]?+                              # a flag; the library adds one mark and no more
  | P R [XZS]?+                              # the library pairs no flag after a prefix
  | (?=.) P*+
    (?: L*+ (?: [AV] V*+ T*+ | B T*+ )       # Hangul
      | L++ | T++
      | [ORSMEWGZ]
    )?+
    (?: [ZS] | (?<=Z)[GW] | (?<=[EW])M )*+
    (?: X (?: [XZS] | (?<=Z)[GW]
            | (?<=[EW]X)M                    # the library lets one mark stand before a skin tone,
        )*+                                  # and after a mark no skin tone without one
    )?+
"""
"""One grapheme cluster, as a pattern over the letters of classes."""

_JOINING = "[XZSPRLVTM]"
"""The classes without one of which every character is a cluster of its own."""


class _Classes(dict[int, str]):
    """The class letter of each code point, looked up once and then kept."""

    def __init__(self) -> None:
        super().__init__()
        ranges = sorted(
            (int(first, 16), int(last or first, 16), letter)
            for letter, listed in RANGES.items()
            for first, _, last in (item.partition("-") for item in listed.split())
        )
        self._firsts = [first for first, _, _ in ranges]
        self._ranges = ranges

    def __missing__(self, code: int) -> str:
        letter = self[code] = self._find(code)
        return letter

    def _find(self, code: int) -> str:
        if code in HANGUL:
            return LVT_SYLLABLE if (code - HANGUL.start) % HANGUL_TRAILING else LV_SYLLABLE
        at = bisect_right(self._firsts, code) - 1
        if at < 0:
            return OTHER
        _, last, letter = self._ranges[at]
        return letter if code <= last else OTHER


@cache
def _machinery() -> tuple[_Classes, re.Pattern[str], re.Pattern[str]]:
    """Build the tables on first use: a text in plain English never needs them."""
    return _Classes(), re.compile(_JOINING), re.compile(_CLUSTER, re.VERBOSE)


def split(text: str) -> list[str]:
    """Return the text's grapheme clusters, which joined are the text again."""
    classes, joining, cluster = _machinery()
    letters = text.translate(classes)
    if joining.search(letters) is None:
        return list(text)
    return [text[found.start() : found.end()] for found in cluster.finditer(letters)]
