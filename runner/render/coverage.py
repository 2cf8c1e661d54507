"""Which ways through a playbook's templates have been taken, and which not."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runner.model.document import ScalarNode
from runner.model.place import Span
from runner.model.playbook import Playbook
from runner.render.branches import branches_of
from runner.render.environment import reading_environment
from runner.render.probes import Recorder
from runner.render.reading import read_playbook
from runner.render.template import bare_expression


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


def cover(playbook: Playbook, recorder: Recorder) -> Coverage:
    """Return what the recorder has noted of this playbook's templates."""
    taken: dict[Branch, bool] = {}
    for node in _templates(playbook):
        for branch, was_taken in _cover_template(node, playbook, recorder):
            taken[branch] = was_taken or taken.get(branch, False)
    return Coverage(frozenset(taken), frozenset(branch for branch in taken if taken[branch]))


def _templates(playbook: Playbook) -> Iterator[ScalarNode]:
    seen: set[Span] = set()
    for text in read_playbook(playbook).texts:
        if text.node.span not in seen:
            seen.add(text.node.span)
            yield text.node


def _cover_template(
    node: ScalarNode, playbook: Playbook, recorder: Recorder
) -> Iterator[tuple[Branch, bool]]:
    source = str(node.value)
    texts = (source, bare_expression(source))
    for way in branches_of(source, reading_environment(Path(playbook.file).parent)):
        branch = Branch(node.part(way.start, way.end), way.missed)
        yield branch, any(recorder.took(text, way.point, outcome=way.outcome) for text in texts)
