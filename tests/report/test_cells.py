"""How wide a text is on a terminal."""

import pytest

from runner.report.cells import cell_width, split_cells


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("你好", 4),
        ("👩‍👩‍👧", 2),
        ("🇩🇪", 2),
        ("\u200b", 0),
    ],
)
def test_characters_take_what_a_terminal_gives_them(text: str, width: int) -> None:
    """Wide characters and emoji take two cells, marks and joiners none."""
    assert cell_width(text) == width


def test_a_text_is_split_where_a_reader_would() -> None:
    """An emoji of several code points is one character."""
    assert list(split_cells("a👩‍👩‍👧e\u0301")) == [("a", 1), ("👩‍👩‍👧", 2), ("e\u0301", 1)]
    assert list(split_cells("ab")) == [("a", 1), ("b", 1)]
