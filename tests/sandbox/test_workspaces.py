from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from runner.sandbox.answers import Answer
from runner.sandbox.caller import Caller
from runner.sandbox.state import World

X = "X" * 32
WORKSPACE = f"/v1/Workspaces/WS{X}"

Start = Callable[..., Answer]


def body(answered: Answer) -> Any:
    """The body of an answer that is as it should be."""
    assert answered.status == 200
    return answered.body


@pytest.mark.parametrize(
    ("path", "sid", "also"),
    [
        ("", f"WS{X}", {"multi_task_enabled": True}),
        (f"/Workflows/WW{X}", f"WW{X}", {"friendly_name": "Default Fifo Workflow"}),
        (f"/TaskQueues/WQ{X}", f"WQ{X}", {"target_workers": "1==1"}),
        (f"/Workers/WK{X}", f"WK{X}", {"available": True, "attributes": "{}"}),
    ],
)
def test_every_sid_of_the_right_form_is_there(
    world: World, twilio: Caller, path: str, sid: str, also: dict[str, Any]
) -> None:
    """Unless it is said to be missing, or has another form."""
    shown = body(twilio.get(WORKSPACE + path))
    assert shown["sid"] == sid
    assert shown.items() >= also.items()
    assert shown["url"].endswith(WORKSPACE + path)
    assert twilio.get((WORKSPACE + path)[:-1]).status == 404
    world.settings = replace(world.settings, missing=frozenset({sid}))
    refused = twilio.get(WORKSPACE + path)
    assert (refused.status, (refused.body or {})["code"]) == (404, 20404)


def test_what_is_in_a_missing_workspace_is_missing(world: World, twilio: Caller) -> None:
    """A workspace that is not there has no workers either."""
    world.settings = replace(world.settings, missing=frozenset({f"WS{X}"}))
    for path in (f"/Workers/WK{X}", "/Workers", f"/Workers/WK{X}/Channels", "/RealTimeStatistics"):
        assert twilio.get(WORKSPACE + path).status == 404


@pytest.mark.parametrize(
    ("path", "key", "sid"),
    [
        ("Workflows", "workflows", f"WW{X}"),
        ("TaskQueues", "task_queues", f"WQ{X}"),
        ("Workers", "workers", f"WK{X}"),
    ],
)
def test_lists_show_what_tasks_were_routed_to(
    world: World, twilio: Caller, start: Start, path: str, key: str, sid: str
) -> None:
    """The default one and the others, without those that are missing."""
    assert len(body(twilio.get(f"{WORKSPACE}/{path}"))[key]) == 1
    start()
    assert sid in [each["sid"] for each in body(twilio.get(f"{WORKSPACE}/{path}"))[key]]
    world.settings = replace(world.settings, missing=frozenset({sid}))
    assert len(body(twilio.get(f"{WORKSPACE}/{path}"))[key]) == 1


def test_a_workers_channels_show_their_load(twilio: Caller, start: Start) -> None:
    """Tasks that the worker holds take capacity, those that wait do not."""
    tasks = [body(start(address=f"+1311555000{n}"))["routing"]["properties"]["sid"] for n in "12"]
    twilio.control(f"/_sandbox/tasks/{tasks[0]}", {"status": "assigned"})
    channels = body(twilio.get(f"{WORKSPACE}/Workers/WK{X}/Channels"))["channels"]
    [sms] = [each for each in channels if each["task_channel_unique_name"] == "sms"]
    assert (sms["assigned_tasks"], sms["configured_capacity"]) == (1, 5)
    assert (sms["available_capacity_percentage"], sms["available"]) == (80, True)


@pytest.mark.parametrize("path", ["", f"/Workflows/WW{X}", f"/TaskQueues/WQ{X}"])
def test_statistics_count_what_is_open(
    twilio: Caller, start: Start, turn: Callable[[float], None], path: str
) -> None:
    """By status and priority, with the one that has waited longest."""
    tasks = [body(start(address=f"+1311555000{n}"))["routing"]["properties"]["sid"] for n in "123"]
    twilio.control(f"/_sandbox/tasks/{tasks[0]}", {"status": "assigned"})
    twilio.control(f"/_sandbox/tasks/{tasks[1]}", {"status": "canceled"})
    turn(7)
    shown = body(twilio.get(f"{WORKSPACE}{path}/RealTimeStatistics"))
    assert shown["total_tasks"] == 2
    assert shown["tasks_by_status"] == {
        "pending": 1,
        "reserved": 0,
        "assigned": 1,
        "wrapping": 0,
    }
    assert shown["tasks_by_priority"] == {"0": 2}
    assert (shown["longest_task_waiting_sid"], shown["longest_task_waiting_age"]) == (tasks[2], 7)


def test_statistics_of_the_workers_are_no_worker(twilio: Caller) -> None:
    """The path ends where a worker's SID would stand."""
    shown = body(twilio.get(f"{WORKSPACE}/Workers/RealTimeStatistics"))
    (available,) = shown["activity_statistics"]
    assert (shown["total_workers"], available["workers"]) == (1, 1)
    assert twilio.get(f"{WORKSPACE}/Workers/Nobody").status == 404


