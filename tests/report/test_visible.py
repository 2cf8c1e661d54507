import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from runner.report.visible import make_visible


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
