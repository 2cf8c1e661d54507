"""What a run that waits says."""

from datetime import UTC, datetime, timedelta

from runner.model.wait import Wait
from runner.report.wait_text import say_when, wait_notice, wait_progress

_NOW = datetime(2026, 6, 1, 21, 0, 0, tzinfo=UTC)
_EIGHT = datetime(2026, 6, 2, 8, tzinfo=UTC)


def test_the_line_of_a_terminal_counts_down() -> None:
    """How many, until when, and how long that is; the day only if it is not today."""
    wait = Wait(_EIGHT, 12, _EIGHT)
    assert wait_progress(wait, _NOW) == (
        "waiting  12 people are held  until 2026-06-02 08:00:00 UTC  11:00:00 left"
    )
    soon = Wait(_NOW + timedelta(minutes=1), 1, _EIGHT)
    assert wait_progress(soon, _NOW) == (
        "waiting  1 person is held  until 21:01:00 UTC  0:01:00 left"
    )
    scheduled = Wait(_EIGHT, 0, _EIGHT, scheduled=True)
    assert wait_progress(scheduled, _NOW).startswith("waiting  to begin at 2026-06-02 08:00:00")


def test_the_line_of_a_log_says_it_once() -> None:
    """Nothing in it changes while the run waits, and it says how to end that."""
    notice = wait_notice(Wait(_EIGHT, 1200, _EIGHT), "7QM9KD")
    assert notice == (
        "Waiting until 2026-06-02 08:00:00 UTC: 1,200 people are held; flexplay stop 7QM9KD ends "
        "it, flexplay resume 7QM9KD carries on."
    )
    later = wait_notice(Wait(_EIGHT, 2, _EIGHT + timedelta(hours=1)), "R")
    assert "held, the last of them until 2026-06-02 09:00:00 UTC; " in later
    assert "to begin" in wait_notice(Wait(_EIGHT, 0, _EIGHT, scheduled=True), "R")


def test_the_question_says_when() -> None:
    """Who types the number knows that it is not for now."""
    assert say_when(_NOW, _NOW, waits=False) == "now"
    assert say_when(_NOW, _NOW, waits=True) == "now, and to the others when their hours begin"
    assert say_when(_EIGHT, _NOW, waits=True) == "at 2026-06-02 08:00:00 UTC"
