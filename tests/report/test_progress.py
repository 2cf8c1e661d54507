"""How far a run has come, on one line of a terminal."""

import pytest

from runner.report.progress import Progress, progress_line

_COUNTS = {"sent": 799, "held": 12, "failed": 1, "uncertain": 0}


class _Terminal:
    """Keeps what is drawn."""

    def __init__(self) -> None:
        self.drawn: list[str] = []
        self.flushed = 0

    def write(self, text: str) -> None:
        self.drawn.append(text)

    def flush(self) -> None:
        self.flushed += 1


class _Turned:
    """A clock that a test turns, and a width that it sets."""

    def __init__(self) -> None:
        self.now, self.columns = 100.0, 80

    def time(self) -> float:
        return self.now

    def width(self) -> int:
        return self.columns


@pytest.fixture
def turned() -> _Turned:
    """Return a clock and a width."""
    return _Turned()


def _progress(turned: _Turned, planned: int = 100) -> tuple[Progress, _Terminal]:
    terminal = _Terminal()
    return Progress(terminal, planned, turned.time, turned.width), terminal


def test_it_is_drawn_at_most_ten_times_a_second(turned: _Turned) -> None:
    """However fast the outcomes come, the terminal is not flooded."""
    progress, terminal = _progress(turned)
    for _ in range(64):
        progress.add("sent")
        turned.now += 1 / 64
    assert len(terminal.drawn) == terminal.flushed == 10


def test_it_is_drawn_over_itself(turned: _Turned) -> None:
    """Each time the line is cleared, and no new one begun."""
    progress, terminal = _progress(turned)
    progress.add("sent")
    assert terminal.drawn[0].startswith("\r\x1b[Ksending ")
    assert "\n" not in "".join(terminal.drawn)


def test_it_goes_away_for_something_else(turned: _Turned) -> None:
    """Once; and where nothing is drawn there is nothing to clear."""
    progress, terminal = _progress(turned)
    progress.clear()
    assert terminal.drawn == []
    progress.add("failed")
    progress.clear()
    progress.clear()
    assert terminal.drawn[1:] == ["\r\x1b[K"]


def test_the_rate_is_of_late(turned: _Turned) -> None:
    """What was sent in the last five seconds counts, and what was not sent does not."""
    progress, terminal = _progress(turned, planned=1000)
    for _ in range(20):
        turned.now += 0.5
        progress.add("sent")
        progress.add("already_sent")
    assert "2.0/s" in terminal.drawn[-1]
    turned.now += 60
    progress.add("held")
    assert "/s" not in terminal.drawn[-1]


def test_the_line_says_what_matters() -> None:
    """How many of how many, how fast, what went wrong, and how long it still takes."""
    line = progress_line(_COUNTS, 1180, 19.6, 120)
    assert (
        line == "sending ━━━━━━━━━━━━━━━━╸─────── 812/1,180  19.6/s  failed 1  held 12  19 s left"
    )


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (60, "sending 812/1,180  19.6/s  failed 1  held 12  19 s left"),
        (50, "sending 812/1,180  19.6/s  failed 1  held 12"),
        (40, "sending 812/1,180  failed 1  held 12"),
        (30, "sending 812/1,180  failed 1"),
        (20, "sending 812/1,180"),
        (10, "sending 81"),
        (0, ""),
    ],
)
def test_a_narrow_terminal_gets_a_shorter_line(width: int, line: str) -> None:
    """It never wraps: what matters less is left out first."""
    assert progress_line(_COUNTS, 1180, 19.6, width) == line


@pytest.mark.parametrize(("done", "planned"), [(0, 10), (10, 10), (0, 0), (1, 3)])
def test_the_bar_has_one_length(done: int, planned: int) -> None:
    """Full at the end, empty at the beginning, and never in the way of the numbers."""
    bar = progress_line({"sent": done}, planned, 0.0, 80).split()[1]
    assert len(bar) == 24
    assert ("╸" in bar) == (done < planned)


@pytest.mark.parametrize(("left", "said"), [(60, "60 s"), (600, "10 min"), (7200, "2.0 h")])
def test_the_time_that_is_left_is_said_for_people(left: int, said: str) -> None:
    """Seconds, minutes, hours."""
    assert progress_line({"sent": 1}, left + 1, 1.0, 120).endswith(f"{said} left")


def test_the_width_is_asked_each_time(turned: _Turned) -> None:
    """Whoever makes the window narrower gets a shorter line."""
    progress, terminal = _progress(turned)
    turned.columns = 12
    progress.add("sent")
    assert len(terminal.drawn[0].removeprefix("\r\x1b[K")) <= 11
