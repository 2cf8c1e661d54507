"""Requests that were received, by number, read again for people."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import quote_plus

from runner.sandbox.answers import Answer, TwilioError, parsed_json
from runner.sandbox.call import Fields, Request, form_of
from runner.sandbox.routes import ROUTES, endpoint_name, find_target
from runner.sandbox.state import World
from runner.sandbox.values import Noted

OUTCOMES = {
    "ok": "Answered well",
    "refused": "Refused (4xx)",
    "broken": "Server errors (5xx)",
    "fault": "Struck by a fault",
}


@dataclass(frozen=True, slots=True)
class Numbered:
    """A request with its number, from 1, since the beginning or the last reset."""

    number: int
    noted: Noted


def newest_first(world: World) -> Iterator[Numbered]:
    """All that are kept."""
    for back, noted in enumerate(reversed(world.requests)):
        yield Numbered(world.requests_seen - back, noted)


def find_request(world: World, number: int) -> Noted | None:
    """The request of that number, if it is still kept."""
    back = world.requests_seen - number
    if not 0 <= back < len(world.requests):
        return None
    return next(islice(reversed(world.requests), back, None))


def find_answer(world: World, number: int) -> Answer | None:
    """Its answer; only the latest are kept."""
    back = world.requests_seen - number
    return world.answers[-1 - back] if 0 <= back < len(world.answers) else None


def endpoint_of(noted: Noted) -> str:
    """What the request asked for, by the name that fault rules use; empty for an unknown path."""
    try:
        methods = find_target(ROUTES, noted.path).methods
    except TwilioError:
        return ""
    endpoint = methods.get(noted.method)
    return endpoint_name(endpoint) if endpoint else ""


def form(noted: Noted) -> Fields:
    """The form of a request; empty where there is none, or none that can be read."""
    headers = {"content-type": noted.content_type}
    try:
        return form_of(Request(noted.method, noted.path, "", headers, noted.body))
    except TwilioError:
        return Fields()


def query(noted: Noted) -> Fields:
    """Its query; empty where it cannot be read."""
    try:
        return Fields(noted.query)
    except TwilioError:
        return Fields()


def gist(noted: Noted) -> str:
    """The one thing that tells a request from others of its kind."""
    fields = form(noted)
    for name in ("Body", "ContentSid", "MessagingBinding.Address", "UniqueName", "Status"):
        value = fields.get(name)
        if value:
            return value
    channel = fields.get("Channel")
    if channel is not None:
        return _gist_of_channel(channel)
    asked = query(noted).items()
    return "  ".join(f"{name}={value}" for name, value in asked)


def _gist_of_channel(text: str) -> str:
    """Over which channel to whom."""
    try:
        channel: Any = parsed_json(text)
        first = channel["participants"][0]
        return f"{channel['type']} to {first.get('address') or first['identity']}"
    except (ValueError, TypeError, KeyError, IndexError):
        return text


def fits_outcome(noted: Noted, outcome: str) -> bool:
    """Whether a request ended so, as one of `OUTCOMES`."""
    if outcome == "fault":
        return noted.fault is not None
    if outcome == "ok":
        return 200 <= noted.status < 300
    return noted.status // 100 == {"refused": 4, "broken": 5}[outcome]


def mentions(needle: str) -> re.Pattern[bytes]:
    """Finds a text in a path, a query or a form as they were sent: encoded."""
    spaces = r"(?:\\\+|\+|%20|\\ | )"
    encoded = re.escape(quote_plus(needle)).replace(r"\+", spaces)
    plain = re.escape(needle)
    return re.compile(f"{encoded}|{plain}".encode(), re.IGNORECASE)
