"""An exception from a template as a finding at its own line and column."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_CASES: list[tuple[str, str, tuple[int, int, int], str]] = [
    ("Hi {{ recipient.nmae }}", "FP201", (1, 17, 21), "recipient.nmae does not exist"),
    ("a\n b {{ recipient['nmae'] }}", "FP201", (2, 17, 23), "recipient.nmae does not exist"),
    ("{{ recipient.name }} {{ nobody }}", "FP201", (1, 25, 31), "nobody does not exist"),
    ("{{ vars.nothing }}", "FP201", (1, 9, 16), "vars.nothing does not exist"),
    ("a\n{% iff x %}", "FP202", (2, 1, 12), "the template cannot be read"),
    ("{% include 'no.j2' %}", "FP203", (1, 13, 18), "there is no template no.j2 here"),
    ("{% include '../p.j2' %}", "FP204", (1, 13, 20), "lies outside the playbook's folder"),
    ("a\n{{ none }}", "FP205", (2, 1, 11), "a value is null here"),
    ("a\n{{ 1 / 0 }}", "FP205", (2, 1, 12), "the template fails: division by zero"),
]


@pytest.mark.parametrize(("source", "code", "place", "said"), _CASES)
def test_a_fault_has_its_code_and_its_place(
    render: Callable[..., Any],
    tmp_path: Path,
    source: str,
    code: str,
    place: tuple[int, int, int],
    said: str,
) -> None:
    """The finding points at the name, the file or the line that is to blame."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "p.j2").write_text("x")
    problem = render(source, tmp_path / "folder")
    assert (problem.code, said in problem.message) == (code, True)
    span = problem.span
    assert (span.line, span.column, span.end_column) == place


def test_a_close_name_is_the_remedy(render: Callable[..., Any]) -> None:
    """Where none is close, the names that there are."""
    assert render("{{ recipient.nmae }}").remedy == "write recipient.name"
    assert render("{{ recipient.zzz }}").remedy == "recipient has: items, lang, name"


def test_a_fault_in_an_included_file_stands_in_that_file(
    render: Callable[..., Any], tmp_path: Path
) -> None:
    """Its name and line are the file's, not the playbook's."""
    (tmp_path / "t.j2").write_text("ok\n  {% if %}\n")
    problem = render("{% include 't.j2' %}", tmp_path)
    assert (problem.code, problem.span.file) == ("FP202", str(tmp_path / "t.j2"))
    assert (problem.span.line, problem.span.column) == (2, 3)
