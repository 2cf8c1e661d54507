"""Telephone numbers as Twilio takes them."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.render.address import is_phone, normalise_phone, strip_phone

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


@given(_NUMBER, st.sampled_from(["", "whatsapp:"]), st.sampled_from(["", "DE", "US"]))
def test_what_is_e164_already_is_not_touched(number: str, prefix: str, region: str) -> None:
    """No metadata decide on a number that is complete."""
    assert normalise_phone(prefix + number, region) == prefix + number


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("030 123456", "DE", "+4930123456"),
        ("030/12 34 56", "DE", "+4930123456"),
        ("0049 30 123456", "DE", "+4930123456"),
        ("011 49 30 123456", "US", "+4930123456"),
        ("(311) 555-2368", "US", "+13115552368"),
        ("1-311-555-2368", "US", "+13115552368"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("tel:030-123456", "DE", "+4930123456"),
        ("TEL:+49-30-123456", "", "+4930123456"),
        ("whatsapp:0171 1234567", "DE", "whatsapp:+491711234567"),
        ("+49 (0)30 123456", "", "+4930123456"),
        ("+49 (0) 30 / 123456", "FR", "+4930123456"),
        ("\u202a+49\u00a030\u2011123456\u202c", "", "+4930123456"),
        ("030\u2013123456", "DE", "+4930123456"),
    ],
)
def test_numbers_are_read_as_they_are_dialled(written: str, region: str, number: str) -> None:
    """The region is where they are dialled; a channel's prefix stays, a link's does not."""
    assert normalise_phone(written, region) == number


@pytest.mark.parametrize(
    ("written", "region"),
    [
        ("030 123456", ""),
        ("0049 30 123456", ""),
        ("0800 FLOWERS", "DE"),
        ("030 123456 ext 7", "DE"),
        ("030 123456, 030 123457", "DE"),
        ("12", "DE"),
        ("", "DE"),
        ("+", ""),
        ("ann@example.org", "DE"),
        ("messenger:1234567890", ""),
    ],
)
def test_what_is_no_number_there_stays_as_it_was(written: str, region: str) -> None:
    """Nobody's number is guessed: letters, extensions and lists are not dialled."""
    assert normalise_phone(written, region) == written


@given(st.text(st.sampled_from("+0123456789 -()/.:x"), max_size=20), st.sampled_from(["", "DE"]))
def test_a_number_read_twice_is_the_same(text: str, region: str) -> None:
    """A normalised address is in its final form."""
    once = normalise_phone(text, region)
    assert normalise_phone(once, region) == once


def test_numbers_that_are_complete_need_no_metadata() -> None:
    """Google's metadata take longer to load than most commands to run."""
    program = (
        "import sys; from runner.render.address import normalise_phone as n; "
        "n('+1 311-555-2368', 'US'); n('Ann', 'US'); print('phonenumbers' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
