"""Addresses as they may be written down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.mask import mask_address, mask_sid, mask_text


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("+13115552368", "+1•••••2368"),
        ("whatsapp:+13115552368", "whatsapp:+1•••••2368"),
        ("ann.lee@example.org", "a•••••@example.org"),
        ("messenger:2420000000000001", "messenger:2•••••01"),
        ("ann", "a•••••"),
        ("", "•••••"),
    ],
)
def test_the_middle_of_an_address_is_hidden(address: str, masked: str) -> None:
    """Enough stays to recognise the customer, not enough to reach them."""
    assert mask_address(address) == masked


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_no_telephone_number_can_be_called_from_its_mask(number: str) -> None:
    """At least two digits of a telephone number are gone."""
    digits = sum(char.isdigit() for char in mask_address(number))
    assert digits <= len(number) - 1 - 2
    assert number not in mask_address(number)


def test_a_sid_is_shortened() -> None:
    """A SID keeps its prefix and its last four digits; what is short already stays."""
    assert mask_sid("AC0123456789abcdef0123456789abcdef") == "AC…cdef"
    assert mask_sid("AC12") == "AC12"


def test_somebody_elses_text_is_masked_too() -> None:
    """Addresses in Twilio's messages are hidden; dates, codes and SIDs stay."""
    said = "The 'To' number +13115550141 (ann@example.org) is wrong, 21211 of 2026-11-22"
    assert (
        mask_text(said)
        == "The 'To' number +1•••••0141 (a•••••@example.org) is wrong, 21211 of 2026-11-22"
    )
    assert mask_text("whatsapp:+1 311-555-0141.") == "whatsapp:+1•••••0141."
    assert mask_text("CH" + "1" * 32) == "CH" + "1" * 32
