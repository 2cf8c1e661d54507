"""Time zones: by name, of a telephone number, and instants from what a clock on the wall shows."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo | None:
    """Return the zone of an IANA name such as `Europe/Berlin`; None if there is none."""
    if "/" not in name and name != "UTC":  # EST, Israel: neither a place nor a zone that moves
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return None


def read_wall(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which the zone's clocks show `wall`: the first, if they do so twice.

    A time that the clocks leap over is read as the earlier of what it can mean: a deadline is
    rather kept too strictly.
    """
    both = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return min(both)


@lru_cache(maxsize=65536)
def zones_of_number(number: str) -> tuple[str, ...]:
    """Return every time zone that a telephone number in E.164 may be in; none if nobody knows.

    From Google's metadata:
    https://github.com/google/libphonenumber#mapping-phone-numbers-to-time-zones
    """
    import phonenumbers  # noqa: PLC0415 - its tables are large
    from phonenumbers import timezone  # noqa: PLC0415

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ()
    found = timezone.time_zones_for_number(parsed)
    return tuple(name for name in found if name != timezone.UNKNOWN_TIMEZONE)


@lru_cache(maxsize=65536)
def countries_of_number(number: str) -> tuple[str, ...]:
    """Return the countries that a number in E.164 may belong to, as ISO 3166 codes.

    One where the number says it; all that share the country code where it does not.
    """
    import phonenumbers  # noqa: PLC0415 - its tables are large

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ()
    region = phonenumbers.region_code_for_number(parsed)
    if region and region.isalpha():
        return (region,)
    shared = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
    return tuple(region for region in shared if region.isalpha())
