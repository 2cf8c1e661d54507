"""Every finding that a file can get before anything is sent: shape, rules, samples rendered."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from runner.load.file import load_file
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

_SUFFIXES = frozenset({".yaml", ".yml", ".toml"})
_SIGNS = frozenset({"channel", "participants"})
_SETTLING = frozenset({"FP201", "FP209", "FP217", "FP221"})
_SETTLED = frozenset({"FP201", "FP202", "FP209", "FP217"})
_IGNORED = frozenset({"node_modules", "__pycache__"})


def find_files(paths: Iterable[str]) -> Iterator[str]:
    """Yield the files that are named, and the playbooks and project files below named folders."""
    for path in paths:
        if not Path(path).is_dir():
            yield path
            continue
        for found in sorted(Path(path).rglob("*")):
            if found.suffix in _SUFFIXES and _is_ours(found, Path(path)):
                yield str(found)


def lint_file(file: str) -> tuple[Problem, ...]:
    """Return every finding of a playbook or project file, in the order of its lines."""
    document = load_file(file)
    if not isinstance(document, Document):
        return document
    return apply_ignores(document, merge_findings(_find_all(document)))


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


def _is_ours(path: Path, root: Path) -> bool:
    """Tell whether a file that nobody named is a project file or looks like a playbook."""
    inside = path.relative_to(root).parts
    if any(part.startswith(".") or part in _IGNORED for part in inside[:-1]):
        return False
    if path.name in PROJECT_FILES:
        return True
    document = load_file(str(path))
    if not isinstance(document, Document):
        return _looks_like_playbook(path)
    if not isinstance(document.root, MappingNode):
        return False
    return {str(entry.key.value) for entry in document.root.entries} >= _SIGNS


def _looks_like_playbook(path: Path) -> bool:
    """Tell whether a file that cannot be read as YAML or TOML was probably meant as a playbook."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return False
    return all(re.search(rf"^\W*{sign}\b", text, re.MULTILINE) for sign in _SIGNS)


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
