"""The label of a recurring message's period: part of its key, so each period has a message."""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from runner.model.playbook import Playbook
from runner.policy.zones import find_zone

Period = Literal["day", "week", "month"]


def playbook_period(playbook: Playbook, now: datetime) -> str:
    """Return the label of the period that a run at this instant is for; empty without one."""
    settings = playbook.recipients
    zone = find_zone(settings.timezone) if settings else None
    if settings is None or settings.period is None or zone is None:
        return ""
    return period_label(now, zone, settings.period)


def period_label(instant: datetime, zone: ZoneInfo, period: Period) -> str:
    """Return the day (2026-03-29), ISO week (2026-W13) or month (2026-03) of an instant."""
    day = instant.astimezone(zone).date()
    if period == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    return day.isoformat() if period == "day" else f"{day:%Y-%m}"
