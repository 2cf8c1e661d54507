"""How the suppression list is written."""

import pytest

from runner.policy.suppression import forms_of, opt_out_code, word_opt_out, word_reason


@pytest.mark.parametrize(
    ("reason", "wanted"),
    [
        ("21610 Attempt to send to unsubscribed recipient (message)", 21610),
        ("21610", 21610),
        ("63014 Channel message blocked by user action", 63014),
        ("21611 queue full", 0),
        ("216101 something else", 0),
        ("HTTP 400 21610", 0),
        ("", 0),
    ],
)
def test_only_twilios_own_code_is_an_opt_out(reason: str, wanted: int) -> None:
    """A reason begins with the code; the digits elsewhere mean nothing."""
    assert opt_out_code(reason) == wanted


def test_a_bare_number_stands_for_every_channel() -> None:
    """Who asks by telephone not to be messaged means WhatsApp too; other forms stand alone."""
    assert forms_of("+13115552368") == ("+13115552368", "whatsapp:+13115552368")
    assert forms_of("whatsapp:+13115552368") == ("whatsapp:+13115552368",)
    assert forms_of("ann@example.org") == ("ann@example.org",)


def test_the_reason_names_the_source() -> None:
    """Later somebody asks where an entry came from."""
    assert word_reason("optouts.csv", "asked by e-mail") == "optouts.csv: asked by e-mail"
    assert word_reason("Twilio 21610", "") == "Twilio 21610"
    assert word_opt_out("7QM9KD", 21610) == "Twilio, run 7QM9KD: opted out (21610)"
