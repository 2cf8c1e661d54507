"""The files of tests that paths stand for, and the playbooks beside them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from runner.find_files import Candidate, find_files, is_test_file, names_of_tests
from runner.load.file import load_file
from runner.model.document import Document
from runner.model.errors import UsageFault
from runner.model.playbook import Playbook
from runner.validate.playbook import check_playbook


@dataclass(frozen=True, slots=True)
class Found:
    """Files of tests, each once, and the playbooks or what may be some below the same folders."""

    tests: tuple[str, ...]
    candidates: tuple[str, ...]


def find_tests(
    paths: Iterable[str], exclude: tuple[str, ...] = (), *, allow_none: bool = False
) -> Found:
    """Return the files of tests that are named, those of named playbooks and those below folders.

    With `allow_none`, there may be none at all.

    Raises:
        UsageFault: there are none, or a path that is named has none.
    """
    found = find_files(paths, exclude)
    tests = dict.fromkeys(test for candidate in found for test in _tests(candidate))
    if not tests and not allow_none:
        remedy = "write NAME.test.yaml beside a playbook: flexplay schema playbook-test"
        raise UsageFault("no tests were found", remedy)
    others = tuple(each.file for each in found if not is_test_file(each.file))
    return Found(tuple(tests), others)


def _tests(candidate: Candidate) -> Iterator[str]:
    file = candidate.file
    if is_test_file(file):
        yield file
    elif candidate.named:
        beside = [name for name in names_of_tests(file) if Path(name).is_file()]
        if not Path(file).is_file():
            raise UsageFault(f"there is no file {file}", "name a playbook, its tests or a folder")
        if not beside:
            raise UsageFault(f"{file} has no tests", f"write them into {names_of_tests(file)[0]}")
        yield from beside


def untested_playbooks(files: Iterable[str], tested: Iterable[str]) -> Iterator[Playbook]:
    """Yield the playbooks among the files that are not tested, each once."""
    known = {Path(file).resolve() for file in tested}
    for file in files:
        path = Path(file).resolve()
        if path in known:
            continue
        known.add(path)
        document = load_file(file)
        playbook = check_playbook(document) if isinstance(document, Document) else None
        if isinstance(playbook, Playbook):
            yield playbook
