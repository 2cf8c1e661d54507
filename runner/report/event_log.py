"""The log as JSON Lines: one object for each event, for those who collect logs."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

from runner.model.log import Level


class EventLog:
    """Writes each event as a line, at once. What is None or empty is left out.

    A disk that is full keeps nobody from being messaged: the log ends, and `lost` is told why.

    Args:
        stream: where to.
        lost: is told once that nothing more can be written.
        now: what time it is.
    """

    def __init__(
        self,
        stream: TextIO,
        lost: Callable[[str], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._stream: TextIO | None = stream
        self._lost = lost
        self._now = now

    def __call__(self, event: str, /, level: Level = "info", **about: object) -> None:
        """Write one event."""
        if self._stream is None:
            return
        time = self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        told = {name: value for name, value in about.items() if value is not None and value != ""}
        line = json.dumps({"time": time, "level": level, "event": event, **told}, default=str)
        try:
            self._stream.write(f"{line}\n")
            self._stream.flush()
        except (OSError, ValueError) as error:
            self._stream = None
            self._lost(str(error))
