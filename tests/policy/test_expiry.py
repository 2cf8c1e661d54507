"""`delivery.not_after` as it is written, and the instant that it means."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.policy.expiry import read_not_after
from runner.policy.objection import Objection


@pytest.mark.parametrize(
    ("text", "timezone", "instant"),
    [
        ("2026-03-31T09:30:00+02:00", "", "2026-03-31 07:30"),
        ("2026-03-31T09:30:00Z", "Europe/Berlin", "2026-03-31 09:30"),
        ("2026-03-31 09:30", "Europe/Berlin", "2026-03-31 07:30"),
        ("2026-03-31", "Europe/Berlin", "2026-03-31 22:00"),
        ("2026-03-28", "Europe/Berlin", "2026-03-28 23:00"),
        ("2026-03-31 09:30", "Asia/Kathmandu", "2026-03-31 03:45"),
        ("2026-10-04 02:15", "Australia/Lord_Howe", "2026-10-03 15:15"),
    ],
)
def test_an_end_is_an_instant(text: str, timezone: str, instant: str) -> None:
    """An offset wins; without one the declared zone counts, and a date lasts until its midnight."""
    assert read_not_after(text, timezone) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "timezone", "why"),
    [
        ("2026-03-31 09:30", "", "no time zone is declared"),
        ("2026-03-31", "", "no time zone is declared"),
        ("2026-03-31 09:30", "Europe/Nowhere", "no time zone is declared"),
        ("", "UTC", "is empty"),
        ("  ", "UTC", "is empty"),
        ("9:30", "UTC", "no date and time"),
        ("31.03.2026 09:30", "UTC", "no date and time"),
        ("2026-02-30", "UTC", "no date and time"),
        ("9999-12-31", "UTC", "no date and time"),
    ],
)
def test_what_is_unclear_is_said(text: str, timezone: str, why: str) -> None:
    """Nothing is guessed, and nothing silently never expires."""
    found = read_not_after(text, timezone)
    assert isinstance(found, Objection)
    assert why in found.why


@given(st.text(max_size=30) | st.datetimes().map(str), st.sampled_from(["", "UTC", "Asia/Tokyo"]))
def test_anything_is_an_instant_or_an_objection(text: str, timezone: str) -> None:
    """Whatever a template makes, nothing raises, and an instant has its offset."""
    found = read_not_after(text, timezone)
    assert isinstance(found, Objection) or found.tzinfo is UTC
