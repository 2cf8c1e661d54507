"""Where messages go, and under which identity."""

from dataclasses import dataclass, replace
from ipaddress import ip_address
from urllib.parse import urlsplit

from runner.delivery.address_book import TWILIO
from runner.model.channel import Channel
from runner.model.delivery import NO_ACCOUNT
from runner.model.errors import Refused, UsageFault
from runner.model.mask import mask_sid
from runner.model.playbook import Environment
from runner.schema.addresses import fits


@dataclass(frozen=True, slots=True)
class Aim:
    """What the command line and the environment say of the target.

    `base_url` is None for Twilio itself. `account` is TWILIO_ACCOUNT_SID, empty if it is not set.
    `live` is false for a rehearsal, which may use the placeholder SIDs of examples.
    """

    base_url: str | None
    account: str
    live: bool


@dataclass(frozen=True, slots=True)
class Target:
    """Where the messages go. `scope` and `account` are part of a delivery's identity."""

    scope: str
    account: str
    base_url: str | None
    live: bool


def choose_target(aim: Aim, environment: Environment) -> Target:
    """Return the target; its account is the environment's, else TWILIO_ACCOUNT_SID's.

    Without either (a dry run may do without) the account is `AC` and 32 zeros.

    Raises:
        Refused: the environment and TWILIO_ACCOUNT_SID disagree.
        UsageFault: `base_url` is no origin.
    """
    if environment.account_sid and aim.account and environment.account_sid != aim.account:
        raise Refused(
            f"the environment's account is {mask_sid(environment.account_sid)}, "
            f"but TWILIO_ACCOUNT_SID is {mask_sid(aim.account)}; nothing was sent",
            "use the credentials of the environment's account, or another --env",
        )
    origin = read_origin(aim.base_url) if aim.base_url else None
    account = environment.account_sid or aim.account or NO_ACCOUNT
    return Target(origin or TWILIO, account, origin, aim.live)


def redirect_target(target: Target, run: str, address: str, channel: Channel) -> Target:
    """Return the target of a rehearsal to one's own phone: it never counts as sent to anyone.

    Raises:
        UsageFault: the address is none of the channel's.
    """
    bare = address if address.startswith(channel.prefix) else f"{channel.prefix}{address}"
    if channel.customer != "identity" and not fits(bare, channel.type):
        remedy = "write a number with its country, such as +13115552368" if channel.phone else ""
        raise UsageFault(f"--redirect-to is no address of the channel {channel.type}", remedy)
    return replace(target, scope=f"{target.scope} redirected in {run}")


def is_loopback(base_url: str | None) -> bool:
    """Tell whether requests go to this machine, where no real person is.

    By the address itself: a name that only begins like one, such as `localhost.example.com`, is
    somewhere else.
    """
    host = urlsplit(base_url).hostname or "" if base_url else ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def read_origin(url: str) -> str:
    """Return the URL as an origin: scheme, host and port.

    Raises:
        UsageFault: it is something else, or holds a password.
    """
    remedy = "write one origin, such as http://127.0.0.1:8080"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageFault(f"--base-url is no URL: {error}", remedy) from error
    if parts.username is not None or parts.password is not None:
        raise UsageFault("--base-url holds a user name or password", _CREDENTIALS)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageFault("--base-url is no http or https origin", remedy)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise UsageFault("--base-url has a path; Twilio's own paths follow it", remedy)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = port is None or port == _USUAL_PORTS[parts.scheme]
    return f"{parts.scheme}://{host}{'' if usual else f':{port}'}"


_USUAL_PORTS = {"http": 80, "https": 443}
_CREDENTIALS = "credentials are read from TWILIO_ACCOUNT_SID and the variables beside it only"
