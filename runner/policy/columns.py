"""FP604: columns that an environment requires of every row, such as the date of consent."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from runner.model.playbook import Policy
from runner.model.problem import Problem
from runner.model.recipient import Recipient


def check_columns(policy: Policy, recipient: Recipient, now: datetime) -> Iterator[Problem]:
    """Yield what the row lacks, at the cell or at the row.

    A date is as old as whole days have passed since; one in the future is no consent yet.
    """
    for column, max_days in policy.required_columns.items():
        value = recipient.fields.get(column)
        fault = _fault(column, "" if value is None else str(value).strip(), max_days, now)
        if fault:
            why, remedy = fault
            yield Problem(recipient.cells.get(column, recipient.place), "FP604", why, remedy)


def _fault(column: str, value: str, max_days: int | None, now: datetime) -> tuple[str, str] | None:
    if not value:
        return f"the environment requires {column}, which is empty here", f"fill {column}"
    if max_days is None:
        return None
    day = _read_day(value)
    if day is None:
        return f"{column} is no date", "write it like 2026-03-31"
    today = now.astimezone(UTC).date()
    if day > today + timedelta(days=1):  # it may be tomorrow already, further east
        return f"{column} lies in the future", "write the day on which it was given"
    if (today - day).days > max_days:
        why = f"{column} is {(today - day).days} days old, and {max_days} are allowed"
        return why, "ask again, or leave the recipient out"
    return None


def _read_day(value: str) -> date | None:
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None
