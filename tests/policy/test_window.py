"""When a message may be sent, by the clocks of real zones."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.model.hours import DAYS, EVERY_DAY, Hours, Window, read_time
from runner.policy.window import (
    OPEN,
    Bar,
    HeldUntil,
    HolidayBar,
    Open,
    OutsideWindow,
    QuietHours,
    decide_window,
)

_ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/Phoenix",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "America/Havana",
    "Pacific/Apia",
    "Asia/Beirut",
    "UTC",
)
_TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
_WINDOWS = st.builds(
    Window,
    st.builds(Hours, _TIMES, _TIMES),
    st.frozensets(st.integers(0, 6), min_size=1),
)
_INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC, second=0, microsecond=0)
)
_WEEKDAYS = frozenset(range(5))


def window(hours: str, days: str = "mon tue wed thu fri sat sun") -> OutsideWindow:
    """Return the bar of a window such as `09:00-20:00`."""
    start, end = map(read_time, hours.split("-"))
    return OutsideWindow(Window(Hours(start, end), frozenset(map(DAYS.index, days.split()))))


def opening(bar: Bar, now: str, *zones: str) -> str:
    """Return when a message may be sent that is wanted now, both in UTC."""
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    decision = decide_window([(bar, ZoneInfo(zone)) for zone in zones], at)
    if isinstance(decision, Open):
        return "now"
    return f"{decision.instant:%Y-%m-%d %H:%M}" if decision.instant else "never"


@pytest.mark.parametrize(
    ("now", "zone", "wanted"),
    [
        # Europe: the clocks leap from 02:00 to 03:00 on 29 March 2026, and back on 25 October.
        ("2026-03-27 19:30", "Europe/Berlin", "2026-03-28 08:00"),
        ("2026-03-28 19:30", "Europe/Berlin", "2026-03-29 07:00"),
        ("2026-10-24 18:30", "Europe/Berlin", "2026-10-25 08:00"),
        # The US: 8 March 2026, and 1 November.
        ("2026-03-08 01:30", "America/New_York", "2026-03-08 13:00"),
        ("2026-03-07 12:00", "America/New_York", "2026-03-07 14:00"),
        ("2026-11-01 02:00", "America/New_York", "2026-11-01 14:00"),
        # Arizona does not change its clocks; the Navajo there do, but have no zone of their own.
        ("2026-03-08 04:00", "America/Phoenix", "2026-03-08 16:00"),
        ("2026-07-01 04:00", "America/Phoenix", "2026-07-01 16:00"),
        # Lord Howe changes by half an hour: 5 April and 4 October 2026.
        ("2026-04-04 12:00", "Australia/Lord_Howe", "2026-04-04 22:30"),
        ("2026-10-03 12:00", "Australia/Lord_Howe", "2026-10-03 22:00"),
        # Kathmandu is 5:45 ahead.
        ("2026-06-01 00:00", "Asia/Kathmandu", "2026-06-01 03:15"),
        ("2026-06-01 03:15", "Asia/Kathmandu", "now"),
        ("2026-06-01 14:14", "Asia/Kathmandu", "now"),
        ("2026-06-01 14:15", "Asia/Kathmandu", "2026-06-02 03:15"),
    ],
)
def test_nine_to_eight_on_the_recipients_clock(now: str, zone: str, wanted: str) -> None:
    """The window opens at nine by the clock there, whatever that is in UTC that day."""
    assert opening(window("09:00-20:00"), now, zone) == wanted


@pytest.mark.parametrize(
    ("hours", "now", "wanted"),
    [
        ("02:30-04:00", "2026-03-28 23:00", "2026-03-29 01:00"),  # 02:30 is leapt over: 03:00
        ("02:00-03:00", "2026-03-28 23:00", "2026-03-30 00:00"),  # the whole window is
        ("02:30-02:45", "2026-10-24 23:00", "2026-10-25 00:30"),  # comes twice: the first
        ("02:30-02:45", "2026-10-25 00:50", "2026-10-25 01:30"),  # and the second
        ("22:00-06:00", "2026-03-28 18:00", "2026-03-28 21:00"),
        ("22:00-06:00", "2026-03-29 00:30", "now"),
        ("22:00-06:00", "2026-03-29 03:59", "now"),
        ("22:00-06:00", "2026-03-29 04:00", "2026-03-29 20:00"),
        ("09:00-24:00", "2026-03-29 21:59", "now"),
        ("09:00-24:00", "2026-03-29 22:00", "2026-03-30 07:00"),
        ("00:00-24:00", "2026-03-29 01:00", "now"),
    ],
)
def test_the_night_when_the_clocks_change(hours: str, now: str, wanted: str) -> None:
    """In Berlin a window in the gap opens with the leap, one in the fold opens twice."""
    assert opening(window(hours), now, "Europe/Berlin") == wanted


def test_an_overnight_window_belongs_to_the_day_on_which_it_begins() -> None:
    """Friday from ten at night lasts until Saturday morning; Saturday evening is closed."""
    friday = window("22:00-06:00", "fri")
    assert opening(friday, "2026-03-28 05:00", "UTC") == "now"
    assert opening(friday, "2026-03-28 23:00", "UTC") == "2026-04-03 22:00"


def test_a_number_of_several_zones_is_messaged_when_all_are_awake() -> None:
    """Nine o'clock in Adak is the first hour that suits New York and Adak alike."""
    zones = ("America/New_York", "America/Adak")
    assert opening(window("09:00-20:00"), "2026-06-01 12:00", *zones) == "2026-06-01 18:00"
    assert opening(window("09:00-10:00"), "2026-06-01 12:00", *zones) == "never"


