"""The labels of recurring messages."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.policy.period import Period, period_label


@pytest.mark.parametrize(
    ("instant", "zone", "period", "label"),
    [
        ("2026-03-28 23:30", "Europe/Berlin", "day", "2026-03-29"),
        ("2026-03-28 23:30", "America/New_York", "day", "2026-03-28"),
        ("2026-03-29 21:59", "Europe/Berlin", "week", "2026-W13"),
        ("2026-03-29 22:00", "Europe/Berlin", "week", "2026-W14"),
        ("2026-12-31 12:00", "UTC", "week", "2026-W53"),
        ("2027-01-01 12:00", "UTC", "week", "2026-W53"),
        ("2026-05-31 23:00", "Asia/Kathmandu", "month", "2026-06"),
        ("2026-05-31 12:00", "Asia/Kathmandu", "month", "2026-05"),
    ],
)
def test_a_label_is_read_on_the_zones_calendar(
    instant: str, zone: str, period: Period, label: str
) -> None:
    """Days, ISO weeks and months begin when they begin there."""
    at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert period_label(at, ZoneInfo(zone), period) == label


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "America/Havana"]),
)
def test_labels_follow_each_other(naive: datetime, zone: str) -> None:
    """A later instant never has an earlier label, and 26 hours later it is another day."""
    at, clock = naive.replace(tzinfo=UTC), ZoneInfo(zone)
    for period in ("day", "week", "month"):
        later = period_label(at + timedelta(hours=1), clock, period)
        assert period_label(at, clock, period) <= later
    assert period_label(at, clock, "day") != period_label(at + timedelta(hours=26), clock, "day")
