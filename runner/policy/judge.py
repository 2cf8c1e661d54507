"""Whether a delivery may be sent at this instant: the window, quiet hours, holidays, expiry."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from runner.model.delivery import Delivery
from runner.model.hours import RECIPIENT
from runner.model.outcome import Expired, Held
from runner.model.playbook import DeliverySettings, Environment
from runner.policy.expiry import read_not_after
from runner.policy.objection import Objection
from runner.policy.public_holidays import name_holiday
from runner.policy.whereabouts import needs_zone, recipient_countries, recipient_zones
from runner.policy.window import (
    Bar,
    HeldUntil,
    HolidayBar,
    OutsideWindow,
    QuietHours,
    decide_window,
)
from runner.policy.zones import find_zone

Judge: TypeAlias = Callable[[Delivery], Held | Expired | None]


def make_judge(
    settings: DeliverySettings, environment: Environment, now: Callable[[], datetime]
) -> Judge:
    """Return the judgement at the instant when it is asked for."""
    return lambda delivery: judge(delivery, settings, environment, now())


def judge(
    delivery: Delivery, settings: DeliverySettings, environment: Environment, now: datetime
) -> Held | Expired | None:
    """Return why the delivery must not be sent now; None if it may.

    What will not be allowed before it expires has expired already.
    """
    deadline = deadline_of(delivery, settings, environment)
    if isinstance(deadline, Objection):
        return Held(deadline.why)
    bars = bars_of(delivery, settings, environment)
    if isinstance(bars, Objection):
        return Held(bars.why)
    if deadline and now >= deadline:
        return Expired(f"not_after was {_say(deadline)}")
    decision = decide_window(bars, now)
    return _word(decision, deadline) if isinstance(decision, HeldUntil) else None


def _word(held: HeldUntil, deadline: datetime | None) -> Held | Expired:
    """Return the outcome of a message that must wait; it may wait in vain."""
    if held.instant is None:
        why = f"{held.reason}; no hour suits everywhere the recipient may be"
        return Held(f"{why}: give the recipient a column timezone")
    if deadline and held.instant >= deadline:
        why = f"{held.reason} until {_say(held.instant)}"
        return Expired(f"{why}, and not_after is {_say(deadline)}")
    return Held(f"{held.reason}; opens {_say(held.instant)}", until=held.instant)


def deadline_of(
    delivery: Delivery, settings: DeliverySettings, environment: Environment
) -> datetime | Objection | None:
    """Return when the delivery expires; None if it does not."""
    if delivery.not_after is None:
        return None
    timezone = settings.timezone or environment.default_timezone
    return read_not_after(delivery.not_after, timezone)


def bars_of(
    delivery: Delivery, settings: DeliverySettings, environment: Environment
) -> list[tuple[Bar, ZoneInfo]] | Objection:
    """Return everything that may forbid sending at some hours, each with the clock it looks at."""
    bars: list[tuple[Bar, ZoneInfo]] = []
    window = settings.window
    if window and window.timezone != RECIPIENT:
        zone = find_zone(window.timezone)
        if zone is None:
            return Objection(f'there is no time zone "{window.timezone}"', "mend delivery.window")
        bars.append((OutsideWindow(window), zone))
    if not needs_zone(settings, environment):
        return bars
    zones = recipient_zones(delivery, environment)
    if isinstance(zones, Objection):
        return zones
    own: list[Bar] = [OutsideWindow(window)] if window and window.timezone == RECIPIENT else []
    own += _country_bars(recipient_countries(delivery), environment)
    return bars + [(bar, zone) for bar in own for zone in zones]


def _country_bars(countries: tuple[str, ...], environment: Environment) -> list[Bar]:
    """Return the bars of every country that the recipient may be in; of all, if nobody knows."""
    policy = environment.policy
    quiet, bars = policy.quiet_hours, []
    for country in countries or tuple(quiet):
        named = country if country in quiet else "*"
        if named in quiet:
            bars.append(QuietHours(quiet[named], named))
    found: list[Bar] = list(dict.fromkeys(bars))
    found += [
        HolidayBar(calendar, name_holiday)
        for calendar in policy.holidays
        if not countries or calendar.partition("-")[0] in countries
    ]
    return found


def _say(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M UTC")
