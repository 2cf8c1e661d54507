"""Every finding that a file can get before anything is sent: shape, rules, samples rendered."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from runner.find_files import is_playbook, looks_like_playbook
from runner.load.file import load_file, load_text
from runner.model.delivery import NO_ACCOUNT, Delivery
from runner.model.document import Document, MappingNode
from runner.model.playbook import Environment, Playbook, Project
from runner.model.problem import Problem
from runner.model.recipient import RejectedRow
from runner.recipients.source import Source, nobody, samples_source
from runner.render.renderer import Binding, Renderer, make_renderer
from runner.rules.catalogue import check_delivery, check_file, check_rules
from runner.rules.ignores import apply_ignores
from runner.rules.merge import merge_findings
from runner.validate.playbook import check_playbook
from runner.validate.project import PROJECT_FILES, check_project, load_project

_SETTLING = frozenset({"FP201", "FP209", "FP217", "FP221"})
_SETTLED = frozenset({"FP201", "FP202", "FP209", "FP217"})


def lint_file(file: str) -> tuple[Problem, ...]:
    """Return every finding of a playbook or project file, in the order of its lines."""
    return _lint(load_file(file))


def lint_text(file: str, data: bytes) -> tuple[Problem, ...]:
    """Return every finding of a file with this name and content, which need not be on the disk."""
    return _lint(load_text(file, data))


def lint_candidate(file: str) -> tuple[Problem, ...] | None:
    """Return every finding of a file that nobody named, or None if it is not for us."""
    document = load_file(file)
    return _lint(document) if _is_ours(document, file) else None


def _lint(document: Document | tuple[Problem, ...]) -> tuple[Problem, ...]:
    if not isinstance(document, Document):
        return document
    return apply_ignores(document, merge_findings(_find_all(document)))


def _is_ours(document: Document | tuple[Problem, ...], file: str) -> bool:
    """Tell whether a file is a project file or a playbook, or was meant as one."""
    if Path(file).name in PROJECT_FILES:
        return True
    if not isinstance(document, Document):
        return looks_like_playbook(file)
    root = document.root
    return isinstance(root, MappingNode) and is_playbook(str(e.key.value) for e in root.entries)


def _find_all(document: Document) -> tuple[Problem, ...]:
    if Path(document.file).name in PROJECT_FILES:
        project = check_project(document)
        shape = () if isinstance(project, Project) else project
        return (*shape, *check_file(document))
    playbook = check_playbook(document)
    if not isinstance(playbook, Playbook):
        return (*playbook, *check_file(document))
    return join_findings(check_rules(playbook), tuple(_check_samples(playbook)))


def join_findings(
    static: tuple[Problem, ...], rendered: tuple[Problem, ...]
) -> tuple[Problem, ...]:
    """Return all findings, those once that both reading a template and rendering it have shown.

    What reading shows is kept, since it is true of every recipient; but that no sample has a field
    (FP207) is only worth saying where rendering the samples did not fail for it.
    """
    settled = {problem.span for problem in static if problem.code in _SETTLING}
    failed = {problem.span for problem in rendered if problem.code == "FP201"}
    kept = [one for one in static if one.code != "FP207" or one.span not in failed]
    new = [one for one in rendered if one.code not in _SETTLED or one.span not in settled]
    return (*kept, *new)


def _check_samples(playbook: Playbook) -> Iterator[Problem]:
    """Yield what rendering shows: every sample, in every environment."""
    project = load_project(playbook.file)
    if not isinstance(project, Project):
        return
    for environment in project.environments.values():
        renderer = make_renderer(playbook, _binding(playbook, environment))
        if not isinstance(renderer, Renderer):
            yield from renderer
            return
        for row in _samples(playbook).rows():
            rendered = row.problems if isinstance(row, RejectedRow) else renderer.render(row)
            if isinstance(rendered, Delivery):
                yield from check_delivery(playbook, environment, rendered)
            else:
                yield from rendered


def _samples(playbook: Playbook) -> Source:
    if playbook.samples or playbook.recipients:
        schema = playbook.recipients.schema if playbook.recipients else None
        return samples_source(playbook.samples, schema)
    return nobody(playbook.root.span)


def _binding(playbook: Playbook, environment: Environment) -> Binding:
    return Binding(
        scope="validate",
        account=NO_ACCOUNT,
        environment=environment.name,
        variables={**playbook.vars, **environment.vars},
        now=datetime.now(UTC),
    )
