"""Two texts compared word by word."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.report import word_diff
from runner.report.word_diff import Piece, diff_words

_TEXTS = st.lists(
    st.sampled_from(["Hi", "Ann", " ", "\n", ",", "you", "tomorrow", "größer", "👩‍👧", ""])
).map("".join)


def _shown(old: str, new: str) -> str:
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in diff_words(old, new))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("", "", ""),
        ("same", "same", "same"),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
        ("see you Monday at 9", "see you Tuesday at 9", "see you [-Monday-]{+Tuesday+} at 9"),
        ("Hi Ann.", "Hi Ann!", "Hi Ann[-.-]{+!+}"),
        ("a big red dog", "a small green dog", "a [-big red-]{+small green+} dog"),
        ("one\ntwo", "eins\nzwei", "[-one-]{+eins+}\n[-two-]{+zwei+}"),
        ("Call now", "Call us now", "Call {+us +}now"),
    ],
)
def test_words_are_compared(old: str, new: str, shown: str) -> None:
    """A changed word is one change, a changed phrase too; a line's end is kept apart."""
    assert _shown(old, new) == shown


@given(_TEXTS | st.text(), _TEXTS | st.text())
def test_both_texts_are_in_the_pieces(old: str, new: str) -> None:
    """Nothing is lost or made up, whatever the texts."""
    pieces = diff_words(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


@given(_TEXTS, _TEXTS)
def test_no_two_neighbours_are_of_one_kind(old: str, new: str) -> None:
    """So that a reader sees each change once; equal texts have none."""
    pieces = diff_words(old, new)
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))
    assert (old != new) == any(piece.kind != "same" for piece in pieces)


def test_long_texts_are_compared_by_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing takes no longer for long texts; by lines first, then as a whole."""
    monkeypatch.setattr(word_diff, "_MOST_PAIRS", 8)
    assert diff_words("a b c\nd e\n", "a b c\nd f\n") == (
        Piece("same", "a b c\n"),
        Piece("removed", "d e\n"),
        Piece("added", "d f\n"),
    )
    assert diff_words("a\nb\nc\n", "a\nb\nd\n") == (
        Piece("removed", "a\nb\nc\n"),
        Piece("added", "a\nb\nd\n"),
    )
