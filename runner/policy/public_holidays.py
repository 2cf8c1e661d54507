"""Public holidays of countries and their regions, from the extra `holidays`.

https://holidays.readthedocs.io
"""

from datetime import date
from functools import lru_cache
from typing import Any

EXTRA = "pip install 'flexplay[holidays]'"


class NoHolidays(Exception):
    """The extra is not installed."""


def is_calendar(calendar: str) -> bool:
    """Tell whether there is such a calendar: `US`, or `DE-BY` for a region.

    Raises:
        NoHolidays: the extra is not installed.
    """
    try:
        return _open(calendar) is not None
    except (NotImplementedError, KeyError):
        return False


def name_holiday(calendar: str, day: date) -> str:
    """Return the holiday's name, in English if it has one; nothing on any other day.

    Raises:
        NoHolidays: the extra is not installed.
    """
    return str(_open(calendar).get(day) or "")


@lru_cache(maxsize=64)
def _open(calendar: str) -> Any:
    try:
        import holidays  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise NoHolidays from error
    country, _, region = calendar.partition("-")
    return holidays.country_holidays(country, subdiv=region or None, language="en_US")
