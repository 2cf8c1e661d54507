"""How far a run has come, on one line of a terminal that is drawn over and over.

Only for a terminal that somebody looks at: elsewhere nothing is drawn, so that no log has carriage
returns. Nothing depends on colour.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Protocol

_BAR = 24
_EVERY = 0.1
_SPAN = 5.0
_SHOWN = ("failed", "uncertain", "held", "already_sent", "changed", "suppressed", "pending")
_CLEAR = "\r\x1b[K"


class Stream(Protocol):
    """Where the line is drawn."""

    def write(self, text: str, /) -> object:
        """Write text."""
        ...

    def flush(self) -> None:
        """Show it."""
        ...


class Progress:
    """Counts deliveries and draws the line, at most ten times a second.

    Args:
        stream: the terminal.
        planned: how many deliveries there are.
        clock: seconds since some fixed moment.
        width: how many columns the terminal has just now.
    """

    def __init__(
        self,
        stream: Stream,
        planned: int,
        clock: Callable[[], float],
        width: Callable[[], int],
    ) -> None:
        self._stream = stream
        self._planned = planned
        self._clock = clock
        self._width = width
        self._counts: Counter[str] = Counter()
        self._sent: deque[float] = deque()
        self._drawn_at: float | None = None
        self._visible = False

    def add(self, state: str) -> None:
        """Count a delivery, and draw if it is time to."""
        now = self._clock()
        self._counts[state] += 1
        if state == "sent":
            self._sent.append(now)
        if self._drawn_at is None or now - self._drawn_at >= _EVERY:
            self._draw(now)

    def show(self, line: str) -> None:
        """Draw another line in its place, cut to the terminal's width."""
        self._stream.write(f"{_CLEAR}{line[: max(self._width() - 1, 0)]}")
        self._stream.flush()
        self._visible = True

    def clear(self) -> None:
        """Take the line away, so that something else can be written."""
        if self._visible:
            self._stream.write(_CLEAR)
            self._stream.flush()
            self._visible = False

    def _draw(self, now: float) -> None:
        line = progress_line(self._counts, self._planned, self._rate(now), self._width() - 1)
        self._stream.write(f"{_CLEAR}{line}")
        self._stream.flush()
        self._drawn_at, self._visible = now, True

    def _rate(self, now: float) -> float:
        """Return how many were sent in a second, of late."""
        while self._sent and self._sent[0] <= now - _SPAN:
            self._sent.popleft()
        if len(self._sent) < 2:
            return 0.0
        return (len(self._sent) - 1) / max(now - self._sent[0], _EVERY)


def progress_line(counts: Mapping[str, int], planned: int, rate: float, width: int) -> str:
    """Return the line, at most so many columns wide: what matters less is left out first."""
    done = sum(counts.values())
    start = f"{done:,}/{planned:,}"
    troubles = [
        f"{state.replace('_', ' ')} {counts[state]:,}" for state in _SHOWN if counts.get(state)
    ]
    speed = f"{rate:.1f}/s" if rate else ""
    left = f"{_say_time((planned - done) / rate)} left" if rate and planned > done else ""
    bar = f"{_bar(done, planned)} "
    shorter = (
        f"{bar}{_join(start, speed, *troubles, left)}",
        _join(start, speed, *troubles, left),
        _join(start, speed, *troubles),
        *(_join(start, *troubles[:number]) for number in range(len(troubles), 0, -1)),
        start,
    )
    lines = [f"sending {words}" for words in shorter]
    return next((line for line in lines if len(line) <= width), lines[-1][: max(width, 0)])


def _join(*pieces: str) -> str:
    return "  ".join(piece for piece in pieces if piece)


def _bar(done: int, planned: int) -> str:
    filled = _BAR * done // planned if planned else _BAR
    return "━" * filled + ("╸" + "─" * (_BAR - filled - 1) if filled < _BAR else "")


def _say_time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