def test_quiet_hours_end_in_the_morning() -> None:
    """From nine at night to eight in the morning nobody is messaged."""
    quiet = QuietHours(Hours(time(21), time(8)), "US")
    assert opening(quiet, "2026-06-02 01:00", "America/New_York") == "2026-06-02 12:00"
    assert opening(quiet, "2026-06-02 03:30", "America/New_York") == "2026-06-02 12:00"
    assert opening(quiet, "2026-06-02 12:00", "America/New_York") == "now"
    assert opening(quiet, "2026-06-02 00:59", "America/New_York") == "now"


def test_a_holiday_lasts_until_its_midnight() -> None:
    """The day before and the day after are open."""
    bar = HolidayBar("DE", lambda _, day: "Tag" if day == date(2026, 10, 3) else "")
    assert opening(bar, "2026-10-02 21:59", "Europe/Berlin") == "now"
    assert opening(bar, "2026-10-02 22:00", "Europe/Berlin") == "2026-10-03 22:00"
    assert opening(bar, "2026-10-03 22:00", "Europe/Berlin") == "now"


def test_the_reason_names_rule_and_clock() -> None:
    """People read why, and what the clock there shows."""
    now = datetime(2026, 6, 6, 19, 14, tzinfo=UTC)
    bar = window("09:00-20:00", "mon tue wed thu fri")
    decision = decide_window([(bar, ZoneInfo("Europe/Berlin"))], now)
    assert isinstance(decision, HeldUntil)
    assert decision.reason == (
        "outside the window 09:00-20:00 mon tue wed thu fri (Europe/Berlin: Sat 21:14)"
    )


def _shows(bar: Window, at: datetime, zone: ZoneInfo) -> bool:
    """Tell, minute by minute of the week, whether a window is open: slow, and written otherwise."""
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    start = bar.hours.start.hour * 60 + bar.hours.start.minute
    length = (bar.hours.end.hour * 60 + bar.hours.end.minute - start) % 1440 or 1440
    since_today = minute - start
    if 0 <= since_today < length and local.weekday() in bar.days:
        return True
    return since_today + 1440 < length and (local.weekday() - 1) % 7 in bar.days


@settings(max_examples=150, deadline=None)
@given(bar=_WINDOWS, now=_INSTANTS, zones=st.lists(st.sampled_from(_ZONES), min_size=1, max_size=3))
def test_the_first_open_minute_is_found(bar: Window, now: datetime, zones: list[str]) -> None:
    """At the answer every zone is open, and at no minute before it."""
    clocks = [ZoneInfo(zone) for zone in zones]
    decision = decide_window([(OutsideWindow(bar), clock) for clock in clocks], now)
    end = now + timedelta(days=3)
    if isinstance(decision, HeldUntil) and decision.instant:
        assert decision.instant > now
        assert all(_shows(bar, decision.instant, clock) for clock in clocks)
        end = min(end, decision.instant)
    at = now
    while at < end:
        is_open = all(_shows(bar, at, clock) for clock in clocks)
        assert is_open == (decision == OPEN)
        if is_open:
            return
        at += timedelta(minutes=1)


@settings(max_examples=100, deadline=None)
@given(now=_INSTANTS, zone=st.sampled_from(_ZONES), bar=_WINDOWS)
def test_what_is_held_may_be_sent_when_it_opens(now: datetime, zone: str, bar: Window) -> None:
    """Running again at the instant that was named converges: nobody is held twice."""
    bars = [(OutsideWindow(bar), ZoneInfo(zone))]
    decision = decide_window(bars, now)
    if isinstance(decision, HeldUntil):
        assert decision.instant is not None
        assert decide_window(bars, decision.instant) == OPEN


def test_a_window_is_shown_as_it_was_written() -> None:
    """All days need no names."""
    assert str(Window(Hours(time(9), time(20)), EVERY_DAY)) == "09:00-20:00"
    assert str(Window(Hours(time(9), time(20)), _WEEKDAYS)) == "09:00-20:00 mon tue wed thu fri"
