"""`validate --fix`: carries out the edits of findings, and nothing else.

Only the characters that an edit names change: comments, layout, line ends, byte order mark and
the file's mode stay. What was changed is checked again, and taken back unless the file is better.
"""

import codecs
import errno
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from runner.lint import lint_file
from runner.load.file import load_file
from runner.load.source import Source, make_source
from runner.model.document import Document
from runner.model.errors import UsageFault
from runner.model.place import Span
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


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with the edits' stretches replaced; they must not overlap.

    Raises:
        ValueError: an edit lies outside of the text, or two overlap.
    """
    source = make_source("", text)
    pieces, end = [], 0
    for start, stop, new in sorted((*_range(source, edit.span), edit.text) for edit in edits):
        if start < end:
            raise ValueError("two edits overlap")
        pieces += [text[end:start], new]
        end = stop
    return "".join([*pieces, text[end:]])


def _overlap(one: Edit, other: Edit) -> bool:
    """Tell whether two different edits want the same characters, or to insert at one place."""
    a, b = one.span, other.span
    if one == other or a.file != b.file:
        return False
    starts_before = (a.line, a.column) < (b.end_line, b.end_column)
    ends_after = (b.line, b.column) < (a.end_line, a.end_column)
    return (starts_before and ends_after) or (a.line, a.column) == (b.line, b.column)


def _range(source: Source, span: Span) -> tuple[int, int]:
    start, end = (
        _index(source, span.line, span.column),
        _index(source, span.end_line, span.end_column),
    )
    if start > end:
        raise ValueError("an edit ends before it starts")
    return start, end


def _index(source: Source, line: int, column: int) -> int:
    if not 1 <= line <= len(source.starts):
        raise ValueError(f"there is no line {line}")
    index = source.starts[line - 1] + column - 1
    if column < 1 or index > source.line_end(source.starts[line - 1]):
        raise ValueError(f"line {line} has no column {column}")
    return index


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
        new = {name: _edit_bytes(old[name], by_file[name]) for name in by_file}
    except (OSError, ValueError):  # somebody has changed the file since it was checked
        return False
    kept = False
    try:
        for name, data in new.items():
            _replace(name, data)
        kept = _is_better(found, lint_file(file), taken, _stage(file) - stage)
    finally:
        if not kept:
            for name, data in old.items():
                _restore(name, data)
    return kept


def _edit_bytes(data: bytes, edits: list[Edit]) -> bytes:
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    return mark + apply_edits(data.removeprefix(mark).decode(), edits).encode()


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
        _replace(file, data)


def _replace(file: str, data: bytes) -> None:
    """Put new content in the place of the old at once: nobody ever reads half of it.

    Raises:
        UsageFault: the file cannot be written.
    """
    path = Path(os.path.realpath(file))  # a symbolic link stays one
    try:
        if not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        handle, name = tempfile.mkstemp(
            prefix=f".{path.name[:100]}.", suffix=".tmp", dir=path.parent
        )
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            _copy_rights(path, name)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageFault(
            f"{file} cannot be written: {reason}", "let your account write it"
        ) from error


def _copy_rights(path: Path, name: str) -> None:
    shutil.copymode(path, name)
    if hasattr(os, "chown"):
        known = path.stat()
        with suppress(PermissionError):
            os.chown(name, known.st_uid, known.st_gid)
