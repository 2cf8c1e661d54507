"""Whether a delivery may be sent at an instant."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

import pytest

from runner.model.hours import Hours, Window
from runner.model.outcome import Expired, Held
from runner.model.playbook import DeliverySettings
from runner.policy.judge import judge, make_judge

Make = Callable[..., Any]
_DAY = Window(Hours(time(9), time(20)))
_NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
_NIGHT = datetime(2026, 6, 1, 22, tzinfo=UTC)
_QUIET = {"DE": Hours(time(21), time(8)), "*": Hours(time(20), time(9))}


def test_without_rules_everything_may_be_sent(make_delivery: Make, make_environment: Make) -> None:
    """No window, no end: no question of time, whatever the recipient."""
    assert judge(make_delivery("nobody"), DeliverySettings(), make_environment(), _NIGHT) is None


def test_outside_the_window_it_is_held(make_delivery: Make, make_environment: Make) -> None:
    """The outcome says when the window opens, for people and for a run that waits."""
    settings = DeliverySettings(window=_DAY)
    assert judge(make_delivery(), settings, make_environment(), _NOON) is None
    held = judge(make_delivery(), settings, make_environment(), _NIGHT)
    assert isinstance(held, Held)
    assert held.until == datetime(2026, 6, 2, 7, tzinfo=UTC)
    assert held.reason.endswith("(Europe/Berlin: Tue 00:00); opens 2026-06-02 07:00 UTC")


def test_the_recipients_own_zone_wins(make_delivery: Make, make_environment: Make) -> None:
    """The field timezone goes before the number, the number before the environment."""
    settings = DeliverySettings(window=_DAY)
    honolulu = make_delivery(timezone="Pacific/Honolulu")
    assert judge(honolulu, settings, make_environment(), _NIGHT) is None
    unknown = make_delivery("+13115552368")
    environment = make_environment(default_timezone="Pacific/Honolulu")
    assert judge(unknown, settings, environment, _NIGHT) is None
    assert isinstance(judge(make_delivery(), settings, environment, _NIGHT), Held)


def test_a_window_may_have_one_clock_for_all(make_delivery: Make, make_environment: Make) -> None:
    """With a named zone, the recipient's does not matter, even where it is unknown."""
    settings = DeliverySettings(window=Window(_DAY.hours, timezone="Pacific/Honolulu"))
    assert judge(make_delivery("nobody"), settings, make_environment(), _NIGHT) is None
    assert isinstance(judge(make_delivery("nobody"), settings, make_environment(), _NOON), Held)


def test_quiet_hours_are_those_of_the_country(make_delivery: Make, make_environment: Make) -> None:
    """A country that is not named has those of all others."""
    environment = make_environment({"quiet_hours": _QUIET})
    at = datetime(2026, 6, 1, 6, 30, tzinfo=UTC)  # 8:30 in Berlin and in Paris
    assert judge(make_delivery("+4930123456"), DeliverySettings(), environment, at) is None
    french = judge(make_delivery("+33123456789"), DeliverySettings(), environment, at)
    assert isinstance(french, Held)
    assert french.reason.startswith("quiet hours 20:00-09:00 everywhere")


def test_a_number_of_several_countries_obeys_all(
    make_delivery: Make, make_environment: Make
) -> None:
    """Where +1 does not say which country, the quiet hours of the US hold as well."""
    quiet = {"US": Hours(time(21), time(8))}
    environment = make_environment({"quiet_hours": quiet}, default_timezone="America/New_York")
    at = datetime(2026, 6, 2, 2, tzinfo=UTC)
    held = judge(make_delivery("+13115552368"), DeliverySettings(), environment, at)
    assert isinstance(held, Held)
    assert judge(make_delivery("+4930123456"), DeliverySettings(), environment, at) is None


def test_holidays_are_those_of_the_country(make_delivery: Make, make_environment: Make) -> None:
    """On the Fourth of July nobody is messaged in the US, and everybody in Germany may be."""
    environment = make_environment({"holidays": ("US", "DE-BY")})
    at = datetime(2026, 7, 4, 16, tzinfo=UTC)
    held = judge(make_delivery("+12125551234"), DeliverySettings(), environment, at)
    assert isinstance(held, Held)
    assert held.until == datetime(2026, 7, 5, 4, tzinfo=UTC)
    assert "Independence Day in US" in held.reason
    assert judge(make_delivery("+4930123456"), DeliverySettings(), environment, at) is None
    epiphany = datetime(2026, 1, 6, 12, tzinfo=UTC)  # a holiday in Bavaria
    assert isinstance(judge(make_delivery(), DeliverySettings(), environment, epiphany), Held)


def test_too_late_is_expired(make_delivery: Make, make_environment: Make) -> None:
    """At the very instant it is too late already."""
    delivery = make_delivery(not_after="2026-06-01T12:00:00Z")
    settings, environment = DeliverySettings(), make_environment()
    before = datetime(2026, 6, 1, 11, 59, 59, tzinfo=UTC)
    assert judge(delivery, settings, environment, before) is None
    assert judge(delivery, settings, environment, _NOON) == Expired(
        "not_after was 2026-06-01 12:00 UTC"
    )


def test_what_opens_too_late_has_expired(make_delivery: Make, make_environment: Make) -> None:
    """It is not held until the morning after the appointment."""
    settings = DeliverySettings(window=_DAY, timezone="Europe/Berlin")
    early = make_delivery(not_after="2026-06-02 08:59")
    late = make_delivery(not_after="2026-06-02 09:01")
    assert isinstance(judge(early, settings, make_environment(), _NIGHT), Expired)
    assert isinstance(judge(late, settings, make_environment(), _NIGHT), Held)


@pytest.mark.parametrize(
    "fields", [{"timezone": "Europe/Berlni"}, {"not_after": "soon"}, {"number": "nobody"}]
)
def test_what_cannot_be_decided_is_not_sent(
    make_delivery: Make, make_environment: Make, fields: dict[str, str]
) -> None:
    """Should such a row get past the check, it is held rather than sent at a guess."""
    settings = DeliverySettings(window=_DAY)
    outcome = judge(make_delivery(**fields), settings, make_environment(), _NOON)
    assert isinstance(outcome, Held)
    assert outcome.until is None


def test_the_judge_looks_at_the_clock_each_time(
    make_delivery: Make, make_environment: Make
) -> None:
    """A run that goes on into the evening stops sending then."""
    times = iter([_NOON, _NIGHT])
    decide = make_judge(DeliverySettings(window=_DAY), make_environment(), lambda: next(times))
    assert decide(make_delivery()) is None
    assert isinstance(decide(make_delivery()), Held)
