"""A request as it arrives, and as the endpoints see it."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

from runner.sandbox.answers import JsonObject, TwilioError, invalid, is_sid, parsed_json
from runner.sandbox.state import World

FORM = "application/x-www-form-urlencoded"
_USER = re.compile(r"(?:AC|SK)\S+")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names are lower case, `origin` is what links are built on."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    origin: str = "http://127.0.0.1"


class Fields:
    """Decoded query or form parameters. A bare `+` is a space, as with Twilio."""

    __slots__ = ("_values",)

    def __init__(self, encoded: str = "") -> None:
        if not encoded:
            self._values: dict[str, list[str]] = {}
            return
        try:
            self._values = parse_qs(
                encoded, keep_blank_values=True, errors="strict", max_num_fields=1000
            )
        except ValueError as error:
            raise invalid("The parameters could not be decoded") from error

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def get(self, name: str) -> str | None:
        """The last value of that name."""
        values = self._values.get(name)
        return values[-1] if values else None

    def every(self, name: str) -> list[str]:
        """All values of that name."""
        return self._values.get(name, [])

    def items(self) -> list[tuple[str, str]]:
        """All names and values, in the order of their first appearance."""
        return [(name, value) for name, values in self._values.items() for value in values]

    def as_json(self) -> dict[str, str | list[str]]:
        """For the ledger: a list only where a name was repeated."""
        return {n: v[0] if len(v) == 1 else list(v) for n, v in self._values.items()}


@dataclass(frozen=True, slots=True)
class Call:
    """What an endpoint gets: the world, who calls, the SIDs in the path and the parameters."""

    world: World
    request: Request
    path: tuple[str, ...]
    query: Fields
    form: Fields
    account_sid: str

    def url(self, path: str) -> str:
        """An address on this origin."""
        return self.request.origin + path


def form_of(request: Request) -> Fields:
    """The form of a POST; whatever is not form-encoded is refused.

    https://www.twilio.com/docs/usage/requests-to-twilio
    """
    if request.method != "POST" or not request.body:
        return Fields()
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise invalid(f"The body must be {FORM}, not {content_type or 'untyped'}")
    try:
        return Fields(request.body.decode("ascii"))
    except UnicodeDecodeError as error:
        raise invalid("The body is not form-encoded: it has bytes above 127") from error


def json_object_of(call: Call) -> JsonObject:
    """The body, where it is to be a JSON object; an empty one is an empty object."""
    value = json_of(call)
    if not isinstance(value, dict):
        raise invalid("The body must be a JSON object")
    return value


def json_of(call: Call) -> Any:
    """The body, where it is to be JSON."""
    try:
        return parsed_json(call.request.body.decode() or "{}")
    except ValueError as error:
        raise invalid("The body is not JSON") from error


def account_of(world: World, request: Request) -> str:
    """Authenticate, and name the account: https://www.twilio.com/docs/api/errors/20003."""
    user, password = _basic(request.headers.get("authorization", ""))
    known = world.settings.credentials
    accepted = known.get(user) == password if known else _USER.fullmatch(user) is not None
    if not (user and password and accepted):
        raise TwilioError(401, 20003, "Authenticate")
    if world.settings.account_sid:
        return world.settings.account_sid
    return user if is_sid("AC", user) else world.made_up_account


@lru_cache(maxsize=64)
def _basic(header: str) -> tuple[str, str]:
    """User and password of an Authorization header, both empty when there are none."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password
