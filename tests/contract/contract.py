"""Twilio's own OpenAPI descriptions, which every exchange with the stand-in is held against.

They come in npm's `@twilio/cli-core` (`npm ci` in tests/node) and are read by openapi-core, more
strictly than OpenAPI asks for: an answer has every property that is described and no other, a
request no field and no parameter that is not. `tests/conftest.py` makes the fixtures known to all.
"""

import base64
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from runner.sandbox import app
from runner.sandbox.answers import Answer
from runner.sandbox.call import Request
from runner.sandbox.state import World

if TYPE_CHECKING:
    from openapi_core import OpenAPI
    from openapi_core.testing import MockRequest, MockResponse

FOLDER = Path(__file__).parents[1] / "node/node_modules/@twilio/cli-core/src/services/twilio-api"
# What serves the paths that begin so: the name of its description, and where Twilio has it.
_PRODUCTS = {
    "/v1/Interactions": ("flex_v1", "https://flex-api.twilio.com"),
    "/v1/Conversations": ("conversations_v1", "https://conversations.twilio.com"),
    "/v1/ParticipantConversations": ("conversations_v1", "https://conversations.twilio.com"),
    "/v1/Workspaces": ("taskrouter_v1", "https://taskrouter.twilio.com"),
    "/v1/Content": ("content_v1", "https://content.twilio.com"),
    "/2010-04-01/": ("api_v2010", "https://api.twilio.com"),
}
# The source document's `WSXXXX…`, which the stand-in takes although Twilio would not.
_PLACEHOLDER = re.compile(r"\b([A-Z]{2})X{32}\b")
_FORM = "application/x-www-form-urlencoded"
# SIDs, dates, ages: what two exchanges may differ in without being different to a description.
_VARYING = re.compile(r"[0-9a-f]{32}|\d+")
_AUTHORIZATION = "Basic " + base64.b64encode(b"AC1:x").decode()


@dataclass(frozen=True, slots=True, order=True)
class Departure:
    """Where an exchange departs from its description.

    Attributes:
        operation: Twilio's `operationId`, or method and path where there is none.
        side: `request` or `answer`.
        where: the place in the body; a field's or a parameter's name; or nothing.
        what: which rule is broken, and by what.
    """

    operation: str
    side: str
    where: str
    what: str

    def __str__(self) -> str:
        return " ".join(filter(None, (self.operation, self.side, self.where, self.what)))


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as it would reach Twilio, and the answer: 0 and None where only it is asked about.

    `form` is as encoded as `query`; a body of JSON has its own `content_type`.
    """

    method: str
    path: str
    query: str = ""
    form: str = ""
    content_type: str = _FORM
    status: int = 0
    answer: Any = None


RECEIPT = "Its status is null while the message is still inside Twilio (delivery-receipts page)."
DEVIATIONS = {
    Departure("ListConversationMessageReceipt", "answer", ".delivery_receipts[*].status", "null"): (
        RECEIPT
    ),
    Departure("FetchConversationMessageReceipt", "answer", ".status", "null"): RECEIPT,
}
"""Where Twilio's description contradicts Twilio's own documentation, and the latter is followed."""


@pytest.fixture(autouse=True)
def held_to_the_contract(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail the test in which an answer, or a request of flexplay's, departs from the description.

    It sees every request that a stand-in in this process has processed.
    """
    if not FOLDER.is_dir():
        yield
        return
    found: set[Departure] = set()
    process = app._process

    def witness(world: World, request: Request) -> Answer:
        answered = process(world, request)
        found.update(_seen(request, answered))
        return answered

    monkeypatch.setattr(app, "_process", witness)
    yield
    told = "\n".join(map(str, sorted(found - DEVIATIONS.keys())))
    assert not told, f"departs from Twilio's description:\n{told}"


@pytest.fixture
def contract() -> ModuleType:
    """This module; skips where there is nothing to compare with."""
    if not FOLDER.is_dir():
        pytest.skip("Twilio's descriptions come in @twilio/cli-core: npm ci in tests/node")
    return sys.modules[__name__]


def _seen(request: Request, answered: Answer) -> set[Departure]:
    """The departures of an exchange; a request counts where it is flexplay's or an SDK's."""
    if not 200 <= answered.status < 300:
        return _misshapen(answered)
    ours = request.headers.get("user-agent", "").startswith(("flexplay", "twilio-"))
    text = answered.encoded().decode()
    parts = (request.path, request.query, request.body.decode("latin-1"), text)
    shape = (request.method, answered.status, ours, *(_VARYING.sub("0", part) for part in parts))
    if shape in _KNOWN:
        return set()
    content_type = request.headers.get("content-type", "") if request.body else _FORM
    exchange = Exchange(request.method, *parts[:3], content_type, answered.status, answered.body)
    found = {d for d in departures(exchange) if ours or d.side == "answer"}
    if not found:
        _KNOWN.add(shape)
    return found


def _misshapen(answered: Answer) -> set[Departure]:
    """An error is none of OpenAPI's: https://www.twilio.com/docs/usage/twilios-response."""
    body = answered.body or {}
    usual = body.keys() == {"code", "message", "more_info", "status"}
    if (
        usual
        and body["status"] == answered.status
        and body["more_info"].endswith(str(body["code"]))
    ):
        return set()
    return {Departure("Error", "answer", "", str(body))}


