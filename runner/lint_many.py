"""Many files checked in one process, or in several where that is quicker, in the order given."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from runner.find_files import Candidate
from runner.lint import lint_candidate, lint_file
from runner.model.problem import Problem, Severity
from runner.validate.project import find_project

# Below so many files, starting processes takes longer than they save.
WORTH_A_POOL = 64
_FILES_A_PROCESS = 32
_MOST_PROCESSES = 16
_CHUNKS_A_PROCESS = 8


@dataclass(frozen=True, slots=True)
class Linted:
    """A file and its findings."""

    file: str
    problems: tuple[Problem, ...]


def lint_many(candidates: Sequence[Candidate], jobs: int | None = None) -> tuple[Linted, ...]:
    """Return the files that are ours with their findings, in the order given.

    Project files that the playbooks stand in and that nobody named come last, if they have errors:
    nothing can be sent with them. `jobs` is the number of processes; None chooses. Where processes
    cannot be started, one does.
    """
    wanted = _choose(len(candidates)) if jobs is None else min(jobs, len(candidates))
    found = _in_processes(candidates, wanted) if wanted > 1 else None
    results = found if found is not None else list(map(_lint_one, candidates))
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


def _choose(files: int) -> int:
    if files < WORTH_A_POOL:
        return 1
    return min(_processors(), files // _FILES_A_PROCESS, _MOST_PROCESSES)


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _lint_one(candidate: Candidate) -> Linted | None:
    problems = lint_file(candidate.file) if candidate.named else lint_candidate(candidate.file)
    return None if problems is None else Linted(candidate.file, problems)


def _in_processes(candidates: Sequence[Candidate], jobs: int) -> list[Linted | None] | None:
    """Return the findings, or None where processes cannot be started or come to grief."""
    from concurrent.futures import BrokenExecutor  # noqa: PLC0415 - only for many files

    try:
        return list(_map(candidates, jobs))
    except (OSError, ImportError, NotImplementedError, BrokenExecutor):
        return None


def _map(candidates: Sequence[Candidate], jobs: int) -> Iterator[Linted | None]:
    import multiprocessing  # noqa: PLC0415 - only for many files
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - only for many files

    # Never plain fork: whoever calls us may have threads.
    known = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in known else "spawn")
    context.set_forkserver_preload(["runner.lint"])
    chunk = max(len(candidates) // (jobs * _CHUNKS_A_PROCESS), 1)
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        yield from pool.map(_lint_one, candidates, chunksize=chunk)
