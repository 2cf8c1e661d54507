"""What a TaskRouter workspace is made of: workflows, queues, workers and activities.

https://www.twilio.com/docs/taskrouter/api/workspace and the pages beside it. Every SID of the right
form is there unless `Settings.missing` names it; lists show the default one and those that Tasks
were routed to. All workers are available, and nothing here can be changed.
"""

import re
from collections.abc import Callable, Mapping

from runner.sandbox.answers import Answer, JsonObject, is_sid, iso, not_found
from runner.sandbox.call import Call
from runner.sandbox.paging import Paging, is_wanted, paged
from runner.sandbox.state import named_sid
from runner.sandbox.tasks import QUEUE_NAME, WORKFLOW_NAME
from runner.sandbox.values import Task

# By name, whether they are at work.
_ACTIVITIES = {"Available": True, "Unavailable": False, "Offline": False}
_ACTIVITY = "Available"


def fetch_workspace(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}."""
    return Answer(200, _workspace(call, existing(call, 0, "WS")))


def _workspace(call: Call, sid: str) -> JsonObject:
    return {
        **common_json(call, sid, f"/v1/Workspaces/{sid}"),
        "friendly_name": "Flex Task Assignment",
        "multi_task_enabled": True,
        "prioritize_queue_order": "FIFO",
        "default_activity_name": "Offline",
        "default_activity_sid": named_sid("WA", "Offline"),
        "timeout_activity_name": "Offline",
        "timeout_activity_sid": named_sid("WA", "Offline"),
        "event_callback_url": "",
        "events_filter": None,
        "links": _links(call, f"/v1/Workspaces/{sid}", _PARTS),
    }


def list_workspaces(call: Call) -> Answer:
    """GET /v1/Workspaces: Flex's own, and those that Tasks were routed to."""
    known = {task.workspace_sid for task in call.world.records.tasks.values()}
    sids = sorted({named_sid("WS", "Flex"), *known} - call.world.settings.missing)
    shown = [_workspace(call, sid) for sid in sids]
    return _page(call, shown, "workspaces", _BY_NAME)


