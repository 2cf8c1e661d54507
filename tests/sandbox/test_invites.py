import json
from collections.abc import Callable
from typing import Any

import pytest

from runner.sandbox.answers import Answer
from runner.sandbox.caller import Caller

X = "X" * 32
ROUTING = {"properties": {"workspace_sid": f"WS{X}", "attributes": {"about": "again"}}}
CLOSE = {"Status": "closed", "Routing": '{"status":"closed"}'}

Start = Callable[..., Answer]
Turn = Callable[[float], None]


def body(answered: Answer) -> Any:
    """The body of an answer that is as it should be."""
    assert answered.status == 200
    return answered.body


@pytest.fixture
def channel(start: Start, turn: Turn) -> str:
    """The path of an active channel."""
    interaction = body(start())
    turn(1)
    return f"/v1/Interactions/{interaction['sid']}/Channels/{interaction['channel']['sid']}"


def tasks(twilio: Caller) -> dict[str, Any]:
    """The Tasks by SID."""
    listed = body(twilio.get(f"/v1/Workspaces/WS{X}/Tasks"))["tasks"]
    return {task["sid"]: task for task in listed}


def test_an_invite_makes_a_task(twilio: Caller, channel: str) -> None:
    """For the same conversation, without the attributes of the first."""
    [first] = tasks(twilio).values()
    invite = body(twilio.post(f"{channel}/Invites", {"Routing": json.dumps(ROUTING)}))
    assert invite["sid"].startswith("KG")
    second = tasks(twilio)[invite["routing"]["properties"]["sid"]]
    old, new = json.loads(first["attributes"]), json.loads(second["attributes"])
    assert new["conversationSid"] == old["conversationSid"]
    assert new["flexChannelInviteSid"] == invite["sid"]
    assert (new["about"], "customerName" in new) == ("again", False)
    assert [each["sid"] for each in body(twilio.get(f"{channel}/Invites"))["invites"]] == [
        invite["sid"]
    ]


def test_closing_the_channel_ends_every_task(twilio: Caller, channel: str) -> None:
    """That of the invite too; after that nobody can be invited."""
    twilio.post(f"{channel}/Invites", {"Routing": json.dumps(ROUTING)})
    body(twilio.post(channel, CLOSE))
    assert {task["assignment_status"] for task in tasks(twilio).values()} == {"completed"}
    for path, form in (("Invites", {"Routing": json.dumps(ROUTING)}), ("Participants", {})):
        refused = twilio.post(f"{channel}/{path}", form)
        assert (refused.status, (refused.body or {})["code"]) == (400, 45354)


@pytest.mark.parametrize("form", [{}, {"Routing": "{"}, {"Routing": '{"properties":{}}'}])
def test_invites_that_are_none(twilio: Caller, channel: str, form: dict[str, str]) -> None:
    """Routing is needed, in its form."""
    refused = twilio.post(f"{channel}/Invites", form)
    assert (refused.status, (refused.body or {})["code"]) == (400, 45004)
    assert len(tasks(twilio)) == 1


def test_agents_come_and_go(twilio: Caller, channel: str) -> None:
    """An agent who leaves ends their Task, not the conversation."""
    [task] = tasks(twilio)
    assert [m["type"] for m in _members(twilio, channel)] == ["customer"]
    form = {
        "Type": "agent",
        "MediaProperties": '{"identity":"ann"}',
        "RoutingProperties": json.dumps({"task_sid": task}),
    }
    agent = body(twilio.post(f"{channel}/Participants", form))
    assert (agent["type"], agent["routing_properties"]) == ("agent", {"task_sid": task})
    path = f"{channel}/Participants/{agent['sid']}"
    assert len(_members(twilio, channel)) == 2
    body(twilio.post(path, {"Status": "wrapup"}))
    assert tasks(twilio)[task]["assignment_status"] == "wrapping"
    body(twilio.post(path, {"Status": "closed"}))
    assert tasks(twilio)[task]["assignment_status"] == "completed"
    assert [m["type"] for m in _members(twilio, channel)] == ["customer"]
    assert body(twilio.get(channel))["status"] == "active"
    gone = twilio.post(path, {"Status": "closed"})
    assert (gone.status, (gone.body or {})["code"]) == (404, 45362)


def _members(twilio: Caller, channel: str) -> list[Any]:
    listed = body(twilio.get(f"{channel}/Participants"))["participants"]
    return list(listed)


@pytest.mark.parametrize(
    "form",
    [
        {"MediaProperties": "{}"},
        {"Type": "pet", "MediaProperties": "{}"},
        {"Type": "agent"},
        {"Type": "agent", "MediaProperties": "{}", "RoutingProperties": "[]"},
    ],
)
def test_participants_that_are_none(twilio: Caller, channel: str, form: dict[str, str]) -> None:
    """Type and MediaProperties are needed, objects are JSON."""
    refused = twilio.post(f"{channel}/Participants", form)
    assert (refused.status, (refused.body or {})["code"]) == (400, 45004)


def test_a_participant_leaves_in_one_of_two_ways(twilio: Caller, channel: str) -> None:
    """Another status is refused."""
    form = {"Type": "agent", "MediaProperties": "{}"}
    agent = body(twilio.post(f"{channel}/Participants", form))
    path = f"{channel}/Participants/{agent['sid']}"
    assert twilio.post(path, {"Status": "open"}).status == 400
    assert len(_members(twilio, channel)) == 2
