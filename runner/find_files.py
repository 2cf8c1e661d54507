"""The files of ours below a folder, told by what is in them and not by their names."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from runner.git import ignored_files
from runner.model.document import Document, MappingNode
from runner.model.problem import Problem
from runner.validate.project import PROJECT_FILES

_SUFFIXES = (".yaml", ".yml", ".toml")
TEST_SUFFIXES = tuple(f".test{suffix}" for suffix in _SUFFIXES)
"""How the names of files with tests of a playbook end."""
_SIGNS = frozenset({"channel", "participants"})
_SIGN = re.compile(rb"\b(channel|participants)\b")
_KEY = re.compile(rb"^[^\w\r\n]*(channel|participants)\b", re.MULTILINE)
_SEND = re.compile(rb"^[^\w\r\n]*(playbook)\b", re.MULTILINE)
SENDS = "sends"
"""The folder of send files; elsewhere one has to be named."""
_NOT_OURS = frozenset({"node_modules", "__pycache__"})
# A file that is larger is no playbook, and is told so only if it is named.
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file to check. One that nobody named may turn out not to be ours."""

    file: str
    named: bool


def find_files(
    paths: Iterable[str], exclude: tuple[str, ...] = (), *, tracked: bool = False
) -> tuple[Candidate, ...]:
    """Return the files that are named, and those below named folders that may be ours, each once.

    Left out are what `exclude` fits (a path, the name of a file or folder, with `*` and `?`) and,
    below folders, what git ignores, hidden folders, and those of Python's and Node's packages. With
    `tracked`, the folders hold what git keeps, so it is not asked what it ignores.
    """
    found: dict[str, Candidate] = {}
    for path in paths:
        below = (
            (
                Candidate(file, named=False)
                for file in sorted(_walk(path, exclude, tracked=tracked), key=Path)
            )
            if Path(path).is_dir()
            else (Candidate(path, named=True),)
        )
        for candidate in below:
            if not _fits(candidate.file, exclude):
                found.setdefault(candidate.file, candidate)
    return tuple(found.values())


def is_test_file(file: str) -> bool:
    """Tell whether a file holds tests of a playbook, by its name: `reminder.test.yaml`."""
    return file.lower().endswith(TEST_SUFFIXES)


def playbook_names(test_file: str) -> tuple[str, ...]:
    """Return the names that the playbook of a test file may have, the likeliest first."""
    path = Path(test_file)
    stem = path.with_suffix("").with_suffix("")
    return tuple(f"{stem}{suffix}" for suffix in dict.fromkeys((path.suffix, *_SUFFIXES)))


def names_of_tests(playbook: str) -> tuple[str, ...]:
    """Return the names that the tests of a playbook may have."""
    stem = Path(playbook).with_suffix("")
    return tuple(f"{stem}{suffix}" for suffix in TEST_SUFFIXES)


def is_playbook(keys: Iterable[str]) -> bool:
    """Tell whether a file with these keys is meant as a playbook."""
    return set(keys) >= _SIGNS


def is_meant_as_playbook(document: Document | tuple[Problem, ...], file: str) -> bool:
    """Tell whether a file that was found, and read or not, is a playbook or was meant as one."""
    if is_test_file(file):
        return False
    if not isinstance(document, Document):
        return looks_like_playbook(file)
    root = document.root
    return isinstance(root, MappingNode) and is_playbook(str(e.key.value) for e in root.entries)


def looks_like_playbook(file: str) -> bool:
    """Tell whether a file that cannot be read as YAML or TOML was probably meant as a playbook."""
    return _words(Path(file), _KEY) >= _SIGNS


def _walk(root: str, exclude: tuple[str, ...], *, tracked: bool) -> Iterator[str]:
    ignored: frozenset[Path] = frozenset() if tracked else ignored_files(root)
    for folder, folders, files in os.walk(root):
        folders[:] = [
            name
            for name in folders
            if not _is_foreign(Path(folder, name), ignored)
            and not _fits(str(Path(folder, name)), exclude)
        ]
        for name in files:
            path = Path(folder, name)
            if name.lower().endswith(_SUFFIXES) and path not in ignored and _may_be_ours(path):
                yield str(path)


def _is_foreign(folder: Path, ignored: frozenset[Path]) -> bool:
    hidden = folder.name.startswith(".") or folder.name in _NOT_OURS
    return hidden or folder in ignored or (folder / "pyvenv.cfg").is_file()


def _may_be_ours(path: Path) -> bool:
    """Tell whether a file is ours by its name, or has the words of a playbook or a send file.

    That is quicker than to parse it.
    """
    if path.name in PROJECT_FILES or is_test_file(path.name):
        return True
    send = path.parent.name == SENDS and bool(_words(path, _SEND))
    return send or _words(path, _SIGN) >= _SIGNS


def _words(path: Path, pattern: re.Pattern[bytes]) -> set[str]:
    try:
        if not path.is_file():  # a pipe would keep us waiting
            return set()
        with path.open("rb") as stream:
            return {word.decode() for word in pattern.findall(stream.read(_LARGEST))}
    except OSError:
        return set()


def _fits(file: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether a pattern fits the path, or the name or path of a folder above it."""
    path = PurePath(file)
    return any(
        fnmatchcase(each.as_posix(), pattern) or fnmatchcase(each.name, pattern)
        for pattern in (PurePath(pattern).as_posix() for pattern in patterns)
        for each in (path, *path.parents)
        if each.name
    )
