"""Whether a message may be sent at an instant, and if not, from when.

What forbids is a `Bar`: a window, quiet hours, a holiday. It looks at a clock on a wall. All bars
must let the message pass, each in every zone that the recipient may be in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol, TypeAlias
from zoneinfo import ZoneInfo

from runner.model.hours import EVERY_DAY, Hours, Window

HORIZON = timedelta(days=60)
"""Who finds no hour in so many days will not find one later."""
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Open:
    """Send now."""


@dataclass(frozen=True, slots=True)
class HeldUntil:
    """Not now, but from `instant` on; None where no hour suits at all. `reason` is for people."""

    instant: datetime | None
    reason: str


Decision: TypeAlias = Open | HeldUntil
OPEN = Open()


class Bar(Protocol):
    """Something that forbids sending at some hours of a wall clock."""

    def until(self, wall: datetime) -> datetime | None:
        """Return the wall time before which it forbids; None if it lets pass at `wall`."""
        ...

    def why(self, wall: datetime) -> str:
        """Say what forbids."""
        ...


@dataclass(frozen=True, slots=True)
class OutsideWindow:
    """Forbids everything outside a window."""

    window: Window

    def until(self, wall: datetime) -> datetime | None:
        """Return when the window opens next."""
        if _within(self.window.hours, self.window.days, wall):
            return None
        starts = (_at(wall.date() + _DAY * ahead, self.window.hours.start) for ahead in range(9))
        return min(
            (start for start in starts if start > wall and start.weekday() in self.window.days),
            default=wall + HORIZON,
        )

    def why(self, wall: datetime) -> str:
        """Name the window."""
        del wall
        return f"outside the window {self.window}"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Forbids some hours of every day."""

    hours: Hours
    country: str

    def until(self, wall: datetime) -> datetime | None:
        """Return when the quiet hours end."""
        if not _within(self.hours, EVERY_DAY, wall):
            return None
        end = _at(wall.date(), self.hours.end)
        return end if end > wall else end + _DAY

    def why(self, wall: datetime) -> str:
        """Name the country."""
        del wall
        where = "everywhere" if self.country == "*" else f"in {self.country}"
        return f"quiet hours {self.hours} {where}"


@dataclass(frozen=True, slots=True)
class HolidayBar:
    """Forbids whole days; `name_holiday` names the day's holiday, or nothing."""

    calendar: str
    name_holiday: Callable[[str, date], str]

    def until(self, wall: datetime) -> datetime | None:
        """Return the midnight that ends the holiday."""
        if not self.name_holiday(self.calendar, wall.date()):
            return None
        return _at(wall.date() + _DAY, time())

    def why(self, wall: datetime) -> str:
        """Name the holiday."""
        return f"{self.name_holiday(self.calendar, wall.date())} in {self.calendar}"


def decide_window(bars: Sequence[tuple[Bar, ZoneInfo]], now: datetime) -> Decision:
    """Return whether all bars let a message pass now, each by its zone's clock, or when they will.

    The instant is the first at which every bar lets pass, on the day of a change of the clocks too.
    """
    at, reason = now.astimezone(UTC), ""
    while at < now + HORIZON:
        barred = _first_bar(bars, at)
        if barred is None:
            return HeldUntil(at, reason) if reason else OPEN
        bar, zone, until = barred
        wall = _wall(at, zone)
        reason = reason or f"{bar.why(wall)} ({zone.key}: {wall:%a %H:%M})"
        at = _advance(at, until, zone)
    return HeldUntil(None, reason)


def _first_bar(
    bars: Sequence[tuple[Bar, ZoneInfo]], at: datetime
) -> tuple[Bar, ZoneInfo, datetime] | None:
    for bar, zone in bars:
        until = bar.until(_wall(at, zone))
        if until is not None:
            return bar, zone, until
    return None


def _within(hours: Hours, days: frozenset[int], wall: datetime) -> bool:
    """Tell whether the time lies in hours that began on one of the days, today or yesterday."""
    for day in (wall.date(), wall.date() - _DAY):
        end = _at(day + _DAY * hours.overnight, hours.end)
        if day.weekday() in days and _at(day, hours.start) <= wall < end:
            return True
    return False


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock)


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def _advance(at: datetime, wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which the clock shows `wall`, or is changed, whichever is first.

    The next look is taken where the clock is changed: an hour may be leapt over, or come twice.
    """
    folds = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    target = min((instant for instant in folds if instant > at), default=at + _SECOND)
    if _offset(target, zone) == _offset(at, zone):
        return target
    low, high = at, target
    while high - low > _SECOND:
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle <= low:
            break
        if _offset(middle, zone) == _offset(at, zone):
            low = middle
        else:
            high = middle
    return high


def _offset(at: datetime, zone: ZoneInfo) -> timedelta | None:
    return at.astimezone(zone).utcoffset()
