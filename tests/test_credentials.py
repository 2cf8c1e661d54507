"""Who we are to Twilio: from the environment and from nowhere else."""

import pytest

from runner.credentials import read_credentials
from runner.model.errors import MissingCredentials

_ACCOUNT = "AC" + "1" * 32
_KEY = {"TWILIO_API_KEY": "SK" + "2" * 32, "TWILIO_API_SECRET": "key-secret"}
_TOKEN = {"TWILIO_AUTH_TOKEN": "token"}


def test_an_api_key_is_preferred_to_the_token() -> None:
    """A key can be revoked without touching the account."""
    found = read_credentials({"TWILIO_ACCOUNT_SID": _ACCOUNT, **_KEY, **_TOKEN})
    assert (found.account, found.username) == (_ACCOUNT, "SK" + "2" * 32)
    assert found.password.reveal() == "key-secret"


def test_half_a_key_falls_back_to_the_token() -> None:
    """A key without its secret is no credential."""
    found = read_credentials(
        {"TWILIO_ACCOUNT_SID": _ACCOUNT, "TWILIO_API_KEY": "SK1", "TWILIO_API_SECRET": "", **_TOKEN}
    )
    assert (found.username, found.password.reveal()) == (_ACCOUNT, "token")


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "none of them is set"),
        ({"TWILIO_ACCOUNT_SID": _ACCOUNT}, "set only: TWILIO_ACCOUNT_SID"),
        (_TOKEN, "set only: TWILIO_AUTH_TOKEN"),
        (_KEY, "set only: TWILIO_API_KEY, TWILIO_API_SECRET"),
        (
            {"TWILIO_ACCOUNT_SID": _ACCOUNT, "TWILIO_API_KEY": "SK1"},
            "set only: TWILIO_ACCOUNT_SID, TWILIO_API_KEY",
        ),
    ],
)
def test_missing_credentials_name_the_variables_and_no_values(
    variables: dict[str, str], said: str
) -> None:
    """The message says what is set, and never what it is set to."""
    with pytest.raises(MissingCredentials) as caught:
        read_credentials(variables)
    assert said in caught.value.message
    assert caught.value.exit_code == 6
    text = caught.value.message + caught.value.remedy
    assert [value for value in variables.values() if value in text] == []


def test_printing_credentials_shows_no_password() -> None:
    """A traceback or a log line is harmless."""
    found = read_credentials({"TWILIO_ACCOUNT_SID": _ACCOUNT, **_TOKEN})
    assert "'token'" not in repr(found)
