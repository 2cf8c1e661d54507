from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from runner.sandbox.answers import Answer
from runner.sandbox.caller import Caller
from runner.sandbox.state import World

WORKSPACE = "/v1/Workspaces/WS" + "X" * 32
Start = Callable[..., Answer]
Turn = Callable[[float], None]


def _tasks(twilio: Caller, **query: str) -> list[dict[str, Any]]:
    answer = twilio.get(f"{WORKSPACE}/Tasks", query)
    assert answer.status == 200, answer.body
    return list((answer.body or {})["tasks"])


def _close(twilio: Caller, body: dict[str, Any]) -> None:
    path = f"/v1/Interactions/{body['sid']}/Channels/{body['channel']['sid']}"
    assert twilio.post(path, {"Status": "closed", "Routing": '{"status":"closed"}'}).status == 200


def _task_sid(answer: Answer) -> str:
    return str((answer.body or {})["routing"]["properties"]["sid"])


def test_a_task_is_found_by_our_own_attribute(twilio: Caller, start: Start) -> None:
    """EvaluateTaskAttributes finds the one Task with that correlation id."""
    wanted = _task_sid(start(routing={"attributes": {"flexplay": "0a"}}))
    start(routing={"attributes": {"flexplay": "0b"}})
    [task] = _tasks(twilio, EvaluateTaskAttributes='flexplay == "0a"')
    assert (task["sid"], task["assignment_status"]) == (wanted, "pending")
    assert task["date_created"] == "2026-11-22T17:30:00Z"


def test_a_task_is_found_by_its_conversation(
    twilio: Caller, start: Start, conversation_sid: Callable[[Answer], str]
) -> None:
    """What Flex added can be asked for too."""
    first, _ = start(), start()
    question = f"conversationSid == '{conversation_sid(first)}'"
    assert [t["sid"] for t in _tasks(twilio, EvaluateTaskAttributes=question)] == [_task_sid(first)]


def test_lists_are_filtered_and_ordered(twilio: Caller, start: Start) -> None:
    """By status (repeated, or with commas), by SIDs and priority, in the order asked for."""
    low, high = start(routing={"priority": 1}), start(routing={"priority": 5})
    _close(twilio, low.body or {})
    sids = [_task_sid(low), _task_sid(high)]
    assert [t["sid"] for t in _tasks(twilio, AssignmentStatus="pending")] == sids[1:]
    repeated = [("AssignmentStatus", "pending"), ("AssignmentStatus", "completed")]
    listed = (twilio.get(f"{WORKSPACE}/Tasks", repeated).body or {})["tasks"]
    assert [t["sid"] for t in listed] == sids
    assert [t["sid"] for t in _tasks(twilio, Ordering="DateCreated:desc")] == sids[::-1]
    assert [t["sid"] for t in _tasks(twilio, Ordering="Priority:desc", PageSize="1")] == sids[1:]
    assert [t["sid"] for t in _tasks(twilio, Priority="5")] == sids[1:]
    assert _tasks(twilio, TaskQueueSid="WQ0") == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"EvaluateTaskAttributes": "a-b == 1"}, 20001),
        ({"AssignmentStatus": "open"}, 20001),
        ({"Ordering": "Age:asc"}, 20001),
        ({"Page": "1"}, 40153),
        ({"PageSize": "1001"}, 20007),
    ],
)
def test_bad_lists(twilio: Caller, query: dict[str, str], code: int) -> None:
    """A list refuses what it can't use."""
    refused = twilio.get(f"{WORKSPACE}/Tasks", query)
    assert (refused.status, (refused.body or {})["code"]) == (400, code)


def test_lists_may_hide_attributes(twilio: Caller, world: World, start: Start) -> None:
    """As Twilio's OpenAPI has it: null in a list, there in a fetch."""
    sid = _task_sid(start())
    world.settings = replace(world.settings, task_lists_show_attributes=False)
    assert [task["attributes"] for task in _tasks(twilio)] == [None]
    assert (twilio.get(f"{WORKSPACE}/Tasks/{sid}").body or {})["attributes"]