_KNOWN: set[tuple[object, ...]] = set()


def departures(exchange: Exchange) -> set[Departure]:
    """Where the request, or its answer if it is none of an error, departs from the description."""
    from openapi_core.templating.paths.exceptions import PathError  # noqa: PLC0415 - late

    try:
        api, host, operation = _find(exchange.method, exchange.path)
    except (PathError, StopIteration) as error:
        why = type(error).__name__
        return {Departure(f"{exchange.method} {exchange.path}", "request", "", why)}
    asked = _request(host, exchange)
    identity = operation["operationId"]
    found = {Departure(identity, "request", n, "unknown") for n in _unknown(exchange, operation)}
    found |= _told(identity, "request", api.iter_request_errors(asked))
    if 200 <= exchange.status < 300:
        answered = _response(exchange)
        found |= _told(identity, "answer", api.iter_response_errors(asked, answered))
    return found


def parameters(method: str, path: str) -> set[str]:
    """All parameters and form fields that are described for a request, but those in the path."""
    *_, operation = _find(method, path)
    named = {p["name"] for p in operation.get("parameters", ()) if p["in"] != "path"}
    return named | set(_fields(operation))


def _find(method: str, path: str) -> tuple["OpenAPI", str, Mapping[str, Any]]:
    """The description that has this operation, Twilio's host, and the operation."""
    from openapi_core.templating.paths.finders import APICallPathFinder  # noqa: PLC0415 - late

    name, host = next(product for start, product in _PRODUCTS.items() if path.startswith(start))
    api = _description(name)
    found = APICallPathFinder(api.spec).find(method.lower(), host + _filled_in(path))
    return api, host, found.operation.read_value()


def _fields(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    fields: Mapping[str, Any] = content.get(_FORM, {}).get("schema", {}).get("properties", {})
    return fields


@cache
def _description(name: str) -> "OpenAPI":
    from openapi_core import Config, OpenAPI  # noqa: PLC0415 - late: most tests ask for nothing

    spec = json.loads((FOLDER / f"twilio_{name}.json").read_text(encoding="utf-8"))
    _open_maps(spec)
    config = Config(
        additional_properties_default_policy="forbid",
        response_properties_default_policy="required",
    )
    return OpenAPI.from_dict(spec, config=config)


def _open_maps(node: Any) -> None:
    """Let objects of which no property is described have any."""
    if isinstance(node, list):
        for each in node:
            _open_maps(each)
    if isinstance(node, dict):
        if node.get("type") == "object" and not node.get("properties"):
            node.setdefault("additionalProperties", True)
        for each in node.values():
            _open_maps(each)


def _filled_in(text: str) -> str:
    return _PLACEHOLDER.sub(lambda match: match[1] + "a" * 32, text)


def _request(host: str, exchange: Exchange) -> "MockRequest":
    from openapi_core.testing import MockRequest  # noqa: PLC0415 - late

    query = parse_qs(_filled_in(exchange.query), keep_blank_values=True)
    return MockRequest(
        host,
        exchange.method.lower(),
        _filled_in(exchange.path),
        args={name: values[0] if len(values) == 1 else values for name, values in query.items()},
        headers={"Authorization": _AUTHORIZATION},
        data=_filled_in(exchange.form).encode(),
        content_type=exchange.content_type,
    )


def _response(exchange: Exchange) -> "MockResponse":
    from openapi_core.testing import MockResponse  # noqa: PLC0415 - late

    if exchange.answer is None:
        return MockResponse(b"", status_code=exchange.status)
    return MockResponse(_filled_in(json.dumps(exchange.answer)).encode(), exchange.status)


def _unknown(exchange: Exchange, operation: Mapping[str, Any]) -> set[str]:
    """The parameters and form fields that are not described; openapi-core overlooks them."""
    named = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"}
    unknown = set(parse_qs(exchange.query, keep_blank_values=True)) - named
    if exchange.content_type == _FORM:
        unknown |= set(parse_qs(exchange.form, keep_blank_values=True)) - set(_fields(operation))
    return unknown


def _told(operation: str, side: str, errors: Iterable[Exception]) -> set[Departure]:
    return {
        Departure(operation, side, where, what)
        for error in errors
        for where, what in _details(error)
    }


def _details(error: Exception) -> Iterator[tuple[str, str]]:
    """Where and what, of each thing that openapi-core has to say."""
    faults = getattr(error.__cause__, "schema_errors", None)
    if faults is None:
        yield getattr(error, "name", ""), type(error.__cause__ or error).__name__
        return
    for fault in faults:
        where = getattr(error, "name", "") + re.sub(r"\[\d+\]", "[*]", fault.json_path)[1:]
        quoted = re.findall(r"'(\w+)'", fault.message)
        if "required property" in fault.message:
            yield where, f"{quoted[0]} is missing"
        elif "unexpected" in fault.message:
            yield from ((where, f"{name} is unknown") for name in quoted)
        elif fault.instance is None:
            yield where, "null"
        else:
            yield where, f"{fault.validator} {fault.validator_value}"
