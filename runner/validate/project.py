"""The project file: found upwards from a playbook, checked, and made into environments."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from runner.load.file import load_file
from runner.model.document import Document, MappingNode, to_plain
from runner.model.hours import Hours, read_time
from runner.model.playbook import (
    DEFAULT_ENVIRONMENT,
    Cap,
    Environment,
    Policy,
    Project,
    RequiredText,
)
from runner.model.problem import Problem
from runner.schema.check import published_check

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
    """Return the folders above `start`: as the user wrote them while they last, then absolute.

    What lies above `../b` is `..` and what is above that, not the current folder.
    """
    if start.is_absolute():
        return list(Path(os.path.normpath(start)).parents)
    parts = Path(os.path.normpath(start)).parts
    ups = parts.count("..")
    written = [Path(*parts[:length]) for length in range(len(parts) - 1, ups - 1, -1)]
    here = Path.cwd()
    return [*written, *(here, *here.parents)[ups + 1 :]]


def load_project(playbook: str) -> Project | tuple[Problem, ...]:
    """Return the project that the playbook stands in; one default environment if there is none."""
    return read_project(find_project(playbook))


def read_project(file: str | None) -> Project | tuple[Problem, ...]:
    """Return the project in the file; one default environment without a file."""
    if file is None:
        return NO_PROJECT
    document = load_file(file)
    return check_project(document) if isinstance(document, Document) else document


def environments_of(playbook: str) -> Mapping[str, Environment]:
    """Return the environments of the playbook's project; none if its file has errors."""
    project = load_project(playbook)
    return project.environments if isinstance(project, Project) else {}


def check_project(document: Document) -> Project | tuple[Problem, ...]:
    """Return the project that the document holds, or what is wrong with it."""
    root = document.root
    problems = published_check("project").problems(to_plain(root), root)
    if problems or not isinstance(root, MappingNode):
        return problems
    data = cast("dict[str, Any]", to_plain(root))
    environments = {
        name: _make_environment(name, given, Path(document.file).parent)
        for name, given in data["environments"].items()
    }
    return Project(document.file, environments)


def _make_environment(name: str, given: dict[str, Any], folder: Path) -> Environment:
    return Environment(
        name,
        given.get("vars", {}),
        given.get("account_sid", ""),
        _make_policy(given.get("policy", {})),
        _from_folder(given.get("journal", ""), folder),
        default_timezone=given.get("default_timezone", ""),
        live=given.get("live", False),
        allow=tuple(given.get("allow", ())),
        redirect_to=given.get("redirect_to", ""),
        senders=tuple(given.get("senders", ())),
    )


def _from_folder(journal: str, folder: Path) -> str:
    """Return the journal's location; a relative path counts from the project file's folder."""
    if not journal or "://" in journal or journal.startswith("~"):
        return journal
    return str(folder / journal)


def _make_policy(given: dict[str, Any]) -> Policy:
    known = Policy()
    return Policy(
        max_segments=given.get("max_segments", known.max_segments),
        opt_out=tuple(given.get("opt_out", known.opt_out)),
        quiet_hours={
            country: Hours(*map(read_time, hours))
            for country, hours in given.get("quiet_hours", {}).items()
        },
        holidays=tuple(given.get("holidays", ())),
        max_recipients=given.get("max_recipients"),
        max_segments_total=given.get("max_segments_total"),
        max_tasks_per_worker=given.get("max_tasks_per_worker"),
        per_recipient=_make_cap(given["per_recipient"]) if "per_recipient" in given else None,
        required_columns={
            column: int(rule["max_age"].removesuffix("d")) if "max_age" in rule else None
            for column, rule in given.get("require_columns", {}).items()
        },
        required_text=tuple(map(_make_required_text, given.get("required_text", ()))),
        require_plan=given.get("require_plan", known.require_plan),
        plan_valid_for=_read_span(given["plan_valid_for"])
        if "plan_valid_for" in given
        else known.plan_valid_for,
    )


def _make_cap(text: str) -> Cap:
    """Return the cap that `2/7d` means."""
    count, span = text.split("/")
    return Cap(int(count), _read_span(span))


def _read_span(text: str) -> float:
    """Return the seconds of `24h` or `7d`."""
    return int(text[:-1]) * {"h": 3600.0, "d": 86_400.0}[text[-1]]


def _make_required_text(given: dict[str, Any]) -> RequiredText:
    limits = (tuple(given.get(name, ())) for name in ("channels", "countries", "languages"))
    return RequiredText(tuple(given["any_of"]), *limits)
