"""Zones by name and by telephone number."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from phonenumbers import timezone
from phonenumbers.tzdata import TIMEZONE_DATA

from runner.policy.zones import countries_of_number, find_zone, read_wall, zones_of_number


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "America/North_Dakota/Center"])
def test_a_zone_is_found_by_its_name(name: str) -> None:
    """The names of the IANA database count."""
    assert find_zone(name) == ZoneInfo(name)


@pytest.mark.parametrize(
    "name",
    ["", "Berlin", "EST", "Europe/Berlni", "America", "../etc/passwd", "/etc/passwd", "a\0/b"],
)
def test_what_is_no_zone_is_none(name: str) -> None:
    """Abbreviations, folders and paths are no zones, and nothing raises."""
    assert find_zone(name) is None


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+4930123456", ("Europe/Berlin",)),
        ("+16025551234", ("America/Phoenix",)),
        ("+97714123456", ("Asia/Katmandu",)),
        ("+13115552368", ()),
        ("not a number", ()),
    ],
)
def test_a_number_tells_its_zones(number: str, zones: tuple[str, ...]) -> None:
    """The area code says it; a number that cannot be is in no zone."""
    assert zones_of_number(number) == zones


def test_a_number_without_an_area_has_every_zone_of_its_country() -> None:
    """A toll-free or mobile number may be anywhere there."""
    assert {"America/New_York", "Pacific/Honolulu"} <= {*zones_of_number("+18005551234")}
    assert {"Australia/Perth", "Australia/Sydney"} <= {*zones_of_number("+61491570156")}


def test_every_zone_of_googles_metadata_is_known_here() -> None:
    """No number leads to a zone that would then be skipped."""
    names = {name for names in TIMEZONE_DATA.values() for name in names}
    assert {name for name in names - {timezone.UNKNOWN_TIMEZONE} if not find_zone(name)} == set()


def test_a_number_tells_its_country() -> None:
    """One country where it is certain, all that share the code where it is not."""
    assert countries_of_number("+4930123456") == ("DE",)
    assert countries_of_number("+16135550123") == ("CA",)
    assert {"US", "CA"} <= {*countries_of_number("+13115552368")}
    assert countries_of_number("ann@example.org") == ()


@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        ("2026-06-01 09:30", "2026-06-01 07:30"),
        ("2026-03-29 02:30", "2026-03-29 00:30"),  # leapt over: the earlier reading
        ("2026-10-25 02:30", "2026-10-25 00:30"),  # twice: the first
    ],
)
def test_a_wall_clock_is_read_cautiously(wall: str, instant: str) -> None:
    """A deadline on the night of a change is the earlier of what it can mean."""
    read = read_wall(datetime.fromisoformat(wall), ZoneInfo("Europe/Berlin"))
    assert read == datetime.fromisoformat(instant).replace(tzinfo=UTC)
