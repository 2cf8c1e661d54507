"""What a run waits for."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """A run goes on at `until`.

    It is to begin then if it is `scheduled`; else the first of `people` may be sent then, and the
    last of them at `last`.
    """

    until: datetime
    people: int
    last: datetime
    scheduled: bool = False