def list_workflows(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Workflows."""
    return _listed(call, "WW", "workflows", {task.workflow_sid for task in tasks_of(call)})


def fetch_workflow(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Workflows/{WW}."""
    return _fetched(call, "WW")


def list_task_queues(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/TaskQueues."""
    return _listed(call, "WQ", "task_queues", {task.queue_sid for task in tasks_of(call)})


def fetch_task_queue(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/TaskQueues/{WQ}."""
    return _fetched(call, "WQ")


def list_workers(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Workers."""
    known = {task.worker_sid for task in tasks_of(call) if task.worker_sid}
    return _listed(call, "WK", "workers", known)


def fetch_worker(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Workers/{WK}."""
    return _fetched(call, "WK")


def list_activities(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Activities."""
    existing(call, 0, "WS")
    shown = [_activity(call, name) for name in _ACTIVITIES]
    return _page(call, shown, "activities", {**_BY_NAME, "Available": "available"})


def fetch_activity(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Activities/{WA}."""
    existing(call, 0, "WS")
    sid = existing(call, 1, "WA")
    name = next((name for name in _ACTIVITIES if named_sid("WA", name) == sid), None)
    if name is None:
        raise not_found(call.request.path.removeprefix("/v1"))
    return Answer(200, _activity(call, name))


def existing(call: Call, position: int, prefix: str) -> str:
    """The SID at this place of the path, if it is one of a thing that is there."""
    sid = call.path[position]
    missing = call.world.settings.missing
    if not is_sid(prefix, sid) or sid in missing:
        raise not_found(call.request.path.removeprefix("/v1"))
    return sid


def tasks_of(call: Call) -> list[Task]:
    """The Tasks of the workspace in the path."""
    workspace = call.path[0]
    tasks = call.world.records.tasks.values()
    return [task for task in tasks if task.workspace_sid == workspace]


def _listed(call: Call, prefix: str, key: str, known: set[str]) -> Answer:
    workspace = existing(call, 0, "WS")
    sids = sorted({named_sid(prefix, workspace), *known} - call.world.settings.missing)
    shown = [_shown(call, prefix, sid) for sid in sids]
    return _page(call, shown, key, _BY_STATE if prefix == "WK" else _BY_NAME)


def _page(call: Call, shown: list[JsonObject], key: str, filters: Mapping[str, str]) -> Answer:
    rows = [(each["sid"], each) for each in shown if is_wanted(call, each, filters)]
    rows.sort(key=lambda row: row[0])
    return paged(call, rows, lambda each: each, Paging(key, largest=1000))


def _fetched(call: Call, prefix: str) -> Answer:
    existing(call, 0, "WS")
    return Answer(200, _shown(call, prefix, existing(call, 1, prefix)))


def _shown(call: Call, prefix: str, sid: str) -> JsonObject:
    collection, show = _KINDS[prefix]
    path = f"/v1/Workspaces/{call.path[0]}/{collection}/{sid}"
    return {
        **common_json(call, sid, path),
        "workspace_sid": call.path[0],
        **show(sid),
        "links": {
            **_links(call, path, ("RealTimeStatistics",)),
            "workspace": call.url(f"/v1/Workspaces/{call.path[0]}"),
        },
    }


def common_json(call: Call, sid: str, path: str) -> JsonObject:
    """What all parts of a workspace have in common."""
    began = iso(call.world.began)
    return {
        "sid": sid,
        "account_sid": call.account_sid,
        "date_created": began,
        "date_updated": began,
        "url": call.url(path),
    }


def _links(call: Call, path: str, parts: tuple[str, ...]) -> dict[str, str]:
    """Links named as Twilio names them: `task_queues` leads to `TaskQueues`."""
    return {_snake(part): call.url(f"{path}/{part}") for part in parts}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _activity(call: Call, name: str) -> JsonObject:
    sid = named_sid("WA", name)
    workspace = f"/v1/Workspaces/{call.path[0]}"
    return {
        **common_json(call, sid, f"{workspace}/Activities/{sid}"),
        "workspace_sid": call.path[0],
        "friendly_name": name,
        "available": _ACTIVITIES[name],
        "links": {"workspace": call.url(workspace)},
    }


def _workflow(_: str) -> JsonObject:
    return {
        "friendly_name": WORKFLOW_NAME,
        "configuration": '{"task_routing":{"filters":[]}}',
        "task_reservation_timeout": 120,
        "assignment_callback_url": "",
        "fallback_assignment_callback_url": "",
        "document_content_type": "application/json",
    }


def _task_queue(_: str) -> JsonObject:
    return {
        "friendly_name": QUEUE_NAME,
        "target_workers": "1==1",
        "task_order": "FIFO",
        "max_reserved_workers": 1,
        "assignment_activity_sid": None,
        "assignment_activity_name": None,
        "reservation_activity_sid": None,
        "reservation_activity_name": None,
    }


def worker_name(sid: str) -> str:
    """What a worker is called; every SID of the right form is one."""
    return f"agent-{sid[-4:]}"


def _worker(sid: str) -> JsonObject:
    return {
        "friendly_name": worker_name(sid),
        "attributes": "{}",
        "available": True,
        "activity_name": _ACTIVITY,
        "activity_sid": named_sid("WA", _ACTIVITY),
        "date_status_changed": None,
    }


_BY_NAME = {"FriendlyName": "friendly_name"}
_BY_STATE = {
    **_BY_NAME,
    "Available": "available",
    "ActivityName": "activity_name",
    "ActivitySid": "activity_sid",
}
_PARTS = (
    "Activities",
    "TaskChannels",
    "Workflows",
    "TaskQueues",
    "Workers",
    "Tasks",
    "Events",
    "RealTimeStatistics",
)
_KINDS: dict[str, tuple[str, Callable[[str], JsonObject]]] = {
    "WW": ("Workflows", _workflow),
    "WQ": ("TaskQueues", _task_queue),
    "WK": ("Workers", _worker),
}
