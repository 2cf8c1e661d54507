"""`validate --fix`: carries out the edits of findings, and nothing else.

Only the characters that an edit names change: comments, layout, line ends, byte order mark and
the file's mode stay. What was changed is checked again, and taken back unless the file is better.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from runner.edit_file import edit_bytes, replace_file
from runner.lint import lint_file
from runner.load.file import load_file
from runner.model.document import Document
from runner.model.playbook import Playbook, Project
from runner.model.problem import Edit, Problem, Severity
from runner.validate.playbook import check_playbook
from runner.validate.project import PROJECT_FILES, check_project

_MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Fixed:
    """What was mended, in which files, and the findings whose mend would have made things worse."""

    problems: tuple[Problem, ...]
    files: frozenset[str]
    refused: tuple[Problem, ...]


def fix_files(files: Iterable[str]) -> Fixed:
    """Mend what can be mended safely in these playbooks and project files, and in their templates.

    Raises:
        UsageFault: a file cannot be written.
    """
    problems: list[Problem] = []
    refused: list[Problem] = []
    for file in files:
        mended, left = _fix_file(file)
        problems += mended
        refused += left
    touched = frozenset(edit.span.file for problem in problems for edit in problem.edits)
    return Fixed(tuple(problems), touched, tuple(refused))


def choose_edits(problems: Iterable[Problem]) -> tuple[tuple[Problem, ...], tuple[Edit, ...]]:
    """Return the findings that can be mended together, and their edits, each once.

    Of two that would change the same characters differently the first is taken; the other may be
    next, when the file has been checked again.
    """
    taken: list[Problem] = []
    edits: dict[Edit, None] = {}
    for problem in problems:
        new = [edit for edit in problem.edits if edit not in edits]
        clash = any(_overlap(edit, other) for edit in new for other in (*edits, *new))
        if problem.edits and not clash:
            taken.append(problem)
            edits |= dict.fromkeys(new)
    return tuple(taken), tuple(edits)


def _overlap(one: Edit, other: Edit) -> bool:
    """Tell whether two different edits want the same characters, or to insert at one place."""
    a, b = one.span, other.span
    if one == other or a.file != b.file:
        return False
    starts_before = (a.line, a.column) < (b.end_line, b.end_column)
    ends_after = (b.line, b.column) < (a.end_line, a.end_column)
    return (starts_before and ends_after) or (a.line, a.column) == (b.line, b.column)


def _fix_file(file: str) -> tuple[list[Problem], list[Problem]]:
    """Return what was mended, and what was not since it would have made things worse."""
    mended: list[Problem] = []
    refused: dict[tuple[str, str, int], Problem] = {}
    alone = False
    for _ in range(_MOST_ROUNDS):
        found = lint_file(file)
        waiting = [each for each in found if each.edits and _identity(each) not in refused]
        taken, edits = choose_edits(waiting[:1] if alone else waiting)
        if not taken:
            break
        if _try(file, found, taken, edits):
            mended += taken
        elif len(taken) == 1:
            refused[_identity(taken[0])] = taken[0]
        else:
            alone = True
    return mended, list(refused.values())


def _identity(problem: Problem) -> tuple[str, str, int]:
    return problem.code, problem.message, problem.span.line


def _try(
    file: str, found: tuple[Problem, ...], taken: tuple[Problem, ...], edits: tuple[Edit, ...]
) -> bool:
    """Carry out the edits, and take them back unless the file is better for them."""
    by_file: dict[str, list[Edit]] = {}
    for edit in edits:
        by_file.setdefault(edit.span.file, []).append(edit)
    stage = _stage(file)
    try:
        old = {name: Path(name).read_bytes() for name in by_file}
        new = {name: edit_bytes(old[name], by_file[name]) for name in by_file}
    except (OSError, ValueError):  # somebody has changed the file since it was checked
        return False
    kept = False
    try:
        for name, data in new.items():
            replace_file(name, data)
        kept = _is_better(found, lint_file(file), taken, _stage(file) - stage)
    finally:
        if not kept:
            for name, data in old.items():
                _restore(name, data)
    return kept


def _stage(file: str) -> int:
    """Return how far a file gets: not loaded, loaded, of the right shape."""
    document = load_file(file)
    if not isinstance(document, Document):
        return 0
    is_project = Path(file).name in PROJECT_FILES
    checked = check_project(document) if is_project else check_playbook(document)
    return 2 if isinstance(checked, Playbook | Project) else 1


def _is_better(
    before: tuple[Problem, ...], after: tuple[Problem, ...], mended: tuple[Problem, ...], rise: int
) -> bool:
    """Tell whether the mended findings are gone, and no new error has come.

    A file that gets further than before may have errors that could not be seen until now.
    """
    was, now = _count(before), _count(after)
    gone = all(now[_kind(problem)] < was[_kind(problem)] for problem in mended)
    errors = {_kind(problem) for problem in after if problem.severity is Severity.ERROR}
    return gone and (rise > 0 or (rise == 0 and all(now[kind] <= was[kind] for kind in errors)))


def _count(problems: tuple[Problem, ...]) -> Counter[tuple[str, str]]:
    return Counter(map(_kind, problems))


def _kind(problem: Problem) -> tuple[str, str]:
    return problem.code, problem.message


def _restore(file: str, data: bytes) -> None:
    if Path(file).read_bytes() != data:
        replace_file(file, data)