def test_statistics_are_of_one_queue(twilio: Caller, start: Start) -> None:
    """Tasks of others are not counted."""
    start()
    for path in (f"/TaskQueues/WQ{'b' * 32}", f"/Workflows/WW{'b' * 32}"):
        shown = body(twilio.get(f"{WORKSPACE}{path}/RealTimeStatistics"))
        assert (shown["total_tasks"], shown["longest_task_waiting_sid"]) == (0, None)
    other = body(twilio.get(f"/v1/Workspaces/WS{'b' * 32}/RealTimeStatistics"))
    assert other["total_tasks"] == 0


def test_the_workspaces_that_are_known(twilio: Caller, start: Callable[..., Answer]) -> None:
    """Flex's own, and those that Tasks were routed to."""
    [own] = body(twilio.get("/v1/Workspaces"))["workspaces"]
    start()
    listed = body(twilio.get("/v1/Workspaces"))["workspaces"]
    assert {each["sid"] for each in listed} == {own["sid"], f"WS{X}"}
    assert own["friendly_name"] == "Flex Task Assignment"


@pytest.mark.parametrize(
    ("part", "key", "name"),
    [("Activities", "activities", "friendly_name"), ("TaskChannels", "channels", "unique_name")],
)
def test_what_every_workspace_has(twilio: Caller, part: str, key: str, name: str) -> None:
    """Activities and task channels are listed, and each can be fetched; others are not there."""
    path = f"/v1/Workspaces/WS{X}/{part}"
    rows = body(twilio.get(path))[key]
    assert {row[name] for row in rows} >= {"Available"} if part == "Activities" else {"default"}
    assert [body(twilio.get(f"{path}/{row['sid']}")) for row in rows] == rows
    assert twilio.get(f"{path}/{rows[0]['sid'][:2]}{'b' * 32}").status == 404


def test_channels_are_found_by_name_too(twilio: Caller) -> None:
    """A task channel and a worker's channel by their unique names."""
    workspace = f"/v1/Workspaces/WS{X}"
    named = body(twilio.get(f"{workspace}/TaskChannels/sms"))
    assert body(twilio.get(f"{workspace}/TaskChannels/{named['sid']}")) == named
    worker = f"{workspace}/Workers/WK{X}/Channels"
    mine = body(twilio.get(f"{worker}/sms"))
    assert (mine["task_channel_sid"], mine["assigned_tasks"]) == (named["sid"], 0)
    assert body(twilio.get(f"{worker}/{mine['sid']}")) == mine
    assert twilio.get(f"{worker}/other").status == 404


def test_one_event(twilio: Caller, start: Callable[..., Answer]) -> None:
    """It can be fetched by its SID, in its workspace."""
    start()
    [event] = body(twilio.get(f"/v1/Workspaces/WS{X}/Events"))["events"]
    assert body(twilio.get(f"/v1/Workspaces/WS{X}/Events/{event['sid']}")) == event
    assert twilio.get(f"/v1/Workspaces/WS{'b' * 32}/Events/{event['sid']}").status == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"FriendlyName": "Agent-XXXX"}, True),
        ({"FriendlyName": "nobody"}, False),
        ({"Available": "true"}, True),
        ({"Available": "0"}, False),
        ({"ActivityName": "Available", "Available": "1"}, True),
        ({"ActivityName": "Offline"}, False),
        ({"ActivitySid": f"WA{'b' * 32}"}, False),
    ],
)
def test_filters_of_workers(
    twilio: Caller,
    start: Callable[..., Answer],
    query: dict[str, str],
    found: bool,  # noqa: FBT001
) -> None:
    """All that is asked must fit; capitals make no difference."""
    start()
    listed = body(twilio.get(f"/v1/Workspaces/WS{X}/Workers", query))["workers"]
    assert (f"WK{X}" in {worker["sid"] for worker in listed}) is found


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"TaskChannel": "sms"}, 1),
        ({"TaskChannel": "voice"}, 0),
        ({"TaskQueueSid": f"WQ{X}", "WorkflowSid": f"WW{X}"}, 1),
        ({"TaskQueueSid": f"WQ{'b' * 32}"}, 0),
        ({"WorkerSid": f"WK{X}"}, 0),
        ({"Sid": "EV0"}, 0),
    ],
)
def test_filters_of_events(
    twilio: Caller, start: Callable[..., Answer], query: dict[str, str], count: int
) -> None:
    """What an event's Task has; no event is a worker's."""
    start()
    assert len(body(twilio.get(f"/v1/Workspaces/WS{X}/Events", query))["events"]) == count


def test_statistics_of_one_task_channel(twilio: Caller, start: Callable[..., Answer]) -> None:
    """By its name or its SID."""
    start()
    path = f"/v1/Workspaces/WS{X}"
    sid = body(twilio.get(f"{path}/TaskChannels/sms"))["sid"]
    counts = [
        body(twilio.get(f"{path}/RealTimeStatistics", {"TaskChannel": name}))["total_tasks"]
        for name in ("sms", sid, "voice")
    ]
    assert counts == [1, 1, 0]
