"""Samples and rows as both sides render them, and which of them are the same person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from runner.diff.parts import Parts
from runner.model.document import Plain
from runner.sms.segments import Segments


@dataclass(frozen=True, slots=True)
class Entry:
    """A sample or row on one side.

    `reason` says why it is rejected, after the code of the finding; it is empty where a message
    would be sent. `cost` is what that costs as SMS.
    """

    where: str
    fields: Mapping[str, Plain]
    key: str = ""
    parts: Parts = field(default_factory=dict)
    cost: Segments | None = None
    reason: str = ""


Pair: TypeAlias = tuple[Entry | None, Entry | None]


def pair_samples(before: Sequence[Entry], after: Sequence[Entry]) -> tuple[Pair, ...]:
    """Return the samples of both sides in pairs, in the order of now; the removed ones come last.

    Samples belong together if they are equal, else if they have the same key, else if nothing that
    both tell of themselves differs: one that has only got a new field is the same person.
    """
    left = list(before)
    found: dict[int, Entry] = {}
    for test in (_equal, _same_key, _agree):
        for number, entry in enumerate(after):
            if number in found:
                continue
            match = next((other for other in left if test(other, entry)), None)
            if match is not None:
                found[number] = match
                left = [other for other in left if other is not match]
    pairs = ((found.get(number), entry) for number, entry in enumerate(after))
    return (*pairs, *((entry, None) for entry in left))


def _equal(one: Entry, other: Entry) -> bool:
    return one.fields == other.fields


def _same_key(one: Entry, other: Entry) -> bool:
    return bool(one.key) and one.key == other.key


def _agree(one: Entry, other: Entry) -> bool:
    both = one.fields.keys() & other.fields.keys()
    return bool(both) and all(one.fields[name] == other.fields[name] for name in both)
