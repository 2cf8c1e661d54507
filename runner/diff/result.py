"""What differs between two states of a project, as values that every report tells from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from runner.model.problem import Problem

Subject: TypeAlias = Literal["sample", "recipient"]
"""Who a message is rendered for: an invented person of the playbook's, or a row of a file."""

State: TypeAlias = Literal["same", "changed", "new", "deleted", "invalid", "mended"]
"""What became of a playbook; `mended` is one that was invalid before."""

Counts: TypeAlias = Mapping[str, int]
"""How many samples or recipients, by environment."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What must not be overlooked, since people would notice it: the reports write it large.

    `kind` is what changes: name, key, period, account, journal, live.
    """

    kind: str
    headline: str
    detail: str


@dataclass(frozen=True, slots=True)
class Price:
    """What a number of SMS cost.

    `segments` are those of all together, `each` the different numbers that one has, sorted.
    """

    segments: int
    each: tuple[int, ...]
    encodings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A part of a message or request that changes alike for so many.

    `part` is its path in the playbook. `before` and `after` are what may be shown anywhere: a
    sample's text as it is, a recipient's with the values left out. `real` are the two texts of the
    first that is meant, `where` is its place. None stands for a part that is not there. If
    `inside`, the difference lies within the values that are left out. The prices are those of SMS.
    """

    part: str
    subject: Subject
    counts: Counts
    before: str | None
    after: str | None
    real: tuple[str | None, str | None]
    where: str
    inside: bool = False
    price_before: Price | None = None
    price_after: Price | None = None

    @property
    def count(self) -> int:
        """How many, in all environments together."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Who is met on one side only.

    `what` says how: a sample that was added, removed or edited; one that is rejected now, or no
    longer. `examples` are the first places, with the reason where there is one.
    """

    what: Literal["added", "removed", "edited", "rejected", "accepted"]
    subject: Subject
    counts: Counts
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as it is written before and after; None where it is left out."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class PlaybookDiff:
    """What becomes of one playbook. `file` and `name` are those of now, else those before.

    `rendered` counts who was rendered on both sides. `problems` are errors that it has now,
    `problems_before` those that kept it from being rendered before.
    """

    file: str
    name: str
    state: State
    file_before: str = ""
    name_before: str = ""
    alarms: tuple[Alarm, ...] = ()
    changes: tuple[Change, ...] = ()
    inclusions: tuple[Inclusion, ...] = ()
    settings: tuple[Setting, ...] = ()
    rendered: Mapping[Subject, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    problems_before: tuple[Problem, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether anything is different; what is invalid for the same reasons is not."""
        stays = bool(self.problems) and self.problems == self.problems_before
        return self.state != "same" and not stays

    @property
    def unseen(self) -> bool:
        """Whether nothing was rendered on both sides, so that a difference may be hidden."""
        compared = self.state in ("same", "changed") and not self.problems
        return compared and not any(self.rendered.values())


@dataclass(frozen=True, slots=True)
class ProjectDiff:
    """What becomes of the environments of one project file."""

    file: str
    alarms: tuple[Alarm, ...]
    settings: tuple[Setting, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """Everything that differs. `head` is the work tree where it has no name.

    `base` and `head` are what was typed, with the commit's short hash.
    """

    base: str
    head: str
    playbooks: tuple[PlaybookDiff, ...]
    projects: tuple[ProjectDiff, ...] = ()
    recipients: bool = False

    @property
    def alarms(self) -> tuple[tuple[str, Alarm], ...]:
        """Every alarm with the file that it is about."""
        return (
            *((each.file, alarm) for each in self.projects for alarm in each.alarms),
            *((each.file, alarm) for each in self.playbooks for alarm in each.alarms),
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The errors that there are now, each once: several playbooks share a project file."""
        found = (problem for playbook in self.playbooks for problem in playbook.problems)
        return tuple(dict.fromkeys(found))

    @property
    def differs(self) -> bool:
        """Whether there is anything to tell."""
        told = any(project.alarms or project.settings for project in self.projects)
        return told or any(playbook.differs for playbook in self.playbooks)
