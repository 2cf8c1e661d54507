"""Fault rules out of JSON, as a file or the control endpoint gives them.

A plan is a list of rules, or an object with `rules` and, if it is to change, `evidence_lag`. The
same is written down in schemas/sandbox-faults.schema.json, which a file is checked against before.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from runner.sandbox.answers import JsonObject
from runner.sandbox.fault_rules import PROCESSED, Delay, Kind, Moment, Rule

Lag = float | Mapping[str, float]

_MAY_BE_LATE = frozenset({"lose_after", "hang", "reset", "html", "error_after"})
_PROCESSED_IS_OPEN = frozenset({"hang", "reset", "html"})
_HAS_STATUS = frozenset({"error_before", "error_after", "html", "nonsense"})


class RuleError(ValueError):
    """The plan can't be read; the message says where and why, `place` which rule and key."""

    def __init__(self, message: str, *place: int | str) -> None:
        super().__init__(message)
        self.place = place


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file or a caller asks for; `given` are the rules as they were written."""

    rules: tuple[Rule, ...] = ()
    given: tuple[JsonObject, ...] = ()
    evidence_lag: Lag | None = None


def read_plan(data: Any, endpoints: Collection[str], evidence: Collection[str]) -> Plan:
    """Read a plan that may name these endpoints, and these lists as evidence.

    Raises:
        RuleError: it is not one.
    """
    whole = {"rules": data} if isinstance(data, list) else _object(data, "the plan")
    unknown = set(whole) - {"rules", "evidence_lag"}
    if unknown:
        raise RuleError(f"the plan has an unknown key {min(unknown)}")
    rules = whole.get("rules", [])
    if not isinstance(rules, list):
        raise RuleError("rules must be a list")
    given = tuple(_object(rule, f"rule {n}") for n, rule in enumerate(rules, 1))
    lag = whole.get("evidence_lag")
    return Plan(
        rules=tuple(_rule(rule, n, endpoints) for n, rule in enumerate(given, 1)),
        given=given,
        evidence_lag=None if lag is None else _lag(lag, evidence),
    )


def _rule(given: JsonObject, number: int, endpoints: Collection[str]) -> Rule:
    """Read one rule; a message begins with its number."""
    try:
        _refuse_unknown(given)
        kind = _kind(given.get("fault"))
        read = {name: _READERS[name](given[name], name) for name in given if name in _READERS}
        _refuse_idle(kind, read)
        read.setdefault("processed", PROCESSED[kind])
        read.setdefault("name", f"{number} {kind}")
        return Rule(fault=kind, on=_endpoints(given.get("on", []), endpoints), **read)
    except RuleError as error:
        raise RuleError(f"rule {number}: {error}", number - 1, *error.place) from error


def _refuse_unknown(given: JsonObject) -> None:
    unknown = set(given) - {*_READERS, "fault", "on"}
    if unknown:
        raise RuleError(f"unknown key {min(unknown)}")


def _refuse_idle(kind: Kind, read: JsonObject) -> None:
    """Refuse what would have no effect with this kind of fault."""
    allowed = {
        "late": _MAY_BE_LATE,
        "processed": _PROCESSED_IS_OPEN,
        "status": _HAS_STATUS,
        "code": frozenset({"error_before", "error_after"}),
        "retry_after": frozenset({"rate_limit"}),
        "body": frozenset({"nonsense"}),
    }
    for name, kinds in allowed.items():
        if name in read and kind not in kinds:
            raise RuleError(f"{name} means nothing with {kind}", name)
    if read.get("late") and not read.get("processed", PROCESSED[kind]):
        raise RuleError("late means nothing where the request is not processed", "late")


def _kind(value: Any) -> Kind:
    if not isinstance(value, str) or value not in PROCESSED:
        raise RuleError(f"fault must be one of {', '.join(PROCESSED)}")
    return value


def _endpoints(value: Any, known: Collection[str]) -> frozenset[str]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list):
        raise RuleError("on must be the name of an endpoint, or a list of names")
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise RuleError(f"on: {name} is not one of {', '.join(sorted(known))}")
    return frozenset(names)


def _lag(value: Any, evidence: Collection[str]) -> Lag:
    if not isinstance(value, dict):
        return _seconds(value, "evidence_lag")
    for name in value:
        if name not in evidence:
            raise RuleError(f"evidence_lag: {name} is not one of {', '.join(sorted(evidence))}")
    return {name: _seconds(each, f"evidence_lag.{name}") for name, each in value.items()}


def _object(value: Any, name: str) -> JsonObject:
    if not isinstance(value, dict):
        raise RuleError(f"{name} must be an object")
    return value


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise RuleError(f"{name} must be a text")
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _seconds(value: Any, name: str) -> float:
    if not _is_number(value) or value < 0:
        raise RuleError(f"{name} must be a number of seconds")
    return float(value)


def _share(value: Any, name: str) -> float:
    if not _is_number(value) or not 0 <= value <= 1:
        raise RuleError(f"{name} must be a number from 0 to 1")
    return float(value)


def _whole(least: int, most: int = 2**31) -> Callable[[Any, str], int]:
    def read(value: Any, name: str) -> int:
        if type(value) is not int or not least <= value <= most:
            raise RuleError(f"{name} must be a whole number from {least} to {most}")
        return value

    return read


def _flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise RuleError(f"{name} must be true or false")
    return value


def _moment(value: Any, name: str) -> Moment:
    if not isinstance(value, str):
        return Moment(_seconds(value, name))
    try:
        instant = datetime.fromisoformat(value)
    except ValueError as error:
        why = f"{name} must be seconds or a date and time like 2026-11-22T17:30:00Z"
        raise RuleError(why, name) from error
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return Moment(aware.timestamp(), absolute=True)


def _delay(value: Any, name: str) -> Delay:
    """Read seconds, `{"uniform": [0.1, 0.5]}` or `{"exponential": 0.2, "at_most": 3}`."""
    if not isinstance(value, dict):
        seconds = _seconds(value, name)
        return Delay(seconds, seconds)
    match value:
        case {"uniform": [least, most], **rest} if not rest:
            bounds = (_seconds(least, name), _seconds(most, name))
            return Delay(min(bounds), max(bounds))
        case {"exponential": mean, **rest} if rest.keys() <= {"at_most"}:
            most = rest.get("at_most")
            bound = None if most is None else _seconds(most, name)
            return Delay(mean=_seconds(mean, name), most=bound)
    raise RuleError(f"{name} must be seconds, uniform with two, or exponential with a mean")


def _anything(value: Any, name: str) -> Any:
    del name
    return value


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "name": _text,
    "method": _text,
    "path": _text,
    "address": _text,
    "after": _moment,
    "before": _moment,
    "skip": _whole(0),
    "every": _whole(1),
    "first": _whole(0),
    "probability": _share,
    "processed": _flag,
    "late": _seconds,
    "delay": _delay,
    "status": _whole(200, 599),
    "code": _whole(1),
    "retry_after": _whole(0),
    "body": _anything,
}
