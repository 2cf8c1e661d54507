"""Every finding that a file can get before anything is sent: shape, rules, samples rendered."""

from collections.abc import Iterator
from pathlib import Path

from runner.find_files import is_meant_as_playbook, is_test_file
from runner.load.file import load_file, load_text
from runner.model.document import Document
from runner.model.playbook import Playbook, Project
from runner.model.playbook_test import Suite
from runner.model.problem import Problem
from runner.model.send import Send
from runner.render.renderer import Renderer
from runner.rules import personal_data
from runner.rules.catalogue import check_file, check_rules
from runner.rules.ignores import apply_ignores
from runner.rules.merge import merge_findings
from runner.samples import make_sample_renderer, render_samples
from runner.validate.playbook import check_playbook
from runner.validate.project import PROJECT_FILES, check_project, load_project
from runner.validate.send import check_send, is_send

_SETTLING = frozenset({"FP201", "FP209", "FP217", "FP221"})
_SETTLED = frozenset({"FP201", "FP202", "FP209", "FP217"})


def lint_file(file: str) -> tuple[Problem, ...]:
    """Return every finding of a playbook, a file of tests or a project file, line by line."""
    return _lint(load_file(file))


def lint_text(file: str, data: bytes) -> tuple[Problem, ...]:
    """Return every finding of a file with this name and content, which need not be on the disk."""
    return _lint(load_text(file, data))


def lint_candidate(file: str) -> tuple[Problem, ...] | None:
    """Return every finding of a file that nobody named, or None if it is not for us."""
    document = load_file(file)
    return _lint(document) if _is_ours(document, file) else None


def _lint(document: Document | tuple[Problem, ...]) -> tuple[Problem, ...]:
    if not isinstance(document, Document):
        return document
    return apply_ignores(document, merge_findings(_find_all(document)))


def _is_ours(document: Document | tuple[Problem, ...], file: str) -> bool:
    """Tell whether a file is one of ours: by its name, or by what it is or was meant as."""
    if Path(file).name in PROJECT_FILES or is_test_file(file):
        return True
    is_wish = isinstance(document, Document) and is_send(document)
    return is_wish or is_meant_as_playbook(document, file)


def _find_all(document: Document) -> tuple[Problem, ...]:
    if Path(document.file).name in PROJECT_FILES:
        project = check_project(document)
        shape = () if isinstance(project, Project) else project
        return (*shape, *check_file(document))
    if is_test_file(document.file):
        return (*_check_tests(document), *check_file(document))
    if is_send(document):
        send = check_send(document)
        found = send if not isinstance(send, Send) else tuple(_check_names(send))
        return (*found, *check_file(document))
    playbook = check_playbook(document)
    if not isinstance(playbook, Playbook):
        return (*playbook, *check_file(document))
    return join_findings(check_rules(playbook), tuple(_check_samples(playbook)))


def _check_tests(document: Document) -> Iterator[Problem]:
    """Yield what keeps a file of tests from being run; whether they pass is for `test` to say."""
    from runner.playbook_test.bench import check_references  # noqa: PLC0415 - only for tests
    from runner.playbook_test.read import check_suite, recipients_in  # noqa: PLC0415 - as above

    suite = check_suite(document)
    yield from check_references(suite) if isinstance(suite, Suite) else suite
    yield from personal_data.check_rows(recipients_in(document))


def _check_names(send: Send) -> Iterator[Problem]:
    """Yield what a send file names and what is not there."""
    if not Path(send.playbook).is_file():
        why = f"there is no playbook {send.playbook}"
        yield Problem(send.places["playbook"], "FP232", why, "write its path from this file on")
        return
    project = load_project(send.playbook)
    if not isinstance(project, Project):
        return
    names = ", ".join(project.environments)
    if send.environment is None and len(project.environments) > 1:
        why = f"the project has several environments: {names}"
        yield Problem(send.places["playbook"], "FP232", why, "say which: environment: NAME")
    elif send.environment is not None and send.environment not in project.environments:
        why = f'there is no environment "{send.environment}"'
        yield Problem(send.places["environment"], "FP232", why, f"there is: {names}")


def join_findings(
    static: tuple[Problem, ...], rendered: tuple[Problem, ...]
) -> tuple[Problem, ...]:
    """Return all findings, those once that both reading a template and rendering it have shown.

    What reading shows is kept, since it is true of every recipient; but that no sample has a field
    (FP207) is only worth saying where rendering the samples did not fail for it.
    """
    settled = {problem.span for problem in static if problem.code in _SETTLING}
    failed = {problem.span for problem in rendered if problem.code == "FP201"}
    kept = [one for one in static if one.code != "FP207" or one.span not in failed]
    new = [one for one in rendered if one.code not in _SETTLED or one.span not in settled]
    return (*kept, *new)


def _check_samples(playbook: Playbook) -> Iterator[Problem]:
    """Yield what rendering shows: every sample, in every environment."""
    project = load_project(playbook.file)
    if not isinstance(project, Project):
        return
    for environment in project.environments.values():
        renderer = make_sample_renderer(playbook, environment)
        if not isinstance(renderer, Renderer):
            yield from renderer
            return
        for rendered in render_samples(playbook, environment, renderer):
            yield from rendered.problems
