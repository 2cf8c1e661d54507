"""How many SMS segments a text costs.

The contract is agreement with Twilio's own calculator
(https://www.npmjs.com/package/sms-segments-calculator, version 1.3.0, Smart Encoding off) on every
text of whole characters. The rules: https://www.twilio.com/docs/glossary/what-sms-character-limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from runner.sms import gsm7
from runner.sms.graphemes import split

_GSM7_ALONE, _GSM7_JOINED = 160, 153
_UCS2_ALONE, _UCS2_JOINED = 70, 67
"""What one message holds alone, and with the header that a message of several segments needs."""

_BEYOND_ONE_UNIT = "\U00010000"
"""The first character that takes two code units in UCS-2."""


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs.

    `units` counts septets in GSM-7 and 16-bit code units in UCS-2, headers left out.
    """

    encoding: Literal["GSM-7", "UCS-2"]
    segments: int
    units: int


@dataclass(frozen=True, slots=True)
class Culprit:
    """A character as the reader sees it that forces the message into UCS-2.

    `start` and `end` are offsets in code points. `replacement` is what can stand in its place in
    GSM-7 without a reader's minding: "" where the character can just go, None where there is
    nothing of the kind.
    """

    start: int
    end: int
    text: str
    replacement: str | None


def count_segments(text: str) -> Segments:
    """Return the encoding, the number of segments and the units that the text costs.

    An empty text is one segment.
    """
    septets = gsm7.septets(text)
    if septets is None:
        costs = _ucs2_costs(split(text))
        units = sum(costs)
        further = len(_starts(costs, _UCS2_ALONE, _UCS2_JOINED)) if units > _UCS2_ALONE else 0
        return Segments("UCS-2", 1 + further, units)
    return Segments("GSM-7", 1 + len(_gsm7_boundaries(text, septets)), septets)


def boundaries(text: str) -> tuple[int, ...]:
    """Return the offsets, in code points, at which the second and each further segment begins.

    They never fall. One is repeated, or is 0, only where a single character as the reader sees it
    is longer than a segment, which leaves the segment before it empty.
    """
    septets = gsm7.septets(text)
    if septets is not None:
        return tuple(_gsm7_boundaries(text, septets))
    clusters = split(text)
    begins = [0, *accumulate(map(len, clusters))]
    starts = _starts(_ucs2_costs(clusters), _UCS2_ALONE, _UCS2_JOINED)
    return tuple(begins[at] for at in starts)


def room_for(cost: Segments) -> int:
    """Return how many units each segment of such a message holds."""
    if cost.encoding == "GSM-7":
        return _GSM7_ALONE if cost.segments == 1 else _GSM7_JOINED
    return _UCS2_ALONE if cost.segments == 1 else _UCS2_JOINED


def units_of(text: str, encoding: Literal["GSM-7", "UCS-2"]) -> int:
    """Return how many units a part of a message takes in the message's encoding."""
    return (gsm7.septets(text) or 0) if encoding == "GSM-7" else _cost(text)


def ucs2_culprits(text: str) -> tuple[Culprit, ...]:
    """Return what forces the text into UCS-2, in the order of the text; nothing if it is GSM-7."""
    if gsm7.septets(text) is not None:
        return ()
    from runner.sms.replacements import replacement_for  # noqa: PLC0415 - a plain text needs none

    found: list[Culprit] = []
    start = 0
    for cluster in split(text):
        end = start + len(cluster)
        if cluster not in gsm7.COST:
            found.append(Culprit(start, end, cluster, replacement_for(cluster)))
        start = end
    return tuple(found)


def _ucs2_costs(clusters: list[str]) -> list[int]:
    return [
        1 if len(cluster) == 1 and cluster < _BEYOND_ONE_UNIT else _cost(cluster)
        for cluster in clusters
    ]


def _cost(text: str) -> int:
    """Return how many UCS-2 units a text costs."""
    return len(text) + sum(character >= _BEYOND_ONE_UNIT for character in text)


def _gsm7_boundaries(text: str, septets: int) -> Sequence[int]:
    if septets <= _GSM7_ALONE:
        return ()
    if septets == len(text):
        return range(_GSM7_JOINED, septets, _GSM7_JOINED)
    return _starts([*map(gsm7.COST.__getitem__, text)], _GSM7_ALONE, _GSM7_JOINED)


def _starts(costs: Sequence[int], alone: int, joined: int) -> list[int]:
    """Return which of the pieces with these costs begin the second and each further segment.

    The header comes into the first segment only when a piece no longer fits. What it drives out
    goes to the second, and so does that piece, whether there is room for both or not: they have
    room unless a piece is huge.
    """
    over = next((at for at, filled in enumerate(accumulate(costs)) if filled > alone), None)
    if over is None:
        return []
    first, filled = over, sum(costs[:over])
    while filled > joined:
        first -= 1
        filled -= costs[first]
    starts, filled = [first], sum(costs[first : over + 1])
    for at in range(over + 1, len(costs)):
        filled += costs[at]
        if filled > joined:
            starts.append(at)
            filled = costs[at]
    return starts
