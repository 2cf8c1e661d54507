"""Moments and lengths of time, in this machine's own time zone."""

from datetime import UTC, datetime

from runner.sandbox.inbox.markup import Html, tag


def clock(epoch: float, now: float) -> Html:
    """`14:03` on the same day, `22 Nov` on another; the whole moment is its title."""
    moment = _local(epoch)
    same_day = moment.date() == _local(now).date()
    return _time(moment, f"{moment:%H:%M}" if same_day else f"{moment.day} {moment:%b}")


def to_the_second(epoch: float) -> Html:
    """`14:03:09.250`, for what happens in quick succession."""
    moment = _local(epoch)
    return _time(moment, f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}")


def moment_of(epoch: float) -> Html:
    """`22 November 2026, 14:03:09`."""
    moment = _local(epoch)
    return _time(moment, f"{moment.day} {moment:%B %Y, %H:%M:%S}")


def day(epoch: float) -> str:
    """`Sunday, 22 November`."""
    moment = _local(epoch)
    return f"{moment:%A}, {moment.day} {moment:%B}"


def length(seconds: float) -> str:
    """How long: `12 s`, `3 min`, `2 h 5 min`, `4 d`."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    if whole < 86_400:
        hours, minutes = whole // 3600, whole % 3600 // 60
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{whole // 86_400} d"


def _local(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC).astimezone()


def _time(moment: datetime, shown: str) -> Html:
    return tag(
        "time", shown, datetime=moment.isoformat(timespec="milliseconds"), title=f"{moment:%c %Z}"
    )
