"""Which playbook of before is which playbook of now."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Protocol, TypeVar

# As git tells a renamed file: half of it has stayed.
_ALIKE = 0.5


class Named(Protocol):
    """A playbook's file: its path in the repository, its name (empty if unknown) and its text."""

    @property
    def place(self) -> str:
        """The path, with forward slashes."""
        ...

    @property
    def name(self) -> str:
        """What the playbook calls itself."""
        ...

    @property
    def text(self) -> str:
        """The whole file."""
        ...


File = TypeVar("File", bound=Named)


def match_playbooks(
    before: Sequence[File], after: Sequence[File]
) -> tuple[tuple[File | None, File | None], ...]:
    """Return the playbooks in pairs, in the order of now; the deleted ones come last.

    The name decides, since it is a part of the messages' identity, then the path; a file that got
    another name and another path is known by its text.
    """
    left, found = list(before), dict[int, File]()
    for holds in (_same, _same_name, _same_place, _alike):
        for number, file in enumerate(after):
            if number in found:
                continue
            match = next((other for other in left if holds(other, file)), None)
            if match is not None:
                found[number] = match
                left.remove(match)
    pairs = ((found.get(number), file) for number, file in enumerate(after))
    return (*pairs, *((file, None) for file in left))


def _same(one: Named, other: Named) -> bool:
    return _same_place(one, other) and one.name == other.name


def _same_name(one: Named, other: Named) -> bool:
    return bool(one.name) and one.name == other.name


def _same_place(one: Named, other: Named) -> bool:
    return one.place == other.place


def _alike(one: Named, other: Named) -> bool:
    lines = (one.text.splitlines(), other.text.splitlines())
    matcher = SequenceMatcher(None, *lines, autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
