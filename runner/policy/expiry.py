"""Until when a message is worth sending: `delivery.not_after` as an instant."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from runner.policy.objection import Objection
from runner.policy.zones import find_zone, read_wall

_FORM = "write it like 2026-03-31T09:30:00+02:00"


def read_not_after(text: str, timezone: str) -> datetime | Objection:
    """Return the instant of a rendered `not_after`.

    A value without an offset is read in `timezone`, which may be empty; a date alone lasts until
    its midnight there.
    """
    text = text.strip()
    if not text:
        why = "not_after is empty, so the message would never expire"
        return Objection(why, "fill it, or write {{ … or none }} for a message without an end")
    try:
        wall = _read_wall(text)
    except (ValueError, OverflowError):
        return Objection(f'not_after is no date and time: "{text:.40}"', _FORM)
    if wall.tzinfo:
        return wall.astimezone(UTC)
    zone = find_zone(timezone)
    if zone is None:
        why = f"not_after has no offset, and no time zone is declared: {text:.40}"
        return Objection(why, "add delivery.timezone, such as Europe/Berlin, or write the offset")
    return _read(wall, zone, text)


def _read_wall(text: str) -> datetime:
    if len(text) <= 10:
        return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time())
    return datetime.fromisoformat(text)


def _read(wall: datetime, zone: ZoneInfo, text: str) -> datetime | Objection:
    try:
        return read_wall(wall, zone)
    except OverflowError:
        return Objection(f"not_after is out of range: {text:.40}", _FORM)
