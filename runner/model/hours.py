"""Hours of the day and days of the week, as a playbook or an environment names them."""

from dataclasses import dataclass
from datetime import time

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))
RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True)
class Hours:
    """From `start` up to and without `end`, which is on the next day unless it is later."""

    start: time
    end: time

    @property
    def overnight(self) -> bool:
        """Whether the end is on the day after the start."""
        return self.end <= self.start

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Window:
    """When messages may be sent: hours that begin on one of these days (Monday is 0).

    `timezone` is an IANA name, or `recipient` for each recipient's own.
    """

    hours: Hours
    days: frozenset[int] = EVERY_DAY
    timezone: str = RECIPIENT

    def __str__(self) -> str:
        days = " ".join(DAYS[day] for day in sorted(self.days))
        return f"{self.hours}" if self.days == EVERY_DAY else f"{self.hours} {days}"


def read_time(text: str) -> time:
    """Return the time of `09:00`; `24:00` is the midnight that ends the day."""
    return time() if text == "24:00" else time.fromisoformat(text)
