"""What Google's metadata know of telephone numbers."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.render.phone_numbers import country_of, is_likely, read_number, why_impossible


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+13115552368", ""),
        ("+4930123456", ""),
        ("+493012", ""),
        ("+390612345678", ""),
        ("+1311555", "it is too short for its country"),
        ("+15552368", "its area code is missing"),
        ("+131155523680", "it is too long for its country"),
        ("+999123456789", "no country has its code"),
        ("+3531", "it is too short for its country"),
    ],
)
def test_the_length_must_fit_the_country(number: str, why: str) -> None:
    """Nothing else is an error: new numbers are given out every day."""
    assert why_impossible(number) == why


@pytest.mark.parametrize(
    ("number", "likely"),
    [
        ("+12125552368", True),
        ("+13115552368", False),
        ("+4930123456", True),
        ("+49030123456", False),
        ("+390612345678", True),
        ("+39612345678", False),
        ("+999123456789", False),
    ],
)
def test_a_number_is_likely_if_its_kind_is_given_out(number: str, likely: bool) -> None:  # noqa: FBT001
    """A zero of dialling at home in the middle is a slip, except in Italy."""
    assert is_likely(number) is likely


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_every_countrys_example_is_possible_and_likely(region: str) -> None:
    """No country's own numbers are refused."""
    example = phonenumbers.example_number(region)
    assert example
    number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    assert (why_impossible(number), is_likely(number)) == ("", True)
    assert country_of(number) == f"+{example.country_code}"


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_every_countrys_numbers_can_be_written_as_at_home(region: str) -> None:
    """The region of the playbook is enough to know them."""
    example = phonenumbers.example_number(region)
    assert example
    at_home = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
    number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    assert read_number(at_home, region) == number


@pytest.mark.parametrize("written", ["", "x", "++", "030 123456"])
def test_what_is_no_number_is_empty(written: str) -> None:
    """Without a region a national number is none."""
    assert read_number(written, "") == ""
