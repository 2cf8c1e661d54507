"""Pairs of samples or rows, gathered into what changes alike for how many.

What is kept grows with the number of different changes, not with that of the recipients: two rows
that go through the same branches of a template change alike, whatever their values are.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from runner.diff.entry import Entry, Pair
from runner.diff.parts import Part
from runner.diff.result import Alarm, Change, Inclusion, Price, Subject
from runner.sms.segments import Segments

_TEXT = "message.body"
_SHOWN = 5
# Only templates that are different for everybody come here, and nobody reads so many changes.
_MOST = 1000

_What: TypeAlias = Literal["added", "removed", "edited", "rejected", "accepted"]
_Mark: TypeAlias = tuple[str, str | None, str | None, bool]


@dataclass(slots=True)
class _Group:
    """A change and for whom it was met; the texts and the place are those of the first."""

    where: str
    real: tuple[str | None, str | None]
    counts: Counter[str] = field(default_factory=Counter)
    costs: Counter[tuple[Segments | None, Segments | None]] = field(default_factory=Counter)


@dataclass(slots=True)
class _Met:
    """Who is met on one side only, and the first of them."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, None] = field(default_factory=dict)


class Gathering:
    """Takes pairs of one playbook's samples or recipients, and tells what came of them."""

    def __init__(self, subject: Subject) -> None:
        self._subject: Subject = subject
        self._groups: dict[_Mark, _Group] = {}
        self._met: dict[tuple[_What, str], _Met] = {}
        self._keys: dict[tuple[str, str], None] = {}
        self._new_keys = 0
        self.rendered = 0
        """How many were rendered on both sides, in all environments together."""

    def add(self, environment: str, pair: Pair) -> None:
        """Take a sample or row as both sides have it in an environment."""
        before, after = pair
        if before is None and after is not None:
            self._meet("added", environment, after)
        elif after is None and before is not None:
            self._meet("removed", environment, before)
        if after is not None and after.reason:
            if before is None or not before.reason:
                self._meet("rejected", environment, after)
        elif before is not None and after is not None and before.reason:
            self._meet("accepted", environment, after)
        elif before is not None and after is not None:
            self._compare(environment, before, after)
        if after is not None and (before is None or before.reason):
            self.introduce(environment, after)

    def introduce(self, environment: str, entry: Entry) -> None:
        """Take the message of somebody who got none before; nothing if it is rejected."""
        for name, part in entry.parts.items():
            if not entry.reason and name.startswith("message."):
                group = self._group(name, None, part, entry)
                group.counts[environment] += 1
                if name == _TEXT:
                    group.costs[None, entry.cost] += 1

    def changes(self) -> tuple[Change, ...]:
        """Return the changes, in the order in which they were met, texts first."""
        found = [self._change(mark, group) for mark, group in self._groups.items()]
        return tuple(sorted(found, key=lambda change: not change.part.startswith("message.")))

    def inclusions(self) -> tuple[Inclusion, ...]:
        """Return who is met on one side only."""
        return tuple(
            Inclusion(what, self._subject, dict(met.counts), tuple(met.examples))
            for (what, _), met in self._met.items()
        )

    def alarms(self) -> tuple[Alarm, ...]:
        """Return the alarm that keys have changed, if they have."""
        if not self._new_keys:
            return ()
        everybody = self._new_keys == self.rendered
        count = f"of {self._new_keys:,} of {self.rendered:,} {self._subject}s"
        whose = f"of every {self._subject}" if everybody else count
        shown = list(self._keys)[:2]
        examples = ", ".join(f'"{old}" becomes "{new}"' for old, new in shown)
        detail = (
            f"the key {whose} changes ({examples}), and who has got the message under the old one "
            "would get it under the new one too"
        )
        who = "EVERYBODY" if everybody else "SOME PEOPLE"
        return (Alarm("key", f"{who} WOULD BE MESSAGED AGAIN", detail),)

    def _compare(self, environment: str, before: Entry, after: Entry) -> None:
        self.rendered += 1
        if before.key != after.key:
            self._new_keys += 1
            if len(self._keys) < _SHOWN:
                self._keys[before.key, after.key] = None
        if self._subject == "sample" and before.fields != after.fields:
            self._meet("edited", environment, after)
        for name in {**before.parts, **after.parts}:
            old, new = before.parts.get(name), after.parts.get(name)
            if _text(old) != _text(new):
                group = self._group(name, old, new, after)
                group.counts[environment] += 1
                if name == _TEXT:
                    group.costs[before.cost, after.cost] += 1

    def _group(self, name: str, old: Part | None, new: Part | None, entry: Entry) -> _Group:
        before, after = _shown(old), _shown(new)
        mark = (name, before, after, before == after)
        if mark not in self._groups and len(self._groups) >= _MOST:
            mark = (name, "‹…›", "‹…›", True)
        if mark not in self._groups:
            self._groups[mark] = _Group(entry.where, (_text(old), _text(new)))
        return self._groups[mark]

    def _meet(self, what: _What, environment: str, entry: Entry) -> None:
        """Count somebody; rejected ones apart for each kind of finding."""
        kind = entry.reason.partition(" ")[0] if what == "rejected" else ""
        met = self._met.setdefault((what, kind), _Met())
        met.counts[environment] += 1
        if len(met.examples) < _SHOWN:
            said = f"{entry.where}: {entry.reason}" if what == "rejected" else entry.where
            met.examples[said] = None

    def _change(self, mark: _Mark, group: _Group) -> Change:
        name, old, new, inside = mark
        before, after = (old, new) if self._subject == "recipient" else group.real
        return Change(
            part=name,
            subject=self._subject,
            counts=dict(group.counts),
            before=before,
            after=after,
            real=group.real,
            where=group.where,
            inside=inside and self._subject == "recipient",
            price_before=_price((cost, count) for (cost, _), count in group.costs.items()),
            price_after=_price((cost, count) for (_, cost), count in group.costs.items()),
        )


def _text(part: Part | None) -> str | None:
    return None if part is None else part.text


def _shown(part: Part | None) -> str | None:
    return None if part is None else part.shown


def _price(costs: Iterable[tuple[Segments | None, int]]) -> Price | None:
    """Return what so many messages of these costs come to; None where they are no SMS."""
    known = [(cost, count) for cost, count in costs if cost]
    if not known:
        return None
    return Price(
        sum(cost.segments * count for cost, count in known),
        tuple(sorted({cost.segments for cost, _ in known})),
        tuple(dict.fromkeys(cost.encoding for cost, _ in known)),
    )
