"""Twilio's shapes: the answer, the error body, the dates and the SIDs.

The classic error body is `code`, `message`, `more_info`, `status`
(https://www.twilio.com/docs/usage/twilios-response). The RFC 9457 body that some newer products
use is not served by any endpoint here.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
Ending: TypeAlias = Literal["answered", "closed", "reset", "silence", "cut_short"]

BASIC_CHALLENGE = ("WWW-Authenticate", 'Basic realm="Twilio API"')
JSON_TYPE = "application/json"
_encode = json.JSONEncoder(separators=(",", ":")).encode
_SID = re.compile(r"[A-Z]{2}(?:[0-9a-fA-F]{32}|X{32})")


@dataclass(frozen=True, slots=True)
class Fault:
    """What becomes of an answer on its way: whoever carries it over a connection obeys this.

    Attributes:
        ending: `answered`, whole after the delay; `closed`, the connection ends without a byte of
            an answer; `reset`, it ends in a TCP reset; `silence`, nothing comes and the connection
            stays until the caller gives up; `cut_short`, it is closed in the middle of the body.
        delay: seconds until any of this happens.
    """

    ending: Ending
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Page:
    """A body that is not the JSON object that was to be expected."""

    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a status, a JSON body (none for 204) and headers beside the usual ones.

    With a `fault` it may not get there: then it says what was done, or 0 for nothing. A `page`
    takes the place of the body.
    """

    status: int
    body: JsonObject | None = None
    headers: tuple[tuple[str, str], ...] = ()
    page: Page | None = None
    fault: Fault | None = None

    @property
    def content_type(self) -> str | None:
        """The type of the body; None where there is none."""
        if self.page is not None:
            return self.page.content_type
        return None if self.body is None else JSON_TYPE

    def encoded(self) -> bytes:
        """The body as it goes over the wire."""
        if self.page is not None:
            return self.page.data
        if self.body is None:
            return b""
        return _encode(self.body).encode()


class TwilioError(Exception):
    """A refusal in Twilio's words: https://www.twilio.com/docs/api/errors lists the codes."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def answer(self) -> Answer:
        """The error as the caller receives it."""
        headers = (BASIC_CHALLENGE,) if self.status == 401 else ()
        return Answer(self.status, error_body(self.status, self.code, self.message), headers)


def error_body(status: int, code: int, message: str) -> JsonObject:
    """Twilio's classic error body."""
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


def not_found(path: str) -> TwilioError:
    """The answer for what is not there: https://www.twilio.com/docs/api/errors/20404."""
    return TwilioError(404, 20404, f"The requested resource {path} was not found")


def invalid(message: str) -> TwilioError:
    """A parameter that Twilio would not take: https://www.twilio.com/docs/api/errors/20001."""
    return TwilioError(400, 20001, message)


def iso(epoch: float) -> str:
    """A date as Conversations and TaskRouter write it: `2026-11-22T17:30:00Z`."""
    return _iso(int(epoch))


@lru_cache(maxsize=1024)
def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_sid(prefix: str, text: str) -> bool:
    """Whether a text is a SID of this kind; the `WSXXXX…` of Twilio's examples counts as one."""
    return _SID.fullmatch(text) is not None and text.startswith(prefix)


def parsed_json(text: str) -> Any:
    """Strict JSON: raises ValueError for anything else, `NaN` and bottomless nesting included."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
