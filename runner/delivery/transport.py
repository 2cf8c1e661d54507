"""The one door to httpx: one connection, and every failure sorted into two kinds.

httpx's pool is quadratic in its connections, so every worker of the executor has a transport of
its own with a single connection. There are no hidden repeats, no redirects and no HTTP/2.
"""

import base64
import ssl
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Protocol

import httpx

from runner.delivery.address_book import encode_form, make_url
from runner.model.errors import NoReply, NotSent, TransportFailure
from runner.model.exchange import Reply, Request
from runner.model.secret import Secret


class Transport(Protocol):
    """Something that answers requests: Twilio, or its stand-in in a dry run."""

    async def send(self, request: Request) -> Reply:
        """Return the answer.

        Raises:
            NotSent: nothing left this machine.
            NoReply: it may have been processed.
        """
        ...

    async def close(self) -> None:
        """Give the connection back."""
        ...


# Most specific first. A test compares this with what httpx can raise.
FAILURES: Mapping[type[Exception], type[TransportFailure]] = {
    httpx.ConnectTimeout: NotSent,
    httpx.ConnectError: NotSent,
    httpx.PoolTimeout: NotSent,
    httpx.UnsupportedProtocol: NotSent,
    httpx.LocalProtocolError: NotSent,
    httpx.ProxyError: NotSent,
    httpx.InvalidURL: NotSent,
    httpx.ReadTimeout: NoReply,
    httpx.WriteTimeout: NoReply,
    httpx.ReadError: NoReply,
    httpx.WriteError: NoReply,
    httpx.CloseError: NoReply,
    httpx.RemoteProtocolError: NoReply,
    httpx.DecodingError: NoReply,
    httpx.TooManyRedirects: NoReply,
    httpx.StreamError: NoReply,
    httpx.CookieConflict: NoReply,
    httpx.HTTPError: NoReply,
}


class HttpTransport:
    """One connection to Twilio, or to the origin of `base_url`.

    Args:
        username: an account or API key SID.
        password: its token or secret.
        base_url: one origin that serves all products, instead of Twilio's hosts.
        timeout: seconds for each part of a request: connecting, sending, each read.
        monotonic: the clock that replies are stamped with.
    """

    def __init__(
        self,
        username: str,
        password: Secret,
        base_url: str | None,
        timeout: float,
        monotonic: Callable[[], float],
    ) -> None:
        pair = f"{username}:{password.reveal()}".encode()
        self._headers = {
            "Authorization": "Basic " + base64.b64encode(pair).decode("ascii"),
            "Accept": "application/json",
            "User-Agent": "flexplay",
        }
        self._base_url = base_url
        self._monotonic = monotonic
        self._extensions = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), timeout)}
        limits = httpx.Limits(max_connections=1, keepalive_expiry=5.0)
        self._http = httpx.AsyncHTTPTransport(verify=trusted(), limits=limits, retries=0)

    async def send(self, request: Request) -> Reply:
        """Send the request once.

        Raises:
            NotSent: nothing left this machine.
            NoReply: it may have been processed.
        """
        try:
            response = await self._http.handle_async_request(self._make(request))
            body = await response.aread()
            await response.aclose()
        except tuple(FAILURES) as error:
            raise _sort(error) from error
        return Reply(
            response.status_code,
            body,
            self._monotonic(),
            _retry_after(response),
            _date(response),
            response.headers.get("Twilio-Request-Id", ""),
        )

    async def close(self) -> None:
        """Close the connection."""
        await self._http.aclose()

    def _make(self, request: Request) -> httpx.Request:
        headers = dict(self._headers)
        if request.method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return httpx.Request(
            request.method,
            make_url(request, self._base_url),
            headers=headers,
            content=encode_form(request.form) if request.method == "POST" else None,
            extensions=self._extensions,
        )


@lru_cache(maxsize=1)
def trusted() -> ssl.SSLContext:
    """Return whom to trust; read once, for it takes longer than a request."""
    return httpx.create_ssl_context()


def _sort(error: Exception) -> TransportFailure:
    kind = next(kind for known, kind in FAILURES.items() if isinstance(error, known))
    said = str(error).strip()
    return kind(f"{_in_words(type(error).__name__)}{f': {said}' if said else ''}")


def _in_words(name: str) -> str:
    """Return `ReadTimeout` as `read timeout`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def _retry_after(response: httpx.Response) -> float | None:
    try:
        seconds = float(response.headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None


def _date(response: httpx.Response) -> float | None:
    """https://httpwg.org/specs/rfc9110.html#field.date."""
    try:
        return parsedate_to_datetime(response.headers.get("Date", "")).timestamp()
    except (ValueError, OverflowError):
        return None
