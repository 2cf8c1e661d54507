"""What was expected and what was rendered, as a reader sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.place import Span
from runner.model.playbook_test import Mismatch
from runner.model.problem import Problem
from runner.report.mismatch_text import mismatch_lines, shown_texts

_PROBLEM = Problem(Span("a.test.yaml", 1, 1, 1, 2), "FP801", "a: the body is not as expected")
_SECRET = "auth_token: " + "0a1b" * 8


def _lines(expected: str | None, actual: str | None, *, colour: bool = False) -> list[str]:
    return list(mismatch_lines(Mismatch(_PROBLEM, expected, actual), colour=colour))


@pytest.mark.parametrize(
    ("expected", "actual", "lines"),
    [
        ("see you Monday", "see you Tuesday", ["see you [-Monday-]{+Tuesday+}"]),
        ("2026-03-31", "2026-04-01", ["[-2026-03-31-]{+2026-04-01+}"]),
        ("", "a\nb", ["{+a␤+}", "{+b+}"]),
        ("a\nb", "a b", ["a[-␤-]", "{+ +}b"]),
        ("x\x1b[31m", "y\x1b", ["[-x␛[31m-]{+y␛+}"]),
    ],
)
def test_two_texts_are_shown_as_one(expected: str, actual: str, lines: list[str]) -> None:
    """Words in brackets, ends of lines visible where they differ, nothing that acts."""
    head, *shown = _lines(expected, actual)
    assert head == "   = [-expected-] {+rendered+}:"
    assert [line.removeprefix("     ") for line in shown] == lines


def test_of_a_long_text_only_what_differs_is_shown() -> None:
    """With two lines before and after it, and a sign for what is left out."""
    text = "".join(f"line {number}\n" for number in range(20))
    _, *shown = _lines(text, text.replace("line 9", "row 9"))
    assert [line.strip() for line in shown] == [
        "…",
        "line 7",
        "line 8",
        "[-line-]{+row+} 9",
        "line 10",
        "line 11",
        "…",
    ]


def test_without_anything_to_compare_the_text_is_shown() -> None:
    """For what a text must contain; and nothing at all where there is nothing to show."""
    assert _lines(None, "Hi\nAnn") == ["   = rendered:", "     Hi", "     Ann"]
    assert _lines(None, None) == []


def test_colours_say_nothing_that_the_words_do_not() -> None:
    """Without its colours the text is the same."""
    coloured = "\n".join(_lines("a b", "a c", colour=True))
    assert "\x1b[31m[-b-]\x1b[0m\x1b[32m{+c+}\x1b[0m" in coloured
    plain = coloured.replace("\x1b[31m", "").replace("\x1b[32m", "").replace("\x1b[0m", "")
    assert plain.split("\n") == _lines("a b", "a c")


@pytest.mark.parametrize(("expected", "actual"), [("x", _SECRET), (_SECRET, "x"), (None, _SECRET)])
def test_a_secret_is_not_shown(expected: str | None, actual: str) -> None:
    """Neither for people nor in what machines read."""
    mismatch = Mismatch(_PROBLEM, expected, actual)
    assert "0a1b" not in "".join(mismatch_lines(mismatch))
    assert "0a1b" not in str(shown_texts(mismatch))


@given(st.text(), st.text())
def test_any_two_texts_can_be_shown(expected: str, actual: str) -> None:
    """Each line stays one line, and nothing in it acts on the terminal."""
    for line in _lines(expected, actual):
        assert line.isprintable() or all(char.isprintable() or ord(char) > 0x9F for char in line)
