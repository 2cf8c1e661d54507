"""What a run that waits says: a line that is drawn over and over, or one line in a log."""

from datetime import datetime, timedelta

from runner.model.wait import Wait


def say_when(begins: datetime, now: datetime, *, waits: bool) -> str:
    """Return when a run sends, for the question that is asked before it does."""
    if begins > now:
        return f"at {_say(begins, now)}"
    return "now, and to the others when their hours begin" if waits else "now"


def wait_progress(wait: Wait, now: datetime) -> str:
    """Return the line of a terminal."""
    left = timedelta(seconds=max(round((wait.until - now).total_seconds()), 0))
    if wait.scheduled:
        return f"waiting  to begin at {_say(wait.until, now)}  {left} left"
    return f"waiting  {_people(wait)} held  until {_say(wait.until, now)}  {left} left"


def wait_notice(wait: Wait, run: str) -> str:
    """Return the one line of a log: it never changes while the run waits."""
    until = f"{wait.until:%Y-%m-%d %H:%M:%S} UTC"
    ends = f"flexplay stop {run} ends it, flexplay resume {run} carries on."
    if wait.scheduled:
        return f"Waiting until {until} to begin; {ends}"
    later = wait.last > wait.until
    last = f", the last of them until {wait.last:%Y-%m-%d %H:%M:%S} UTC" if later else ""
    return f"Waiting until {until}: {_people(wait)} held{last}; {ends}"


def _people(wait: Wait) -> str:
    return "1 person is" if wait.people == 1 else f"{wait.people:,} people are"


def _say(until: datetime, now: datetime) -> str:
    """Return the time, with its day unless that is today's."""
    form = "%H:%M:%S UTC" if until.date() == now.date() else "%Y-%m-%d %H:%M:%S UTC"
    return until.strftime(form)
