"""Public holidays, from the extra."""

import sys
from datetime import date

import pytest

from runner.policy import public_holidays
from runner.policy.public_holidays import NoHolidays, is_calendar, name_holiday


def test_a_region_has_more_holidays_than_its_country() -> None:
    """Epiphany is one in Bavaria, not in all of Germany."""
    assert name_holiday("DE-BY", date(2026, 1, 6)) == "Epiphany"
    assert name_holiday("DE", date(2026, 1, 6)) == ""
    assert name_holiday("DE", date(2031, 10, 3)) == "German Unity Day"


@pytest.mark.parametrize(
    ("calendar", "wanted"), [("US", True), ("DE-BY", True), ("XX", False), ("DE-XX", False)]
)
def test_a_calendar_is_known_or_not(calendar: str, wanted: bool) -> None:  # noqa: FBT001
    """What the library lacks would silently never be a holiday."""
    assert is_calendar(calendar) is wanted


def test_without_the_extra_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy that cannot be followed is not passed over."""
    public_holidays._open.cache_clear()
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(NoHolidays):
        is_calendar("US")
