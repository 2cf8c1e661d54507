import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.report.visible import make_visible, name_character, show_character


@given(st.text())
def test_every_character_becomes_one_that_can_be_printed(text: str) -> None:
    """Columns stay, and what comes out can be encoded and moves no cursor."""
    shown = make_visible(text)
    assert len(shown) == len(text)
    shown.encode()
    assert not any(unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs") for char in shown)


def test_escape_sequences_become_pictures() -> None:
    """What would colour or clear a terminal is shown instead of done."""
    assert make_visible("a\x1b[2J\n\x7f\x9b") == "a␛[2J␊␡�"


def test_what_is_no_character_is_replaced() -> None:
    """A byte of a file's name that is not UTF-8 reaches us as a lone surrogate."""
    assert make_visible("a\udcffb") == "a�b"


def test_what_turns_text_round_is_replaced() -> None:
    """A right-to-left override cannot make a finding read differently."""
    assert make_visible("a\u202eb\u2066c") == "a�b�c"


def test_ordinary_text_stays() -> None:
    """Letters, emoji with joiners and marks are left alone."""
    text = "Grüße 你好 👩‍🚀 e\u0301"
    assert make_visible(text) == text


@pytest.mark.parametrize(
    ("character", "shown"),
    [
        ("\u200b", "[U+200B]"),
        ("\u202e", "[U+202E]"),
        ("\t", "␉"),
        ("\x85", "␤"),
        ("\u200d", "[U+200D]"),
    ],
)
def test_a_character_that_shows_nothing_is_named(character: str, shown: str) -> None:
    """Nobody overlooks what cannot be seen."""
    assert show_character(character) == shown


@given(st.characters())
def test_whatever_a_character_is_something_is_shown(character: str) -> None:
    """What is shown can be printed, and moves no cursor."""
    shown = show_character(character)
    assert shown
    assert make_visible(shown) == shown


def test_what_can_be_seen_stays() -> None:
    """A joiner within an emoji is part of it."""
    assert [show_character(each) for each in ("a", " ", "é", "👩‍🚀")] == ["a", " ", "é", "👩‍🚀"]


def test_characters_have_names() -> None:
    """Each code point is named, also where Unicode has no name."""
    assert name_character("\u2019") == "U+2019 RIGHT SINGLE QUOTATION MARK"
    assert name_character("\t") == "U+0009 TAB"
    assert name_character("\x01") == "U+0001"
    assert name_character("e\u0301").startswith("U+0065 LATIN SMALL LETTER E + U+0301 COMBINING")
