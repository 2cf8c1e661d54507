from dataclasses import replace
from pathlib import Path

from runner.model.place import Span
from runner.model.problem import Problem
from runner.report.fingerprint import make_fingerprints

LINE = "  - address: 155\n"


def problem_at(file: Path, line: int, message: str = "it is a number") -> Problem:
    """A finding about the number in `LINE`."""
    return Problem(Span(str(file), line, 14, line, 17), "FP104", message)


def test_a_fingerprint_stays_when_the_line_moves(tmp_path: Path) -> None:
    """Lines above, indentation and the wording of the message do not make it another finding."""
    file = tmp_path / "a.yaml"
    file.write_text(LINE)
    before = make_fingerprints([problem_at(file, 1)])
    file.write_text(f"# new\n\n{LINE}")
    assert make_fingerprints([problem_at(file, 3, "on line 3 there is a number")]) == before


def test_another_text_code_or_file_is_another_finding(tmp_path: Path) -> None:
    """What changes about the finding itself changes the fingerprint."""
    file, other = tmp_path / "a.yaml", tmp_path / "b.yaml"
    file.write_text(LINE + LINE.replace("155", "166"))
    other.write_text(LINE)
    problems = [
        problem_at(file, 1),
        problem_at(file, 2),
        problem_at(other, 1),
        replace(problem_at(file, 1), code="FP105"),
    ]
    prints = [make_fingerprints([problem])[0] for problem in problems]
    assert len(set(prints)) == len(problems)


def test_findings_that_look_alike_are_told_apart(tmp_path: Path) -> None:
    """No two findings of one report share a fingerprint, not even of a file that is gone."""
    file = tmp_path / "a.yaml"
    file.write_text(LINE * 3)
    problems = [problem_at(file, number) for number in (1, 2, 3)]
    gone = [problem_at(tmp_path / "gone.yaml", number) for number in (1, 2, 3)]
    prints = make_fingerprints(problems + gone)
    assert len(set(prints)) == 6
    assert all(len(each) == 32 for each in prints)
