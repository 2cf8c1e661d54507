"""`flexplay status --watch`: look at a run again and again until it has ended."""

from collections.abc import Callable
from typing import Protocol

from runner.report.run_record import RunRecord, record_lines

_ON_TERMINAL, _ELSEWHERE = 1.0, 10.0


class Stream(Protocol):
    """Where the run is shown."""

    def write(self, text: str, /) -> object:
        """Write text."""
        ...

    def flush(self) -> None:
        """Show it."""
        ...

    def isatty(self) -> bool:
        """Tell whether it is a terminal."""
        ...


def watch_run(
    look: Callable[[], RunRecord], stream: Stream, sleep: Callable[[float], None]
) -> RunRecord:
    """Show the run until it has ended, and return it as it is then.

    A terminal is drawn over; elsewhere only what has changed is written, line after line.
    """
    terminal = stream.isatty()
    shown: list[str] = []
    while (record := look()).state == "running":
        lines = list(record_lines(record))
        lines = lines if terminal else lines[-1:]
        if terminal:
            stream.write(_up(len(shown)))
        if terminal or lines != shown:
            stream.write("".join(f"{line}\n" for line in lines))
            stream.flush()
        shown = lines
        sleep(_ON_TERMINAL if terminal else _ELSEWHERE)
    if terminal:
        stream.write(_up(len(shown)))
        stream.flush()
    return record


def _up(lines: int) -> str:
    """Return what takes so many lines away."""
    return f"\x1b[{lines}F\x1b[J" if lines else ""
