"""A plan of faults at work: which rule a request falls under, counted and by seeded chance.

Rules are asked in their order. The first that strikes decides, and later ones do not see the
request; but `slow` only adds its delay and lets the next be asked.
"""

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass

from runner.sandbox.answers import JsonObject
from runner.sandbox.fault_reading import Plan
from runner.sandbox.fault_rules import Delay, Rule

_SEED = "faults"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as far as rules look at it; `addresses` are found only when a rule asks."""

    method: str
    path: str
    endpoint: str | None
    at: float
    addresses: Callable[[], Collection[str]]


@dataclass(frozen=True, slots=True)
class Strike:
    """What befalls a request: a rule, None where it is only slow.

    `turn` is how often the rule struck before, `delay` the seconds until anything is seen of it.
    """

    rule: Rule | None
    turn: int
    delay: float


@dataclass(slots=True)
class _Counts:
    """How many requests a rule was about, and how many it struck."""

    matched: int = 0
    struck: int = 0


class FaultPlan:
    """The rules in force, with their counts. A plan without rules costs nothing.

    Args:
        plan: the rules.
        seed: what chance grows from: the same seed and requests bring the same faults.
        began: the instant, in epoch seconds, that rules count from.
    """

    def __init__(self, plan: Plan, seed: str, began: float) -> None:
        self._plan = plan
        self._began = began
        self._counts = [_Counts() for _ in plan.rules]
        self._chance = random.Random(_SEED + seed)  # noqa: S311 - faults, not secrets

    @property
    def plan(self) -> Plan:
        """What was asked for."""
        return self._plan

    def strike(self, asked: Asked) -> Strike | None:
        """What befalls the request; None is nothing."""
        delay, slow = 0.0, False
        for rule, counts in zip(self._plan.rules, self._counts, strict=True):
            if not (self._is_about(rule, asked) and self._strikes(rule, counts)):
                continue
            delay += self._seconds(rule.delay)
            if rule.fault != "slow":
                return Strike(rule, counts.struck - 1, delay)
            slow = True
        return Strike(None, 0, delay) if slow else None

    def struck(self) -> dict[str, int]:
        """How many requests each rule has struck, by its name."""
        totals: dict[str, int] = {}
        for rule, counts in zip(self._plan.rules, self._counts, strict=True):
            totals[rule.name] = totals.get(rule.name, 0) + counts.struck
        return totals

    def counts(self) -> list[JsonObject]:
        """For each rule in order: its name, the requests it was about and those it struck."""
        return [
            {"name": rule.name, "matched": counts.matched, "struck": counts.struck}
            for rule, counts in zip(self._plan.rules, self._counts, strict=True)
        ]

    def _is_about(self, rule: Rule, asked: Asked) -> bool:
        if not rule.is_about(asked.method, asked.path, asked.endpoint):
            return False
        if rule.after is not None and asked.at < rule.after.at(self._began):
            return False
        if rule.before is not None and asked.at >= rule.before.at(self._began):
            return False
        return rule.address is None or rule.address in asked.addresses()

    def _strikes(self, rule: Rule, counts: _Counts) -> bool:
        """Count the request, and say whether it is its turn."""
        counts.matched += 1
        number = counts.matched - rule.skip
        if number <= 0 or number % rule.every:
            return False
        if rule.first is not None and counts.struck >= rule.first:
            return False
        if rule.probability < 1 and self._chance.random() >= rule.probability:
            return False
        counts.struck += 1
        return True

    def _seconds(self, delay: Delay) -> float:
        if delay.mean is None:
            most = delay.least if delay.most is None else delay.most
            return delay.least if most == delay.least else self._chance.uniform(delay.least, most)
        drawn = self._chance.expovariate(1 / delay.mean) if delay.mean else 0.0
        return drawn if delay.most is None else min(drawn, delay.most)
