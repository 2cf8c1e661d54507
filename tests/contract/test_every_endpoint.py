"""A whole life on the stand-in, in which every endpoint has its say."""

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runner.sandbox import app
from runner.sandbox.answers import JSON_TYPE, Answer
from runner.sandbox.call import FORM, Fields, Request
from runner.sandbox.caller import Caller
from runner.sandbox.routes import ROUTES, endpoint_name, endpoint_names, find_target
from runner.sandbox.state import World
from runner.sandbox.values import Settings

CUSTOMER, SENDER, SECOND = "+13115552368", "+19255551234", "+13115552369"
HEX = "0123456789abcdef" * 2
WORKSPACE = f"/v1/Workspaces/WS{HEX}"
ACCOUNT = "AC" + "0" * 32
PLACES = {"workspace_sid": f"WS{HEX}", "workflow_sid": f"WW{HEX}", "queue_sid": f"WQ{HEX}"}
ROUTING = {"properties": {**PLACES, "worker_sid": f"WK{HEX}", "attributes": {"a": "b"}}}
Exchanged = list[tuple[Request, Answer]]


@pytest.fixture
def exchanged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Exchanged]:
    """Every request that was processed, with its answer."""
    seen: Exchanged = []
    process = app._process

    def note(world: World, request: Request) -> Answer:
        answered = process(world, request)
        seen.append((request, answered))
        return answered

    monkeypatch.setattr(app, "_process", note)
    return iter([seen])


@pytest.fixture
def life(exchanged: Iterator[Exchanged]) -> Exchanged:
    """What is exchanged in a life in which every endpoint is asked for something."""
    _live()
    return next(exchanged)


def _live() -> None:
    """Live it."""
    now = [1_795_368_600.0]
    approvals = {f"HX{HEX}": "approved"}
    settings = Settings(join_delay=1, sent_delay=1, delivered_delay=5, approvals=approvals)
    twilio = Caller(World(settings, clock=lambda: now[0], chance=random.Random(7)))  # noqa: S311

    def turn(seconds: float) -> None:
        now[0] += seconds

    _interact(twilio, turn)
    _converse(twilio, turn)
    _look_around(twilio)


def _body(answered: Answer) -> Any:
    assert answered.status < 300, answered.body
    return answered.body


def _post_json(twilio: Caller, path: str, body: Any) -> Any:
    headers = {**twilio._headers, "content-type": JSON_TYPE}
    data = json.dumps(body).encode()
    return _body(app.answer(twilio.world, Request("POST", path, "", headers, data)))


def _interact(twilio: Caller, turn: Callable[[float], None]) -> None:
    """Create an interaction, invite, transfer, let an agent in and out, close."""
    channel = {
        "type": "sms",
        "initiated_by": "agent",
        "participants": [{"address": CUSTOMER, "proxy_address": SENDER}],
    }
    form = {"Channel": json.dumps(channel), "Routing": json.dumps(ROUTING)}
    created = _body(twilio.post("/v1/Interactions", form))
    turn(1)
    interaction = f"/v1/Interactions/{created['sid']}"
    path = f"{interaction}/Channels/{created['channel']['sid']}"
    for each in (interaction, f"{interaction}/Channels", path, f"{path}/Participants"):
        _body(twilio.get(each))
    _body(twilio.post(interaction, {"WebhookTtid": f"flex_interactionwebhook_{'0' * 26}"}))
    _body(twilio.post(f"{path}/Invites", {"Routing": json.dumps({"properties": PLACES})}))
    _body(twilio.get(f"{path}/Invites"))
    properties = {"MediaProperties": "{}", "RoutingProperties": json.dumps({"worker_sid": "WK"})}
    agent = _body(twilio.post(f"{path}/Participants", {"Type": "agent", **properties}))
    _body(twilio.post(f"{path}/Participants/{agent['sid']}", {"Status": "wrapup"}))
    wish = {"type": "cold", "from": agent["sid"], "to": f"WQ{HEX}"}
    transfer = _post_json(twilio, f"{path}/Transfers", wish)
    _post_json(twilio, f"{path}/Transfers/{transfer['sid']}", {"status": "completed"})
    _body(twilio.get(f"{path}/Transfers/{transfer['sid']}"))
    _body(twilio.post(path, {"Status": "closed", "Routing": '{"status":"closed"}'}))


def _converse(twilio: Caller, turn: Callable[[float], None]) -> None:
    """Open a conversation, say something, hear that it arrived, forget it."""
    opened = _body(twilio.post("/v1/Conversations", {"UniqueName": "one", "Attributes": "{}"}))
    path = f"/v1/Conversations/{opened['sid']}"
    binding = {"MessagingBinding.Address": SECOND, "MessagingBinding.ProxyAddress": SENDER}
    member = _body(twilio.post(f"{path}/Participants", binding))
    said = _body(twilio.post(f"{path}/Messages", {"Author": "Clinic", "Body": "Hi"}))
    message = f"{path}/Messages/{said['sid']}"
    for seconds in (0, 1, 5):
        turn(seconds)
        receipts = _body(twilio.get(f"{message}/Receipts"))["delivery_receipts"]
        _body(twilio.get(f"{message}/Receipts/{receipts[0]['sid']}"))
        _body(twilio.get(message))
    _body(twilio.post(f"{path}/Messages", {"ContentSid": f"HX{HEX}", "ContentVariables": "{}"}))
    _body(twilio.post(message, {"Body": "Ho"}))
    for each in ("/v1/Conversations", path, f"{path}/Messages", f"{path}/Participants"):
        _body(twilio.get(each))
    _body(twilio.get("/v1/ParticipantConversations", {"Address": SECOND}))
    _body(twilio.post(path, {"FriendlyName": "One"}))
    participant = f"{path}/Participants/{member['sid']}"
    _body(twilio.get(participant))
    _body(twilio.post(participant, {"Attributes": '{"a":1}'}))
    for each in (message, participant, path):
        twilio.delete(each)


