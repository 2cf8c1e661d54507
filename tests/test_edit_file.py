"""Edits change the characters that they name, and nothing around them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.edit_file import apply_edits, edit_bytes
from runner.load.source import make_source
from runner.model.place import Span
from runner.model.problem import Edit


@pytest.mark.parametrize(
    "span", [(0, 1, 1, 1), (1, 0, 1, 1), (1, 9, 1, 9), (3, 1, 3, 1), (2, 2, 1, 1), (1, 3, 1, 2)]
)
def test_an_edit_outside_of_the_text_is_refused(span: tuple[int, int, int, int]) -> None:
    """A place that the text does not have is never guessed at."""
    with pytest.raises(ValueError, match=r"line|column|ends before"):
        apply_edits("ab\ncd", [Edit(Span("a", *span), "x")])


@st.composite
def _texts_and_edits(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, str]]]:
    text = draw(st.text(alphabet="ab\u00e9\U0001f600 \t\r\n#:", max_size=60))
    cuts = draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True).map(sorted))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [(start, end, draw(st.text(max_size=5))) for start, end in pairs]


@settings(max_examples=300)
@given(_texts_and_edits())
def test_nothing_outside_of_the_spans_changes(case: tuple[str, list[tuple[int, int, str]]]) -> None:
    """What stands between the edits stands there afterwards, character for character."""
    text, wanted = case
    inside_a_break = {i + 1 for i in range(len(text) - 1) if text[i : i + 2] == "\r\n"}
    wanted = [one for one in wanted if not inside_a_break & set(one[:2])]
    source = make_source("a", text)
    edits = [Edit(source.span(start, end), new) for start, end, new in wanted]
    pieces, last = [], 0
    for start, end, new in wanted:
        pieces += [text[last:start], new]
        last = end
    assert apply_edits(text, reversed(edits)) == "".join([*pieces, text[last:]])


def test_a_byte_order_mark_stays() -> None:
    """It is not counted as a character of the first line."""
    edit = Edit(Span("a", 1, 1, 1, 2), "x")
    assert edit_bytes(b"\xef\xbb\xbfab", [edit]) == b"\xef\xbb\xbfxb"
    assert edit_bytes(b"ab", [edit]) == b"xb"
