"""Names of commits -> the two trees -> what differs."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from runner.compare.compare import Sides, compare_trees
from runner.compare.pair import Question
from runner.compare.tree import Tree, find_place, find_playbooks, write_tree
from runner.diff.result import Diff
from runner.git import Commit, find_repository, fork_point, resolve_commit
from runner.model.errors import UsageFault

_WORK_TREE = "the work tree"


@dataclass(frozen=True, slots=True)
class Revisions:
    """What is compared, by the names that git knows; without `head` it is the work tree.

    With `fork`, the base is not the commit of that name, but where the head's history left it.
    """

    base: str
    head: str | None = None
    fork: bool = False


def compare_revisions(revisions: Revisions, paths: Iterable[str], question: Question) -> Diff:
    """Return how the playbooks at these paths differ; neither work tree nor index is touched.

    Raises:
        UsageFault: there is no git, no such commit or path, or the question does not fit.
    """
    base = find_base(revisions)
    repository = base.repository
    head = resolve_commit(repository, revisions.head) if revisions.head else None
    places = {find_place(repository, path): path for path in paths}
    with tempfile.TemporaryDirectory(prefix="flexplay-") as folder:
        before = _write(base, places, Path(folder, "base"))
        after = _write(head, places, Path(folder, "head")) if head else Tree(repository, repository)
        _check_places(places, before, after)
        old, new = find_playbooks(before, places), find_playbooks(after, places)
        playbooks, projects = compare_trees(Sides(before, after, old, new), question)
        recipients = question.recipients is not None
        names = _say(base), _say(head) if head else _WORK_TREE
        return Diff(*names, playbooks, projects, recipients=recipients)


def find_base(revisions: Revisions) -> Commit:
    """Return the commit that is compared with.

    Raises:
        UsageFault: there is no git, or no such commit.
    """
    repository = find_repository(Path.cwd())
    base = resolve_commit(repository, revisions.base)
    if not revisions.fork:
        return base
    return fork_point(base, resolve_commit(repository, revisions.head or "HEAD"))


def _write(commit: Commit, places: Iterable[str], folder: Path) -> Tree:
    folder.mkdir()
    return write_tree(commit, places, folder)


def _check_places(places: dict[str, str], before: Tree, after: Tree) -> None:
    for place, path in places.items():
        if not any((tree.top / place).exists() for tree in (before, after)):
            raise UsageFault(f"there is no {path}, neither now nor before", "look for its name")


def _say(commit: Commit) -> str:
    return commit.short if commit.sha.startswith(commit.name) else f"{commit.name} ({commit.short})"