def test_a_completed_task_is_gone_after_five_minutes(
    twilio: Caller, start: Start, turn: Turn
) -> None:
    """Its absence proves nothing; the event remains."""
    answer = start()
    path = f"{WORKSPACE}/Tasks/{_task_sid(answer)}"
    _close(twilio, answer.body or {})
    turn(299)
    assert twilio.get(path).status == 200
    turn(1)
    assert twilio.get(path).status == 404
    assert _tasks(twilio) == []
    routing = (twilio.get(f"/v1/Interactions/{(answer.body or {})['sid']}").body or {})["routing"]
    assert routing is None


def test_a_task_that_nobody_takes_is_canceled(twilio: Caller, start: Start, turn: Turn) -> None:
    """At its timeout, and the conversation stays open."""
    path = f"{WORKSPACE}/Tasks/{_task_sid(start(routing={'timeout': 60}))}"
    turn(60)
    assert (twilio.get(path).body or {})["assignment_status"] == "canceled"
    [conversation] = (twilio.get("/v1/Conversations").body or {})["conversations"]
    assert conversation["state"] == "active"


def _events(twilio: Caller, **query: str) -> list[dict[str, Any]]:
    answer = twilio.get(f"{WORKSPACE}/Events", query)
    assert answer.status == 200, answer.body
    return list((answer.body or {})["events"])


def test_events_of_a_period(twilio: Caller, start: Start, turn: Turn) -> None:
    """StartDate and EndDate bound the list, EventType picks, the newest is first."""
    first = _task_sid(start(routing={"attributes": {"flexplay": "0a"}}))
    turn(60)
    second = _task_sid(start())
    created = _events(twilio, EventType="task.created")
    assert [event["resource_sid"] for event in created] == [second, first]
    early = _events(twilio, StartDate="2026-11-22T17:29:00Z", EndDate="2026-11-22T17:30:30Z")
    assert [event["event_data"]["task_sid"] for event in early] == [first]
    assert "0a" in early[0]["event_data"]["task_attributes"]
    assert _events(twilio, TaskSid="WT0") == []
    assert twilio.get(f"{WORKSPACE}/Events", {"StartDate": "x"}).status == 400


def test_events_outlive_tasks_for_thirty_days(twilio: Caller, start: Start, turn: Turn) -> None:
    """Fifteen minutes unless asked for more, and nothing after 30 days."""
    _close(twilio, start().body or {})
    turn(3600)
    assert {event["event_type"] for event in _events(twilio)} == set()
    asked = {"StartDate": "2026-11-22T00:00:00Z"}
    types = [event["event_type"] for event in _events(twilio, **asked)]
    assert types == ["task.deleted", "task.completed", "task.created"]
    turn(30 * 86_400)
    assert _events(twilio, **asked) == []
    start()
    assert len(_events(twilio)) == 1


def test_evaluation_has_a_limit_of_its_own(twilio: Caller, world: World) -> None:
    """429 with 20429 above the configured number; plain lists are free."""
    world.settings = replace(world.settings, evaluations_per_second=1)
    query = {"EvaluateTaskAttributes": "1 == 1"}
    statuses = [twilio.get(f"{WORKSPACE}/Tasks", query).status for _ in range(2)]
    assert statuses == [200, 429]
    assert twilio.get(f"{WORKSPACE}/Tasks").status == 200


def test_other_workspaces_have_other_tasks(twilio: Caller, start: Start) -> None:
    """A Task is only found in its own workspace."""
    sid = _task_sid(start())
    other = "/v1/Workspaces/WS" + "0" * 32
    assert (twilio.get(f"{other}/Tasks").body or {})["tasks"] == []
    assert twilio.get(f"{other}/Tasks/{sid}").status == 404
    assert twilio.get("/v1/Workspaces/X/Tasks").status == 404
