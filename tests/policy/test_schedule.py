"""When a run is to begin, as it is written, and when that is too late."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.policy.objection import Objection
from runner.policy.schedule import GRACE, read_at, refuse_late

_AT = datetime(2026, 3, 31, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "timezone"),
    [
        ("2026-03-31T09:30:00+02:00", ""),
        ("2026-03-31T07:30Z", "Europe/Berlin"),
        ("2026-03-31T09:30", "Europe/Berlin"),
        (" 2026-03-31 09:30 ", "Europe/Berlin"),
        ("2026-03-31T13:15", "Asia/Kathmandu"),
        ("2026-03-31T18:30", "Australia/Lord_Howe"),
        ("2026-03-31T00:30", "America/Phoenix"),
    ],
)
def test_a_time_is_read(text: str, timezone: str) -> None:
    """With an offset it is an instant; without one it is what the clocks of the zone show."""
    assert read_at(text, timezone) == _AT


@pytest.mark.parametrize(
    ("text", "timezone", "why"),
    [
        ("soon", "Europe/Berlin", "no date and time"),
        ("", "Europe/Berlin", "no date and time"),
        ("18:00", "Europe/Berlin", "no date and time"),
        ("2026-03-31", "Europe/Berlin", "names a day and no time"),
        ("2026-03-31T09:30", "", "no offset"),
        ("2026-03-31T09:30", "Europe/Berlni", "no offset"),
        ("2026-03-29T02:30", "Europe/Berlin", "leap over"),
        ("2026-10-25T02:30", "Europe/Berlin", "twice"),
        ("2026-03-08T02:30", "America/New_York", "leap over"),
        ("2026-11-01T01:30", "America/New_York", "twice"),
        ("2026-04-05T01:45", "Australia/Lord_Howe", "twice"),
        ("2026-10-04T02:15", "Australia/Lord_Howe", "leap over"),
        ("0001-01-01T00:00+14:00", "", "out of range"),
        ("0001-01-01T00:00", "Asia/Tokyo", "out of range"),
    ],
)
def test_what_is_no_instant_is_refused(text: str, timezone: str, why: str) -> None:
    """No guess at an hour that is none or two, and none at a zone."""
    read = read_at(text, timezone)
    assert isinstance(read, Objection)
    assert why in read.why
    assert read.remedy


@given(
    st.integers(1_577_836_800, 2_051_222_400).map(lambda at: datetime.fromtimestamp(at, UTC)),
    st.sampled_from(sorted(name for name in available_timezones() if "/" in name)),
)
def test_what_a_clock_shows_is_that_instant(instant: datetime, name: str) -> None:
    """In every zone of the world: read back exactly, unless the clock shows it twice."""
    wall = instant.astimezone(ZoneInfo(name)).replace(tzinfo=None, fold=0)
    read = read_at(wall.isoformat(), name)
    if isinstance(read, Objection):
        assert "twice" in read.why
    else:
        assert read == instant


def test_who_must_choose_is_shown_the_choice() -> None:
    """The hour that comes twice is written with either offset."""
    read = read_at("2026-10-25T02:30", "Europe/Berlin")
    assert isinstance(read, Objection)
    assert read.remedy == ("say which: 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00")


def test_a_run_may_be_a_little_late() -> None:
    """Five minutes, as a CI job may be; a second more is too late."""
    assert refuse_late(_AT, _AT - timedelta(days=1)) is None
    assert refuse_late(_AT, _AT + GRACE) is None
    late = refuse_late(_AT, _AT + GRACE + timedelta(seconds=1))
    assert late
    assert late.why == "the run was to begin at 2026-03-31 07:30:00 UTC, and that was 0:05:01 ago"
