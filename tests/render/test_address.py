"""Telephone numbers as Twilio takes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.render.address import is_phone, strip_phone

_NUMBER = st.from_regex(r"\A\+[1-9][0-9]{6,14}\Z")
_BLANKS = st.text(st.sampled_from(" -.()[]\t\u00a0\u2009"), max_size=3)


@given(_NUMBER, st.data(), st.sampled_from(["", "whatsapp:"]))
def test_decoration_anywhere_is_taken_out(number: str, data: st.DataObject, prefix: str) -> None:
    """Blanks, dashes, dots and brackets between the digits change nothing."""
    decorated = "".join(char + data.draw(_BLANKS) for char in number)
    assert strip_phone(prefix + data.draw(_BLANKS) + decorated) == prefix + number


@given(st.text())
def test_what_is_no_number_stays_as_it_was(text: str) -> None:
    """The finding shows what the author wrote; nothing becomes a number of other digits."""
    stripped = strip_phone(text)
    if stripped != text:
        assert is_phone(stripped.rpartition(":")[2])
    digits = [char for char in text if char.isdigit()]
    assert [char for char in stripped if char.isdigit()] == digits


@given(st.text())
def test_stripping_twice_is_stripping_once(text: str) -> None:
    """A stripped address is in its final form."""
    assert strip_phone(strip_phone(text)) == strip_phone(text)


@pytest.mark.parametrize(
    "text",
    ["", "+", "+0311555", "13115552368", "+123456", "+1234567890123456", "+1311555236٨", "+1311 x"],
)
def test_these_are_no_numbers(text: str) -> None:
    """E.164 is a plus sign, no leading zero, 7 to 15 digits, and digits of ASCII."""
    assert not is_phone(text)
