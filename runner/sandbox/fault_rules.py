"""What a fault rule says: which requests it is about, and what happens to them. Values only."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "lose_after",
    "drop_before",
    "error_before",
    "error_after",
    "hang",
    "slow",
    "rate_limit",
    "html",
    "truncate",
    "cut_short",
    "nonsense",
    "reset",
]
# Whether the request is processed where the rule does not say; `slow` leaves it to what comes next.
PROCESSED: dict[Kind, bool] = {
    "lose_after": True,
    "drop_before": False,
    "error_before": False,
    "error_after": True,
    "hang": True,
    "slow": True,
    "rate_limit": False,
    "html": True,
    "truncate": True,
    "cut_short": True,
    "nonsense": True,
    "reset": True,
}


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant: seconds since the world began, or `absolute` ones since the epoch."""

    seconds: float
    absolute: bool = False

    def at(self, began: float) -> float:
        """Epoch seconds, in a world that began then."""
        return self.seconds if self.absolute else began + self.seconds


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds, or a distribution of them: `least` to `most` evenly, or exponential about `mean`.

    An exponential one may be bounded by `most`.
    """

    least: float = 0.0
    most: float | None = 0.0
    mean: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: all that it names must fit the request.

    Attributes:
        fault: what happens.
        name: what the ledger and the counts call it.
        on: names of endpoints (`runner.sandbox.routes`); empty is any of Twilio's.
        method: `GET`, `POST`, `DELETE`.
        path: a path in which `*` stands for one part of it.
        address: an address that the request is about: one it names, or one of the people in the
            conversation that it names.
        after: when the rule begins; None is from the beginning.
        before: when it ends; None is never.
        skip: how many of the requests that fit are let through first.
        every: then only every Nth.
        probability: and only by chance, the world's seeded one.
        first: and only until that many were struck.
        processed: whether the request is processed, where the kind leaves it open.
        late: seconds until it is processed, although the caller's connection has ended by then.
        delay: how long the fault takes to show.
        status: of `error_before`, `error_after`, `html`, `nonsense`.
        code: Twilio's code in an error's body.
        retry_after: the header of `rate_limit`, in seconds; None sends none.
        body: the JSON of `nonsense`; None takes turns.
    """

    fault: Kind
    name: str
    on: frozenset[str] = frozenset()
    method: str | None = None
    path: str | None = None
    address: str | None = None
    after: Moment | None = None
    before: Moment | None = None
    skip: int = 0
    every: int = 1
    probability: float = 1.0
    first: int | None = None
    processed: bool = True
    late: float = 0.0
    delay: Delay = Delay()
    status: int | None = None
    code: int | None = None
    retry_after: int | None = None
    body: Any = None

    def is_about(self, method: str, path: str, endpoint: str | None) -> bool:
        """Whether method, path and endpoint fit."""
        return (
            self.method in {None, method}
            and (not self.on or endpoint in self.on)
            and (self.path is None or _pattern(self.path).fullmatch(path) is not None)
        )


@lru_cache(maxsize=256)
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(map(re.escape, path.split("*"))))
