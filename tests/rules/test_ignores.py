"""FP701, FP702, FP703: comments that silence findings, and only those that they name."""

import pytest

from runner.load.file import load_text
from runner.model.document import Document
from runner.model.place import Span
from runner.model.problem import Problem, Severity
from runner.rules.ignores import apply_ignores

YAML = """version: 1
# flexplay: ignore FP602 (ours)
name: a  # flexplay: ignore FP405, fp407 (a reason (with brackets))
message:
  # flexplay: ignore FP301 (real quotes)
  # another comment
  body: |
    # flexplay: ignore FP302 (this is text)
    one
    two
  author: "x # flexplay: ignore FP303 (text too)"  # flexplay: ignore FP501 (public)
"""


def _document(text: str, name: str = "a.yaml") -> Document:
    document = load_text(name, text.encode())
    assert isinstance(document, Document)
    return document


def _at(line: int, code: str, file: str = "a.yaml", severity: str = "warning") -> Problem:
    return Problem(Span(file, line, 1, line, 2), code, "m", severity=Severity(severity))


def _codes(text: str, *problems: Problem, name: str = "a.yaml") -> list[tuple[str, int]]:
    found = apply_ignores(_document(text, name), problems)
    return [(problem.code, problem.span.line) for problem in found]


ALL = (
    _at(3, "FP602"),
    _at(3, "FP405"),
    _at(3, "FP407"),
    _at(9, "FP301"),
    _at(11, "FP501"),
)


def test_a_comment_covers_its_line_or_the_next() -> None:
    """Beside, above, above with another comment between, and for a whole block."""
    assert _codes(YAML, *ALL) == []


@pytest.mark.parametrize(
    "problem",
    [
        _at(3, "FP404"),  # another code
        _at(4, "FP405"),  # another line
        _at(7, "FP302"),  # the comment is text of the block
        _at(11, "FP303"),  # the comment is in quotes
        _at(11, "FP301"),  # the block has ended
    ],
)
def test_everything_else_stays(problem: Problem) -> None:
    """A comment hides what it names where it stands, and text is no comment."""
    assert _codes(YAML, *ALL, problem) == [(problem.code, problem.span.line)]


def test_a_comment_on_the_blocks_own_line_covers_it() -> None:
    """After the bar a comment may stand."""
    text = "body: |  # flexplay: ignore FP301 (real quotes)\n  one\n  two\nx: 1\n"
    assert _codes(text, _at(2, "FP301"), _at(3, "FP301"), _at(4, "FP301")) == [("FP301", 4)]


def test_template_files_are_covered_by_their_name() -> None:
    """A file that the message fetches has no comments of this kind; the playbook's line has."""
    text = "message:\n  template: t.j2  # flexplay: ignore FP301 (real quotes)\nname: a\n"
    assert _codes(text, _at(7, "FP301", "t.j2")) == []
    other = "message:\n  template: t.j2\nname: a  # flexplay: ignore FP301 (real quotes)\n"
    assert _codes(other, _at(7, "FP301", "t.j2")) == [("FP702", 3), ("FP301", 7)]


def test_toml_has_the_same_comments() -> None:
    """In TOML a comment needs no blank before it, and strings are strings."""
    text = (
        "# flexplay: ignore FP403 (old)\n[channel]\n"
        'type = "gbm"# flexplay: ignore FP405 (none)\n'
        "body = '''\n# flexplay: ignore FP302 (text)\n'''\n"
        'a = "# flexplay: ignore FP303 (text)"\n'
    )
    given = ((2, "FP403"), (3, "FP405"), (5, "FP302"), (7, "FP303"))
    problems = [_at(line, code, "a.toml") for line, code in given]
    assert _codes(text, *problems, name="a.toml") == [("FP302", 5), ("FP303", 7)]


@pytest.mark.parametrize(
    "comment",
    [
        "# flexplay: ignore FP405",
        "# flexplay: ignore FP405 ()",
        "# flexplay: ignore FP405 ( )",
        "# flexplay: ignore",
        "# flexplay: ignore (reason)",
        "# flexplay: ignroe FP405 (reason)",
        "# flexplay: ignore FP405 (reason) and more",
    ],
)
def test_what_cannot_be_understood_hides_nothing(comment: str) -> None:
    """A comment without a code or a reason is an error, and the finding stays."""
    found = apply_ignores(_document(f"a: 1  {comment}\n"), [_at(1, "FP405")])
    assert [(each.code, each.severity) for each in found] == [
        ("FP405", "warning"),
        ("FP701", "error"),
    ]
    assert (found[1].span.column, found[1].span.end_column) == (7, 7 + len(comment))


def test_one_that_hides_nothing_is_told_at_its_code() -> None:
    """Of several codes only the idle one is told."""
    text = "a: 1  # flexplay: ignore FP405, FP407 (reason)\n"
    (found,) = apply_ignores(_document(text), [_at(1, "FP405")])
    assert (found.code, found.severity) == ("FP702", "warning")
    assert text[found.span.column - 1 : found.span.end_column - 1] == "FP407"


def test_a_partial_check_does_not_judge_idle_comments() -> None:
    """What a comment hides may not have been looked for yet."""
    document = _document("a: 1  # flexplay: ignore FP405 (reason)\n")
    assert apply_ignores(document, [], complete=False) == ()
    (kept,) = apply_ignores(document, [_at(1, "FP201", severity="error")])
    assert kept.code == "FP201"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("FP999", "there is no finding FP999"),
        ("FP3O1", "there is no finding FP3O1"),
        ("FP104", "FP104 cannot be ignored"),
        ("FP004", "FP004 cannot be ignored"),
        ("FP201", "FP201 cannot be ignored"),
        ("FP214", "FP214 cannot be ignored"),
        ("FP702", "FP702 cannot be ignored"),
    ],
)
def test_codes_that_cannot_be_ignored(code: str, told: str) -> None:
    """What keeps a message from being rendered stays, and so do the comments' own findings."""
    found = apply_ignores(
        _document(f"a: 1  # flexplay: ignore {code} (reason)\n"), [_at(1, code, severity="error")]
    )
    assert {each.code for each in found} == {code, "FP703"}
    assert any(told in each.message for each in found)


def test_ordinary_comments_are_left_alone() -> None:
    """A comment that is not for us says what it likes."""
    text = "# yaml-language-server: $schema=x\n# about flexplay: it ignores\na: 1 # FP301\n"
    assert _codes(text) == []
