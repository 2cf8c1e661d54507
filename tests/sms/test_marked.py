"""A text cut into its segments, with what makes it dear marked."""

from hypothesis import given
from hypothesis import strategies as st

from runner.sms.gsm7 import BASIC, EXTENSION
from runner.sms.marked import mark_text
from runner.sms.segments import boundaries, count_segments, ucs2_culprits

texts = st.one_of(
    st.text(st.sampled_from(BASIC + EXTENSION), max_size=400),
    st.text(max_size=200),
    st.text(st.sampled_from("abc \u2019“”é[€👍\u200d\n"), max_size=400),
)


@given(texts)
def test_joined_the_pieces_are_the_text(text: str) -> None:
    """Nothing is lost or added, and segments begin where they are counted to begin."""
    marked = mark_text(text)
    written = ["".join(piece.text for piece in each.pieces) for each in marked.segments]
    assert "".join(written) == text
    assert len(marked.segments) == marked.cost.segments
    starts, at = [], 0
    for segment in written[:-1]:
        at += len(segment)
        starts.append(at)
    assert tuple(starts) == boundaries(text)


@given(texts)
def test_the_segments_fill_up_to_what_the_text_costs(text: str) -> None:
    """What the segments take adds up to the whole."""
    marked = mark_text(text)
    assert sum(segment.units for segment in marked.segments) == marked.cost.units
    assert marked.cost == count_segments(text)


@given(texts)
def test_every_culprit_is_one_piece(text: str) -> None:
    """No segment cuts a character that forces UCS-2, and none is passed over."""
    assert mark_text(text).culprits == ucs2_culprits(text)


def test_a_segment_of_one_message_has_more_room() -> None:
    """Alone it needs no header."""
    assert mark_text("a").segments[0].room == 160
    assert {each.room for each in mark_text("a" * 161).segments} == {153}
    assert mark_text("“").segments[0].room == 70
    assert {each.room for each in mark_text("“" * 71).segments} == {67}


def test_a_text_in_another_script_is_told_from_one_with_a_stray_character() -> None:
    """Arabic is foreign to GSM-7; English with a smart quote is not, nor is an empty text."""
    assert mark_text("مرحبا مريم، موعدك غدا 9:30").foreign
    assert not mark_text("It\u2019s time, Zoë").foreign
    assert not mark_text("“”“”").foreign
    assert not mark_text("").foreign
