"""Which ways through templates tests have taken."""

from dataclasses import dataclass

from runner.model.place import Span


@dataclass(frozen=True, slots=True, order=True)
class Branch:
    """A way through a template of the playbook or a file that it includes.

    `missed` says what it means that it was never taken, as the end of "no test …".
    """

    span: Span
    missed: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every way through some templates, and those that were taken."""

    branches: frozenset[Branch] = frozenset()
    taken: frozenset[Branch] = frozenset()

    def joined(self, other: "Coverage") -> "Coverage":
        """Return both together: a file that two playbooks include counts once."""
        return Coverage(self.branches | other.branches, self.taken | other.taken)

    @property
    def missed(self) -> tuple[Branch, ...]:
        """What was never taken, in the order of the files."""
        return tuple(sorted(self.branches - self.taken))

    @property
    def percent(self) -> float:
        """How much of it was taken; all of it if there is nothing to take."""
        return 100 * len(self.taken) / len(self.branches) if self.branches else 100.0
