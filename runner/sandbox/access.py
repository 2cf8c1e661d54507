"""Who may come in over a socket: web pages may not, and strangers may not turn the controls."""

import hmac
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from runner.sandbox.answers import Answer, error_body
from runner.sandbox.call import Request
from runner.sandbox.control import OURS

TOKEN_HEADER = "X-Sandbox-Token"  # noqa: S105 - its name


@dataclass(frozen=True, slots=True)
class Access:
    """The rules of one server.

    Args:
        token: what /_sandbox/ asks for in `X-Sandbox-Token`; empty on a host that only this
            machine reaches, where `Host` must name it instead: a page elsewhere whose name was
            made to lead here (DNS rebinding) names itself.
    """

    token: str = ""

    def refusal(self, request: Request) -> Answer | None:
        """Why a request is turned away, or None."""
        host = request.headers.get("host", "")
        if not self.token and host and not _is_this_machine(host):
            return _refuse(421, f"This server is not {host}: call it localhost")
        if not request.path.startswith(OURS):
            return None
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return _refuse(403, f"{origin} may not control this server")
        given = request.headers.get(TOKEN_HEADER.lower(), "")
        if self.token and not hmac.compare_digest(given.encode(), self.token.encode()):
            return _refuse(401, f"{TOKEN_HEADER} must be the token that was printed at the start")
        return None


@lru_cache(maxsize=64)
def _is_this_machine(host: str) -> bool:
    """Whether a Host header names a loopback address, with or without a port."""
    try:
        return is_loopback(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False


def is_loopback(name: str) -> bool:
    """Whether a host's name or address leads to this machine only."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _refuse(status: int, why: str) -> Answer:
    return Answer(status, error_body(status, 20403, why))
