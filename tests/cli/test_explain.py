"""`flexplay explain` prints the pages."""

from collections.abc import Callable
from typing import Any

import pytest

from runner.rules.explanations import known_codes, read_page


@pytest.mark.parametrize("said", ["FP301", "fp301", "301"])
def test_a_code_is_known_in_any_spelling(flexplay: Callable[..., Any], said: str) -> None:
    """The page is printed as it is written."""
    ran = flexplay("explain", said)
    assert (ran.code, ran.out, ran.err) == (0, read_page("FP301"), "")


def test_without_a_code_all_are_listed(flexplay: Callable[..., Any]) -> None:
    """One line a code, with its title."""
    ran = flexplay("explain")
    lines = ran.out.splitlines()
    assert ran.code == 0
    assert [line[:5] for line in lines] == list(known_codes())
    assert "FP301  A character that makes an SMS dear" in lines


def test_an_unknown_code_names_its_neighbours(flexplay: Callable[..., Any]) -> None:
    """A slip of the finger is a usage fault that shows what is near."""
    ran = flexplay("explain", "FP304")
    assert ran.code == 2
    assert ran.out == ""
    assert "FP303 (A text that is too long for Twilio)" in ran.err


def test_a_word_finds_the_titles_that_have_it(flexplay: Callable[..., Any]) -> None:
    """Who has no code may know what it was about."""
    ran = flexplay("explain", "secret")
    assert ran.code == 2
    assert "FP502 (A secret in the repository)" in ran.err


@pytest.mark.parametrize("said", ["", "../FP301", "zzz", "FP" + "9" * 5000])
def test_nonsense_is_a_usage_fault(flexplay: Callable[..., Any], said: str) -> None:
    """No argument reaches the file system or a traceback."""
    assert flexplay("explain", said).code == 2
