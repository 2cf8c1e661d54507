"""Who we are to Twilio: from the environment and from nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass

from runner.model.errors import MissingCredentials
from runner.model.secret import Secret


@dataclass(frozen=True, slots=True)
class Credentials:
    """Basic authentication for every Twilio product, an API key's or the account's."""

    account: str
    username: str
    password: Secret


def read_credentials(variables: Mapping[str, str]) -> Credentials:
    """Return the credentials; an API key is preferred to the account's token.

    Raises:
        MissingCredentials: the environment lacks some; the message names the variables.
    """
    account = variables.get("TWILIO_ACCOUNT_SID", "")
    key, secret = variables.get("TWILIO_API_KEY", ""), variables.get("TWILIO_API_SECRET", "")
    token = variables.get("TWILIO_AUTH_TOKEN", "")
    if account and key and secret:
        return Credentials(account, key, Secret(secret))
    if account and token:
        return Credentials(account, account, Secret(token))
    wanted = "TWILIO_ACCOUNT_SID, and TWILIO_API_KEY with TWILIO_API_SECRET (or TWILIO_AUTH_TOKEN)"
    given = [name for name in _NAMES if variables.get(name)]
    said = f"set only: {', '.join(given)}" if given else "none of them is set"
    raise MissingCredentials(
        f"there are no credentials for Twilio ({said}); nothing was sent", f"set {wanted}"
    )


_NAMES = ("TWILIO_ACCOUNT_SID", "TWILIO_API_KEY", "TWILIO_API_SECRET", "TWILIO_AUTH_TOKEN")
