"""A repository's files in one state: the work tree, or a commit written into a folder apart."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from runner.find_files import Candidate, find_files, is_meant_as_playbook
from runner.git import Commit, write_files
from runner.load.file import load_file
from runner.model.document import Document, MappingNode, ScalarNode
from runner.model.errors import UsageFault
from runner.model.place import Span
from runner.model.playbook import Playbook, Project
from runner.model.problem import Problem, Severity
from runner.rules.catalogue import check_rules
from runner.rules.ignores import apply_ignores
from runner.validate.playbook import check_playbook
from runner.validate.project import PROJECT_FILES, find_project, read_project


@dataclass(frozen=True, slots=True)
class Tree:
    """The files below `top`, which stands for the top folder of the repository."""

    repository: Path
    top: Path

    @property
    def apart(self) -> bool:
        """Whether this is a commit, not the work tree."""
        return self.top != self.repository

    def file(self, place: str) -> str:
        """Return the name under which a file can be opened."""
        return str(self.top / place) if self.apart else show_place(self.repository, place)

    def place(self, file: str) -> str:
        """Return the path in the repository of a file that was found."""
        return Path(_absolute(file)).relative_to(self.top).as_posix()

    def shown_name(self, file: str) -> str:
        """Return the name of a file as it is, or would be, typed in the current folder."""
        path = Path(file)
        if not self.apart or not path.is_relative_to(self.top):
            return file
        return show_place(self.repository, path.relative_to(self.top).as_posix())

    def shown(self, problem: Problem) -> Problem:
        """Return the finding with files named as they are in the work tree."""
        related = tuple(replace(each, span=self._span(each.span)) for each in problem.related)
        edits = tuple(replace(each, span=self._span(each.span)) for each in problem.edits)
        return replace(problem, span=self._span(problem.span), related=related, edits=edits)

    def _span(self, span: Span) -> Span:
        return replace(span, file=self.shown_name(span.file))


@dataclass(frozen=True, slots=True)
class Found:
    """A playbook in a tree, and the project that it stands in; None where one cannot be used.

    `place` is its path in the repository, `shown` the name for people. `problems` say why it cannot
    be rendered, `errors` are what the rules find in it.
    """

    place: str
    shown: str
    name: str
    text: str
    playbook: Playbook | None
    project: Project | None
    project_file: str | None
    problems: tuple[Problem, ...] = ()
    errors: tuple[Problem, ...] = ()


def show_place(repository: Path, place: str) -> str:
    """Return a path in the repository as it is typed in the current folder."""
    return os.path.relpath(repository / place, os.path.realpath("."))


def find_place(repository: Path, path: str) -> str:
    """Return where in the repository a path of the command line lies.

    Raises:
        UsageFault: it lies outside.
    """
    found = Path(_absolute(path))
    if not found.is_relative_to(repository):
        why = f"{path} is outside of the repository {repository}"
        raise UsageFault(why, "name playbooks and folders in the repository that you are in")
    if found.name in PROJECT_FILES:  # it stands for the playbooks that it is for
        found = found.parent
    return found.relative_to(repository).as_posix()


def write_tree(commit: Commit, places: Iterable[str], folder: Path) -> Tree:
    """Write what the playbooks at these places may need into an empty folder."""
    roots = [_root(commit.repository, place) for place in places]
    top = Path(os.path.realpath(folder))
    write_files(commit, lambda name: _is_needed(name, roots), top)
    return Tree(commit.repository, top)


def find_playbooks(tree: Tree, places: Iterable[str]) -> tuple[Found, ...]:
    """Return the playbooks at these places, as far as there are any."""
    files = [file for file in map(tree.file, places) if Path(file).exists()]
    candidates = find_files(files, tracked=tree.apart)
    return tuple(_found(tree, candidates))


def _found(tree: Tree, candidates: Iterable[Candidate]) -> Iterator[Found]:
    for candidate in candidates:
        if Path(candidate.file).name in PROJECT_FILES:
            continue
        document = load_file(candidate.file)
        if candidate.named or is_meant_as_playbook(document, candidate.file):
            yield _read(tree, candidate.file, document)


def _read(tree: Tree, file: str, document: Document | tuple[Problem, ...]) -> Found:
    place = tree.place(file)
    playbook = check_playbook(document) if isinstance(document, Document) else document
    project_file = _find_project(tree, file)
    project = read_project(project_file)
    problems = (
        *(() if isinstance(playbook, Playbook) else playbook),
        *(() if isinstance(project, Project) else project),
    )
    errors: tuple[Problem, ...] = ()
    if isinstance(playbook, Playbook):
        found = apply_ignores(playbook.document, check_rules(playbook), complete=False)
        errors = tuple(each for each in found if each.severity is Severity.ERROR)
    return Found(
        place=place,
        shown=show_place(tree.repository, place),
        name=_name_of(document) if isinstance(document, Document) else "",
        text=document.text if isinstance(document, Document) else "",
        playbook=playbook if isinstance(playbook, Playbook) else None,
        project=project if isinstance(project, Project) else None,
        project_file=project_file,
        problems=tuple(map(tree.shown, problems)),
        errors=tuple(map(tree.shown, errors)),
    )


def _name_of(document: Document) -> str:
    node = document.root.get("name") if isinstance(document.root, MappingNode) else None
    return node.value if isinstance(node, ScalarNode) and isinstance(node.value, str) else ""


def _find_project(tree: Tree, file: str) -> str | None:
    """Return the project file; one above the repository is in no commit, and for all of them."""
    found = find_project(file)
    if not tree.apart or (found and Path(found).is_relative_to(tree.top)):
        return found
    return find_project(str(tree.repository))


def _root(repository: Path, place: str) -> str:
    """Return the folder that a playbook's templates are in, as the beginning of their paths."""
    folder = place if (repository / place).is_dir() else Path(place).parent.as_posix()
    return "" if folder == "." else f"{folder}/"


def _is_needed(name: str, roots: Iterable[str]) -> bool:
    return name.rpartition("/")[2] in PROJECT_FILES or any(map(name.startswith, roots))


def _absolute(path: str) -> str:
    """Return the path from the root, symbolic links resolved but for the last."""
    given = Path(path)
    if given.is_dir():
        return os.path.realpath(given)
    return os.path.join(os.path.realpath(given.parent), given.name)  # noqa: PTH118
