"""The project file: found upwards from a playbook, checked, and made into environments."""

from pathlib import Path
from typing import Any, cast

from runner.load.file import load_file
from runner.model.document import Document, MappingNode, to_plain
from runner.model.playbook import DEFAULT_ENVIRONMENT, Environment, Policy, Project
from runner.model.problem import Problem
from runner.schema.check import SchemaCheck
from runner.schema.store import read_schema

PROJECT_FILES = ("flexplay.yaml", "flexplay.yml", "flexplay.toml")
NO_PROJECT = Project("", {DEFAULT_ENVIRONMENT.name: DEFAULT_ENVIRONMENT})


def find_project(playbook: str) -> str | None:
    """Return the path of the nearest project file at or above the playbook's folder."""
    start = Path(playbook).parent
    for folder in (start, *_above(start)):
        for name in PROJECT_FILES:
            if (folder / name).is_file():
                return str(folder / name)
    return None


def _above(start: Path) -> list[Path]:
    """Return the folders above `start`: as the user wrote them while they last, then absolute."""
    if start.is_absolute():
        return list(start.parents)
    written = [] if start == Path() else [*start.parents]
    return [*written, *Path.cwd().parents]


def load_project(playbook: str) -> Project | tuple[Problem, ...]:
    """Return the project that the playbook stands in; one default environment if there is none."""
    file = find_project(playbook)
    if file is None:
        return NO_PROJECT
    document = load_file(file)
    return check_project(document) if isinstance(document, Document) else document


def check_project(document: Document) -> Project | tuple[Problem, ...]:
    """Return the project that the document holds, or what is wrong with it."""
    root = document.root
    problems = SchemaCheck(read_schema("project")).problems(to_plain(root), root)
    if problems or not isinstance(root, MappingNode):
        return problems
    data = cast("dict[str, Any]", to_plain(root))
    environments = {
        name: _make_environment(name, given) for name, given in data["environments"].items()
    }
    return Project(document.file, environments)


def _make_environment(name: str, given: dict[str, Any]) -> Environment:
    return Environment(
        name,
        given.get("vars", {}),
        given.get("account_sid", ""),
        _make_policy(given.get("policy", {})),
        given.get("journal", ""),
    )


def _make_policy(given: dict[str, Any]) -> Policy:
    known = Policy()
    return Policy(
        max_segments=given.get("max_segments", known.max_segments),
        opt_out=tuple(given.get("opt_out", known.opt_out)),
    )
