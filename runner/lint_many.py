"""Many files checked in one process, or in several where that is quicker, in the order given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from runner.find_files import Candidate
from runner.lint import lint_candidate, lint_file
from runner.model.problem import Problem, Severity
from runner.processes import map_files
from runner.validate.project import find_project


@dataclass(frozen=True, slots=True)
class Linted:
    """A file and its findings."""

    file: str
    problems: tuple[Problem, ...]


def lint_many(candidates: Sequence[Candidate], jobs: int | None = None) -> tuple[Linted, ...]:
    """Return the files that are ours with their findings, in the order given.

    Project files that the playbooks stand in and that nobody named come last, if they have errors:
    nothing can be sent with them. `jobs` is the number of processes; None chooses.
    """
    results = map_files(_lint_one, candidates, jobs)
    ours = tuple(linted for linted in results if linted is not None)
    return (*ours, *_lint_projects([linted.file for linted in ours]))


def _lint_projects(files: Sequence[str]) -> Iterator[Linted]:
    """Yield the project files above these files that are not among them and have errors.

    What is wrong there is told, but not offered to be mended: nobody named the file.
    """
    seen = {Path(file).resolve() for file in files}
    for file in files:
        project = find_project(file)
        if project is None or Path(project).resolve() in seen:
            continue
        seen.add(Path(project).resolve())
        errors = tuple(
            replace(problem, edits=())
            for problem in lint_file(project)
            if problem.severity is Severity.ERROR
        )
        if errors:
            yield Linted(project, errors)


def _lint_one(candidate: Candidate) -> Linted | None:
    problems = lint_file(candidate.file) if candidate.named else lint_candidate(candidate.file)
    return None if problems is None else Linted(candidate.file, problems)
