from hypothesis import given
from hypothesis import strategies as st

from runner.report.excerpt import make_excerpt


def test_a_line_that_fits_is_shown_whole() -> None:
    """The marked cells are those of the marked characters."""
    excerpt = make_excerpt("  - address: 155", 13, 16, 80)
    assert (excerpt.text, excerpt.start, excerpt.width) == ("  - address: 155", 13, 3)


def test_tabs_take_four_cells() -> None:
    """A terminal's own tab stops would move the carets."""
    excerpt = make_excerpt("\ta\tb", 2, 4, 80)
    assert (excerpt.text, excerpt.start, excerpt.width) == ("    a    b", 5, 5)


def test_wide_characters_take_two_cells_and_marks_none() -> None:
    """Carets stand under what they mean, in Chinese as with combining accents."""
    excerpt = make_excerpt("你e\u0301好x", 3, 4, 80)
    assert (excerpt.start, excerpt.width) == (3, 2)


def test_a_long_line_is_cut_around_the_mark() -> None:
    """Both cuts are shown, and the mark stands where it stood."""
    line = "a" * 500 + "MARK" + "b" * 500
    excerpt = make_excerpt(line, 500, 504, 60)
    assert excerpt.text[0] == excerpt.text[-1] == "…"
    assert len(excerpt.text) == 60
    assert excerpt.text[excerpt.start : excerpt.start + excerpt.width] == "MARK"


def test_the_end_of_a_long_line_fills_the_room() -> None:
    """Near its end the line is cut on the left only, and no room is wasted."""
    excerpt = make_excerpt("a" * 500 + "MARK", 500, 504, 60)
    assert excerpt.text.startswith("…a")
    assert excerpt.text.endswith("MARK")
    assert len(excerpt.text) >= 59


def test_a_mark_longer_than_the_room_ends_with_it() -> None:
    """The carets stop where the line is cut."""
    excerpt = make_excerpt("a" * 500, 100, 400, 60)
    assert excerpt.text == "…" + "a" * 58 + "…"
    assert (excerpt.start, excerpt.width) == (30, 29)


def test_a_place_after_the_last_character_is_marked() -> None:
    """Something missing at the end of a line gets one caret behind it."""
    excerpt = make_excerpt("abc", 3, 3, 80)
    assert (excerpt.start, excerpt.width) == (3, 1)


@given(st.text(st.sampled_from("a\t你e\u0301\x1b ‍👩"), max_size=80), st.data())
def test_nothing_is_wider_than_the_room(line: str, data: st.DataObject) -> None:
    """Whatever the line, the mark lies within the cells that were given."""
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    excerpt = make_excerpt(line, start, end, 24)
    assert excerpt.width >= 1
    assert excerpt.start + excerpt.width <= 25
    assert len(excerpt.text) <= 24 + sum(line.count(mark) for mark in ("\u0301", "‍"))
