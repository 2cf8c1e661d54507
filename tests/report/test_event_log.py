"""The log as JSON Lines."""

import io
import json
from datetime import UTC, datetime

from runner.report.event_log import EventLog

_NOW = datetime(2026, 6, 1, 12, 0, 0, 250_400, tzinfo=UTC)


class _Full(io.StringIO):
    """A disk on which nothing more fits."""

    def write(self, text: str, /) -> int:
        """Fail."""
        del text
        raise OSError(28, "No space left on device")


def test_an_event_is_one_line() -> None:
    """Time, level and name first; what is empty is left out, zero and false are not."""
    stream = io.StringIO()
    log = EventLog(stream, lambda _: None, lambda: _NOW)
    log("request", "warning", status=429, code=None, key="", tries=0, ok=False)
    log("run_ended")
    first, second = stream.getvalue().splitlines()
    assert json.loads(first) == {
        "time": "2026-06-01T12:00:00.250Z",
        "level": "warning",
        "event": "request",
        "status": 429,
        "tries": 0,
        "ok": False,
    }
    assert json.loads(second)["level"] == "info"


def test_no_text_breaks_a_line() -> None:
    """Line ends and everything beyond ASCII are escaped."""
    stream = io.StringIO()
    EventLog(stream, lambda _: None)("x", reason="one\ntwo\u2028é")
    assert stream.getvalue().isascii()
    assert len(stream.getvalue().splitlines()) == 1
    assert json.loads(stream.getvalue())["reason"] == "one\ntwo\u2028é"


def test_a_full_disk_ends_the_log_and_nothing_else() -> None:
    """It is said once."""
    lost: list[str] = []
    log = EventLog(_Full(), lost.append)
    log("one")
    log("two")
    assert lost == ["[Errno 28] No space left on device"]
