"""Which ways through a playbook's templates have been taken, and which not."""

from collections.abc import Iterator
from pathlib import Path

from runner.model.coverage import Branch, Coverage
from runner.model.document import ScalarNode
from runner.model.place import Span
from runner.model.playbook import Playbook
from runner.render.branches import branches_of
from runner.render.environment import reading_environment
from runner.render.probes import Recorder
from runner.render.reading import read_playbook
from runner.render.template import bare_expression


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