def _look_around(twilio: Caller) -> None:
    """Ask for all that is there without anybody's doing."""
    for part in (
        "",
        "/RealTimeStatistics",
        "/Workers/RealTimeStatistics",
        "/Tasks",
        "/Events",
        "/Workflows",
        "/TaskQueues",
    ):
        _body(twilio.get(WORKSPACE + part))
    [task, *_] = _body(twilio.get(f"{WORKSPACE}/Tasks"))["tasks"]
    [event, *_] = _body(twilio.get(f"{WORKSPACE}/Events"))["events"]
    _body(twilio.get(f"{WORKSPACE}/Tasks/{task['sid']}"))
    _body(twilio.get(f"{WORKSPACE}/Events/{event['sid']}"))
    for sid in (f"Workflows/WW{HEX}", f"TaskQueues/WQ{HEX}"):
        _body(twilio.get(f"{WORKSPACE}/{sid}"))
        _body(twilio.get(f"{WORKSPACE}/{sid}/RealTimeStatistics"))
    worker = f"{WORKSPACE}/Workers/WK{HEX}"
    [channel, *_] = _body(twilio.get(f"{worker}/Channels"))["channels"]
    _body(twilio.get(worker))
    _body(twilio.get(f"{worker}/Channels/{channel['sid']}"))
    for part, key in (("Activities", "activities"), ("TaskChannels", "channels")):
        [first, *_] = _body(twilio.get(f"{WORKSPACE}/{part}"))[key]
        _body(twilio.get(f"{WORKSPACE}/{part}/{first['sid']}"))
    for path in (
        "/v1/Workspaces",
        f"{WORKSPACE}/Workers",
        "/v1/Content",
        "/v1/ContentAndApprovals",
    ):
        _body(twilio.get(path))
    _body(twilio.get(f"/v1/Content/HX{HEX}"))
    _body(twilio.get(f"/v1/Content/HX{HEX}/ApprovalRequests"))
    account = f"/2010-04-01/Accounts/{ACCOUNT}"
    _body(twilio.get(f"{account}.json"))
    numbers = _body(twilio.get(f"{account}/IncomingPhoneNumbers.json", {"PhoneNumber": SENDER}))
    [number] = numbers["incoming_phone_numbers"]
    _body(twilio.get(f"{account}/IncomingPhoneNumbers/{number['sid']}.json"))


def _departures(contract: Any, life: Exchanged) -> set[Any]:
    """What departs in them, request and answer."""
    found = set()
    for request, answered in life:
        body = request.body.decode()
        kind = request.headers["content-type"] if body else FORM
        parts = (request.method, request.path, request.query, body, kind)
        found |= contract.departures(contract.Exchange(*parts, answered.status, answered.body))
    return found


def test_every_endpoint_is_asked(life: Exchanged) -> None:
    """None is left out: what is added to the routes must be added to this life."""
    targets = ((find_target(ROUTES, request.path), request.method) for request, _ in life)
    names = {endpoint_name(target.endpoint(method)) for target, method in targets}
    assert names == endpoint_names()


def test_nothing_departs_from_twilios_description(life: Exchanged, contract: Any) -> None:
    """Requests and answers alike; and every deviation that is written down is still needed."""
    assert _departures(contract, life) == set(contract.DEVIATIONS)


def test_parameters_that_change_nothing_are_told(
    contract: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Twilio describes, and an endpoint does not so much as look at, stands in the page."""
    asked: set[str] = set()
    for name in ("get", "every", "__contains__"):
        monkeypatch.setattr(Fields, name, _noting(asked, getattr(Fields, name)))
    idle: dict[Any, set[str]] = {}
    process = app._process

    def watch(world: World, request: Request) -> Answer:
        asked.clear()
        answered = process(world, request)
        endpoint = find_target(ROUTES, request.path).endpoint(request.method)
        described = contract.parameters(request.method, request.path)
        idle[endpoint] = idle.get(endpoint, described) - asked
        return answered

    monkeypatch.setattr(app, "_process", watch)
    _live()
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")
    told = page.partition("Parameters that are taken and change nothing: ")[2].partition("\n")[0]
    assert set().union(*idle.values()) == set(re.findall(r"`([^`]+)`", told))


def _noting(asked: set[str], method: Callable[[Fields, str], Any]) -> Callable[[Fields, str], Any]:
    """The method of the parameters, which notes which it was asked for."""

    def noted(fields: Fields, name: str) -> Any:
        asked.add(name)
        return method(fields, name)

    return noted
