"""One playbook on both sides, rendered in every environment and compared."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from runner.compare.entries import (
    Bound,
    RenderedEntry,
    bind,
    earlier_entries,
    recipient_entries,
    sample_entries,
)
from runner.compare.tree import Found, Tree
from runner.diff.entry import Entry, pair_samples
from runner.diff.gathering import Gathering
from runner.diff.result import Alarm, PlaybookDiff, Setting, State, Subject
from runner.diff.written import compare_playbooks, playbook_alarms
from runner.model.errors import Findings
from runner.model.playbook import DEFAULT_ENVIRONMENT, Environment, Playbook, Project
from runner.model.problem import Problem

# Whoever wants all rejected rows rehearses a run, which writes them into a file.
_MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be compared.

    Without `environments` it is all of them; `recipients` is a file, or None for samples alone.
    """

    now: datetime
    environments: tuple[str, ...] = ()
    recipients: str | None = None


def compare_playbook(
    before: Found | None, after: Found | None, trees: tuple[Tree, Tree], question: Question
) -> PlaybookDiff:
    """Return what becomes of one playbook, which must be on one side at least.

    Raises:
        UsageFault: there are recipients, and the playbook takes none.
    """
    if after is None:
        gone = before or Found("", "", "", "", None, None, None)
        return PlaybookDiff(gone.shown, gone.name, "deleted")
    comparison = _Comparison(before, after, trees, question)
    comparison.render()
    return comparison.result()


@dataclass(slots=True)
class _Comparison:
    """Renders both sides, environment by environment, and gathers what differs."""

    before: Found | None
    after: Found
    trees: tuple[Tree, Tree]
    question: Question
    samples: Gathering = field(default_factory=lambda: Gathering("sample"))
    recipients: Gathering = field(default_factory=lambda: Gathering("recipient"))
    problems: dict[Problem, None] = field(default_factory=dict)
    problems_before: tuple[Problem, ...] = ()
    broken: bool = False

    def render(self) -> None:
        """Render what can be rendered."""
        self._note(self.after.problems)
        self._note(self.after.errors)
        if self.before is not None:
            self.problems_before = self.before.problems
        if self.after.problems:
            self.broken = True
            return
        for old, new in self._environments():
            before = self._bind_before(old)
            after = self._bind_after(new)
            if after is None:
                return
            self._samples(before, after)
            if self.question.recipients:
                self._recipients(before, after, self.question.recipients)

    def result(self) -> PlaybookDiff:
        """Return what came of it."""
        before, after = self.before, self.after
        alarms = (*self._alarms(), *(self.recipients.alarms() or self.samples.alarms()))
        changes = (*self.samples.changes(), *self.recipients.changes())
        inclusions = (*self.samples.inclusions(), *self.recipients.inclusions())
        rendered: dict[Subject, int] = {
            "sample": self.samples.rendered,
            "recipient": self.recipients.rendered,
        }
        settings = self._settings(rendered=any(rendered.values()))
        differs = bool(alarms or changes or inclusions or settings)
        return PlaybookDiff(
            file=after.shown,
            name=after.name or (before.name if before else ""),
            state=self._state(differs=differs),
            file_before=before.shown if before else "",
            name_before=before.name if before else "",
            alarms=alarms,
            changes=changes,
            inclusions=inclusions,
            settings=settings,
            rendered=rendered,
            problems=tuple(self.problems),
            problems_before=self.problems_before,
        )

    def _environments(self) -> Iterator[tuple[Environment | None, Environment]]:
        """Yield the environments of now, with what each was before.

        One that is new says so in its project file. Without such a file there is one environment,
        which stands for each of the other side's.
        """
        new = self.after.project
        old = self.before.project if self.before and not self.before.problems else None
        if new is None:
            return
        names = new.environments if new.file or not (old and old.file) else old.environments
        for name in names:
            if self.question.environments and name not in self.question.environments:
                continue
            before, after = _environment(old, name), _environment(new, name)
            if after is not None and (before is not None or old is None):
                yield before, after

    def _bind_before(self, environment: Environment | None) -> Bound | None:
        playbook = self.before.playbook if self.before else None
        if environment is None or playbook is None:
            return None
        bound = bind(playbook, environment, self.question.now)
        if isinstance(bound, Bound):
            return bound
        self.problems_before = tuple(map(self.trees[0].shown, bound))
        return None

    def _bind_after(self, environment: Environment) -> Bound | None:
        playbook = self.after.playbook
        bound = bind(playbook, environment, self.question.now) if playbook else ()
        if isinstance(bound, Bound):
            return bound
        self._note(bound)
        self.broken = True
        return None

    def _samples(self, before: Bound | None, after: Bound) -> None:
        name = after.environment.name
        new = [self._take(each) for each in sample_entries(after)]
        if before is None:
            for entry in new:
                self.samples.introduce(name, entry)
            return
        old = [each.entry for each in sample_entries(before)]
        for pair in pair_samples(old, new):
            self.samples.add(name, pair)

    def _recipients(self, before: Bound | None, after: Bound, file: str) -> None:
        name = after.environment.name
        try:
            rows = recipient_entries(after, file)
        except Findings as error:
            self._note(error.problems)
            return
        if before is None:
            for row in rows:
                self.recipients.introduce(name, self._take(row))
            return
        for old, row in zip(earlier_entries(before, file), rows, strict=False):
            self.recipients.add(name, (old.entry, self._take(row)))

    def _take(self, rendered: RenderedEntry) -> Entry:
        """Return the entry, and keep the first errors of those that are rejected."""
        if len(self.problems) < _MOST_PROBLEMS:
            self._note(rendered.problems)
        return rendered.entry

    def _note(self, problems: tuple[Problem, ...]) -> None:
        self.problems |= dict.fromkeys(map(self.trees[1].shown, problems))

    def _both(self) -> tuple[Playbook, Playbook] | None:
        before = self.before.playbook if self.before else None
        after = self.after.playbook
        return (before, after) if before and after and not self.broken else None

    def _alarms(self) -> tuple[Alarm, ...]:
        both = self._both()
        return playbook_alarms(*both) if both else ()

    def _settings(self, *, rendered: bool) -> tuple[Setting, ...]:
        both = self._both()
        return compare_playbooks(*both, rendered=rendered) if both else ()

    def _state(self, *, differs: bool) -> State:
        if self.broken or self.problems_before:
            return "invalid" if self.broken else "mended"
        if self.before is None:
            return "new"
        return "changed" if differs else "same"


def _environment(project: Project | None, name: str) -> Environment | None:
    if project is None:
        return None
    if not project.file:
        return replace(DEFAULT_ENVIRONMENT, name=name)
    return project.environments.get(name)
