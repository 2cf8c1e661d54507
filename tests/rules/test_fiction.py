"""Numbers and domains that belong to nobody are known; all others may be somebody's."""

import pytest

from runner.rules.fiction import is_fictitious_number, is_reserved_domain


@pytest.mark.parametrize(
    "number",
    [
        "+13115552368",
        "+1311-555-2368",
        "+192555512345",
        "+19251235555",
        "+19255551234",
        "+15551234567",
        "+12125550100",
        "+19115550000",
        "+1234567",
        "+447700900123",
        "+44 20 7946 0958",
        "+44 113 496 0000",
        "+44 161 496 0999",
        "+44 1632 960001",
        "+61 2 5550 1234",
        "+61 491 570 156",
        "+33 1 99 00 12 34",
        "+33639981234",
        "+49 30 23125 123",
        "+4915200000000",
        "+353 20 912 3456",
        "+46 8 465 004 12",
    ],
)
def test_numbers_of_films_and_books(number: str) -> None:
    """Regulators keep them, or no telephone has them."""
    assert is_fictitious_number(number)


@pytest.mark.parametrize(
    "number",
    [
        "+14155238886",
        "+12127365000",
        "+442079251234",
        "+447700901000",
        "+61291234567",
        "+33142345678",
        "+493012345678",
        "+81312345678",
    ],
)
def test_other_numbers_may_be_somebodys(number: str) -> None:
    """One beyond the kept range is a number like any other."""
    assert not is_fictitious_number(number)


@pytest.mark.parametrize(
    ("domain", "reserved"),
    [
        ("example.com", True),
        ("mail.Example.org", True),
        ("a.test", True),
        ("clinic.example", True),
        ("localhost", True),
        ("notexample.com", False),
        ("example.com.de", False),
        ("test.com", False),
    ],
)
def test_domains(domain: str, *, reserved: bool) -> None:
    """RFC 2606 keeps three names, and four endings."""
    assert is_reserved_domain(domain) is reserved
