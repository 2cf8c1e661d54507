"""Two trees -> what differs in the messages that they would send."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from runner.compare.pair import Question, compare_playbook
from runner.compare.tree import Found, Tree
from runner.diff.matching import match_playbooks
from runner.diff.result import PlaybookDiff, ProjectDiff
from runner.diff.written import compare_projects, project_alarms
from runner.load.file import load_file
from runner.model.document import Document
from runner.model.errors import UsageFault

Match: TypeAlias = tuple[Found | None, Found | None]


@dataclass(frozen=True, slots=True)
class Sides:
    """The playbooks of both sides, and the trees that they are in."""

    before: Tree
    after: Tree
    old: Sequence[Found]
    new: Sequence[Found]


def compare_trees(
    sides: Sides, question: Question
) -> tuple[tuple[PlaybookDiff, ...], tuple[ProjectDiff, ...]]:
    """Return what becomes of every playbook, and of the projects that they stand in.

    Raises:
        UsageFault: an environment is asked for that neither side has, or the recipients do not go
            with the playbooks.
    """
    _check_environments(sides, question)
    if question.recipients and len(sides.new) != 1:
        why = f"a file of recipients goes with one playbook, and here are {len(sides.new)}"
        raise UsageFault(why, "name the playbook that it goes with")
    matches = match_playbooks(sides.old, sides.new)
    trees = (sides.before, sides.after)
    playbooks = tuple(compare_playbook(*match, trees, question) for match in matches)
    return playbooks, tuple(_compare_projects(sides, matches, question))


def _check_environments(sides: Sides, question: Question) -> None:
    projects = [found.project for found in (*sides.old, *sides.new) if found.project]
    known = dict.fromkeys(name for project in projects for name in project.environments)
    for name in question.environments:
        if projects and name not in known:
            raise UsageFault(f'there is no environment "{name}"', f"there is: {', '.join(known)}")


def _compare_projects(
    sides: Sides, matches: Iterable[Match], question: Question
) -> Iterator[ProjectDiff]:
    seen: set[tuple[str | None, str | None]] = set()
    for before, after in matches:
        if not before or not after or not before.project or not after.project:
            continue
        files = (before.project_file, after.project_file)
        if files in seen or files == (None, None):
            continue
        seen.add(files)
        old, new = (_load(file) for file in files)
        shown = files[1] or sides.before.shown_name(files[0] or "")
        found = ProjectDiff(
            shown,
            project_alarms(old, new, question.environments),
            compare_projects(old, new, question.environments),
        )
        if found.alarms or found.settings:
            yield found


def _load(file: str | None) -> Document | None:
    document = load_file(file) if file else None
    return document if isinstance(document, Document) else None
