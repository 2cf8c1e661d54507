"""Every code has a page, and the pages' examples do what they say."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.lint import lint_file
from runner.load.file import load_file
from runner.model.delivery import NO_ACCOUNT
from runner.model.document import Document
from runner.model.errors import Findings
from runner.model.problem import Problem, Severity
from runner.playbook_test.run_suites import measure_coverage, run_suites
from runner.prepare import (
    StrictRenderer,
    Wish,
    load_wish,
    make_bound_renderer,
    open_recipients,
)
from runner.recipients.two_passes import check_all
from runner.render.renderer import Binding
from runner.report.tests_text import missed_findings
from runner.rules.explanations import known_codes, page_title, read_page
from runner.rules.ignores import apply_ignores
from runner.send_file import find_send, wish_of_send

ROOT = Path(__file__).resolve().parent.parent
PLAYBOOK, TESTS, SEND = "playbook.yaml", "playbook.test.yaml", "send.yaml"
WITHOUT_EXAMPLE = {
    "FP001": "there is no file to show",
    "FP002": "a page is UTF-8 itself",
    "FP003": "a page of 1 MiB is no page",
    "FP219": "the file must change while it is read",
    "FP412": "it takes more than twenty recipients",
}
"""Codes whose fault is in no file that a page can show. Keep it short."""

COMMENT_CODES = {"FP701", "FP702", "FP703"}
_NOW = datetime(2026, 1, 31, tzinfo=UTC)
_FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXPLAINED = sorted(set(known_codes()) - set(WITHOUT_EXAMPLE))


def _source_codes() -> set[str]:
    files = (ROOT / "runner").rglob("*.py")
    return {code for file in files for code in re.findall(r"\bFP[0-9]{3}\b", file.read_text())}


def _example(code: str, section: str) -> dict[str, str]:
    """Return the files of a page's example by name."""
    page = read_page(code)
    start = page.index(f"\n## {section}\n")
    end = page.find("\n## ", start + 1)
    return {name or PLAYBOOK: text for _, name, text in _FENCE.findall(page[start:end])}


def _write(files: dict[str, str], folder: Path) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _lint() -> tuple[Problem, ...]:
    """Return what `validate` says; comments are applied here until it does so itself."""
    found = lint_file(PLAYBOOK)
    document = load_file(PLAYBOOK)
    known = {problem.code for problem in found}
    if isinstance(document, Document) and not known & COMMENT_CODES:
        return apply_ignores(document, found)
    return found


def _run() -> tuple[Problem, ...]:
    """Return what `run --dry-run` says of the recipients that the playbook names."""
    try:
        loaded = load_wish(Wish(PLAYBOOK))
        if loaded.playbook.recipients is None or loaded.playbook.recipients.file is None:
            return ()
        source = open_recipients(Wish(PLAYBOOK), loaded.playbook)
        bound = make_bound_renderer(loaded.playbook, _binding())
        renderer = StrictRenderer(bound, loaded.playbook, loaded.environment, _NOW)
        checked = check_all(source, renderer)
        renderer.settle(checked.left_out)
    except Findings as findings:
        return findings.problems
    rejected = (problem for row in checked.rejected for problem in row.problems)
    return (*rejected, *renderer.warnings.values())


def _binding() -> Binding:
    return Binding("twilio", NO_ACCOUNT, "default", {}, _NOW)


def _test() -> tuple[Problem, ...]:
    """Return what `test --coverage` says of the tests beside the playbook, if there are any."""
    if not Path(TESTS).is_file():
        return ()
    ran = run_suites((TESTS,))
    failed = (each for result in ran.results for case in result.results for each in case.mismatches)
    broken = (problem for result in ran.results for problem in result.problems)
    return (
        *(mismatch.problem for mismatch in failed),
        *broken,
        *missed_findings(measure_coverage(ran)),
    )


def _findings(files: dict[str, str], folder: Path) -> tuple[Problem, ...]:
    _write(files, folder)
    return (*_lint(), *_run(), *_test(), *_send())


def _send() -> tuple[Problem, ...]:
    """Return what `validate` and `plan` say of the page's send file, if it has one."""
    if not Path(SEND).is_file():
        return ()
    found = lint_file(SEND)
    try:
        send = find_send(SEND)
        if send and not found:
            wish_of_send(send, Wish(SEND))
    except Findings as findings:
        return (*found, *findings.problems)
    return found


def test_every_code_of_the_source_has_a_page() -> None:
    """A finding's last line names `flexplay explain CODE`, which must know the code."""
    assert _source_codes() - set(known_codes()) == set()


def test_every_page_is_of_a_code_of_the_source() -> None:
    """A page that explains what no longer exists misleads."""
    assert set(known_codes()) - _source_codes() == set()


@pytest.mark.parametrize("code", known_codes())
def test_a_page_has_its_title_and_sections(code: str) -> None:
    """Every page says what, why and how to mend it, under the same headings."""
    page = read_page(code)
    wanted = ["Why it matters", "Bad", "Good", "How to mend it"]
    if code in WITHOUT_EXAMPLE:
        wanted = [name for name in wanted if name not in ("Bad", "Good")]
    assert page_title(code)
    assert page.startswith(f"# {code}: ")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == wanted


@pytest.mark.parametrize("code", _EXPLAINED)
def test_the_bad_example_has_the_finding(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a page calls bad is found, with the page's code."""
    monkeypatch.chdir(tmp_path)
    assert code in {problem.code for problem in _findings(_example(code, "Bad"), tmp_path)}


@pytest.mark.parametrize("code", _EXPLAINED)
def test_the_good_example_has_not(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a page calls good has neither the page's finding nor any error."""
    monkeypatch.chdir(tmp_path)
    found = _findings(_example(code, "Good"), tmp_path)
    assert [each for each in found if each.code == code or each.severity is Severity.ERROR] == []
