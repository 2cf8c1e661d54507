"""When a run is to begin: `--at` as an instant, and when it is too late for it."""

from datetime import UTC, datetime, timedelta

from runner.policy.objection import Objection
from runner.policy.zones import find_zone

GRACE = timedelta(minutes=5)
"""A run that comes later than so much after its time is refused: someone may have sent it since."""
_FORM = "write it like 2026-03-31T09:30, or with an offset like 2026-03-31T09:30:00+02:00"


def read_at(text: str, timezone: str, name: str = "--at") -> datetime | Objection:
    """Return the instant of `--at`, or of another option or field of this `name`.

    A time without an offset is what a clock on the wall shows in `timezone`, which may be empty;
    one that the clocks leap over, or that comes twice, is none.
    """
    text = text.strip()
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        return Objection(f'{name} is no date and time: "{text:.40}"', _FORM)
    if len(text) <= len("2026-03-31"):
        return Objection(f"{name} names a day and no time: {text}", _FORM)
    if wall.tzinfo is None:
        return _read_wall(wall, timezone, name)
    try:
        return wall.astimezone(UTC)
    except OverflowError:
        return Objection(f"{name} is out of range: {text:.40}", _FORM)


def _read_wall(wall: datetime, timezone: str, name: str) -> datetime | Objection:
    zone = find_zone(timezone)
    if zone is None:
        why = f"{name} has no offset, and the environment has no default_timezone: {wall}"
        return Objection(why, "write the offset, such as +02:00, or declare default_timezone")
    try:
        first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        back = first.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        return Objection(f"{name} is out of range: {wall}", _FORM)
    if back != wall:
        why = f"in {timezone} the clocks leap over {wall}"
        return Objection(why, "choose a time before or after it")
    if first != second:
        why = f"in {timezone} the clocks show {wall} twice"
        return Objection(why, f"say which: {_offsets(first, second, zone.key)}")
    return first


def _offsets(first: datetime, second: datetime, timezone: str) -> str:
    zone = find_zone(timezone)
    return " or ".join(each.astimezone(zone).isoformat() for each in (first, second))


def refuse_late(at: datetime, now: datetime) -> Objection | None:
    """Return why a run that was to begin at `at` must not begin now; None if it may."""
    if now - at <= GRACE:
        return None
    late = str(timedelta(seconds=int((now - at).total_seconds())))
    return Objection(
        f"the run was to begin at {at:%Y-%m-%d %H:%M:%S} UTC, and that was {late} ago",
        "look whether it has been sent since (flexplay status); then choose another time, "
        "or leave out --at to send now",
    )
