"""What is an e-mail address."""

import pytest

from runner.render.mail_addresses import why_no_address


@pytest.mark.parametrize(
    "address", ["ann@example.org", "a.b+c@shop.example.co.uk", "jörg@exämple.org", "ann@shop.test"]
)
def test_addresses_that_can_be(address: str) -> None:
    """No server is asked, and domains for tests pass."""
    assert why_no_address(address) == ""


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ann", "@-sign"),
        ("a..b@example.org", "two periods"),
        ("ann@example", "should have a period"),
        ("ann@exam_ple.org", "invalid characters"),
        ("ann lee@example.org", "invalid characters"),
        ("@example.org", "something before the @-sign"),
    ],
)
def test_addresses_that_cannot_be_say_why(address: str, said: str) -> None:
    """In a sentence that can end a finding."""
    why = why_no_address(address)
    assert said in why
    assert not why.endswith(".")
    assert why[0].islower()
