"""How the suppression list is written."""

import pytest

from runner.policy.suppression import forms_of, says_opted_out, word_reason


@pytest.mark.parametrize(
    ("reason", "wanted"),
    [
        ("21610 Attempt to send to unsubscribed recipient (message)", True),
        ("21610", True),
        ("21611 queue full", False),
        ("216101 something else", False),
        ("HTTP 400 21610", False),
        ("", False),
    ],
)
def test_only_twilios_own_code_is_an_opt_out(reason: str, wanted: bool) -> None:  # noqa: FBT001
    """A reason begins with the code; the digits elsewhere mean nothing."""
    assert says_opted_out(reason) is wanted


def test_a_bare_number_stands_for_every_channel() -> None:
    """Who asks by telephone not to be messaged means WhatsApp too; other forms stand alone."""
    assert forms_of("+13115552368") == ("+13115552368", "whatsapp:+13115552368")
    assert forms_of("whatsapp:+13115552368") == ("whatsapp:+13115552368",)
    assert forms_of("ann@example.org") == ("ann@example.org",)


def test_the_reason_names_the_source() -> None:
    """Later somebody asks where an entry came from."""
    assert word_reason("optouts.csv", "asked by e-mail") == "optouts.csv: asked by e-mail"
    assert word_reason("Twilio 21610", "") == "Twilio 21610"
