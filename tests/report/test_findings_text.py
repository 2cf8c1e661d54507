import re
from dataclasses import replace
from pathlib import Path

import pytest

from runner.model.place import Span
from runner.model.problem import Edit, Problem, Related, Severity
from runner.report.findings_text import (
    concise_finding,
    report_findings,
    summarize,
    summarize_fixes,
)

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that names of files are relative to."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def number(file: str = "a.yaml", line: int = 1) -> Problem:
    """A finding about `  - address: 155`."""
    span = Span(file, line, 14, line, 17)
    return Problem(span, "FP104", "the address is a number here, not text", 'write "+155"')


def page(problem: Problem, *, colour: bool = False, width: int = 120) -> str:
    """What is shown of the finding."""
    return "\n".join(report_findings([problem], colour=colour, width=width))


def test_a_finding_shows_its_line_with_carets_and_the_remedy(folder: Path) -> None:
    """Place, severity, code and reason; then the line; then what to type instead."""
    (folder / "a.yaml").write_text("participants:\n  - address: 155\n")
    assert page(number(line=2)).splitlines() == [
        "a.yaml:2:14: error FP104: the address is a number here, not text",
        "  |",
        "2 |   - address: 155",
        '  |              ^^^ write "+155"',
    ]


def test_carets_stand_under_wide_characters_and_behind_tabs(folder: Path) -> None:
    """A tab is four cells and a Chinese character two, in the line and under it."""
    (folder / "a.yaml").write_text("\t你: 好好\n")
    problem = replace(number(), span=Span("a.yaml", 1, 5, 1, 7), remedy="")
    assert page(problem).splitlines()[2:] == ["1 |     你: 好好", "  |         ^^^^"]


def test_a_span_over_several_lines_says_that_it_goes_on(folder: Path) -> None:
    """The first line is marked up to its last character."""
    (folder / "a.yaml").write_text("body: |   \n  one\n  two\n")
    problem = replace(number(), span=Span("a.yaml", 1, 7, 4, 1), remedy="shorten it")
    assert page(problem).splitlines()[-1] == "  |       ^… shorten it"


def test_a_very_long_line_is_cut_around_the_span(folder: Path) -> None:
    """The line takes no more room than there is, and the remedy moves below it."""
    (folder / "a.yaml").write_text("x" * 5000 + "HERE" + "y" * 5000)
    problem = replace(number(), span=Span("a.yaml", 1, 5001, 1, 5005), remedy="z" * 60)
    lines = page(problem, width=80).splitlines()
    assert max(map(len, lines)) <= 80
    start = lines[3].index("^")
    assert lines[2][start : start + 4] == "HERE"
    assert lines[2].count("…") == 2
    assert lines[4] == f"  = {'z' * 60}"


def test_what_a_file_holds_cannot_act_on_the_terminal(folder: Path) -> None:
    """Control characters of names, lines, messages and remedies are shown as pictures."""
    (folder / "a.yaml").write_text("a: \x1b[2J\u202e::error::x\n")
    related = Related(Span("b\n.yaml", 1, 1, 1, 2), "also\nhere")
    problem = Problem(
        Span("a.yaml", 1, 4, 1, 5), "FP001", "no\n::error::x", "a\rb", related=(related,)
    )
    text = page(problem)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", text)
    assert not any(line.startswith("::error") for line in text.splitlines())
    assert len(text.splitlines()) == 5


def test_without_a_line_the_remedy_is_still_told(folder: Path) -> None:
    """A file that is missing, holds recipients or is no text gets no excerpt."""
    (folder / "a.csv").write_text("+13115552368,aaaaaaaaaaaaaaa\n")
    (folder / "b.yaml").write_bytes("name: aaaaaaaaaaaaaaaa".encode("utf-16"))
    for name in ("gone.yaml", "a.csv", "b.yaml"):
        assert page(number(name)).splitlines()[1:] == ['  = write "+155"']


def test_a_related_place_follows(folder: Path) -> None:
    """The second place is named below the first."""
    assert folder.is_dir()
    related = Related(Span("patients.csv", 640, 2, 640, 9), "for this recipient")
    lines = page(replace(number(), related=(related,))).splitlines()
    assert lines[-1] == "  ::: patients.csv:640:2  for this recipient"


def test_colour_adds_nothing_but_colour(folder: Path) -> None:
    """Without its colours the text is letter for letter the other one."""
    (folder / "a.yaml").write_text("  - address: 155\n")
    for severity in Severity:
        problem = replace(number(), severity=severity)
        coloured = page(problem, colour=True)
        assert coloured != page(problem)
        assert ANSI.sub("", coloured) == page(problem)
        assert "\x1b" not in page(problem)


def test_a_concise_finding_is_one_line() -> None:
    """Scripts count lines."""
    problem = replace(number(), message="one\r\ntwo\u2028three")
    assert concise_finding(problem).splitlines() == [
        "a.yaml:1:14: error FP104: one␍␊two␤three",
    ]


@pytest.mark.parametrize(
    ("problems", "files", "line"),
    [
        ([], 1, "No problems in 1 file."),
        ([], 12, "No problems in 12 files."),
        ([number()], 12, "Found 1 problem (1 error) in 1 of 12 files."),
        (
            [number(), replace(number("b"), severity=Severity.INFO), number("b")],
            3,
            "Found 3 problems (2 errors, 1 info) in 2 of 3 files.",
        ),
        ([number("a"), number("t.j2")], 1, "Found 2 problems (2 errors) in 2 files."),
    ],
)
def test_the_last_line_counts(problems: list[Problem], files: int, line: str) -> None:
    """Findings by severity, and files that have any; never more files than there are."""
    assert summarize(problems, files) == line


def test_a_finding_that_can_be_mended_says_how(tmp_path: Path) -> None:
    """The command stands beside the remedy, and the last line counts such findings."""
    (tmp_path / "a.yaml").write_text("nmae: x\n", "utf-8")
    span = Span(str(tmp_path / "a.yaml"), 1, 1, 1, 5)
    problem = Problem(span, "FP102", "unknown key", "write name", edits=(Edit(span, "name"),))
    lines = list(report_findings([problem]))
    assert lines[-2] == "  | ^^^^ write name  (mend with: flexplay validate --fix)"
    assert summarize([problem, problem], 1) == (
        "Found 2 problems (2 errors; 2 fixable) in 1 of 1 file."
    )


@pytest.mark.parametrize(
    ("fixed", "files", "refused", "said"),
    [
        (0, 0, 0, "There was nothing to mend."),
        (1, 1, 0, "Fixed 1 problem in 1 file."),
        (3, 2, 0, "Fixed 3 problems in 2 files."),
        (
            3,
            2,
            2,
            "Fixed 3 problems in 2 files. Took 2 mends back that would have brought new errors.",
        ),
    ],
)
def test_what_fixing_did_is_one_line(fixed: int, files: int, refused: int, said: str) -> None:
    """What was mended is counted, and what was taken back is not kept quiet."""
    problem = Problem(Span("a", 1, 1, 1, 1), "FP102", "unknown key")
    assert summarize_fixes([problem] * fixed, ["a"] * files, [problem] * refused) == said
