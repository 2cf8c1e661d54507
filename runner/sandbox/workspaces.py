"""What a TaskRouter workspace is made of: workflows, queues, workers and their channels.

https://www.twilio.com/docs/taskrouter/api/workspace and the pages beside it. Every SID of the right
form is there unless `Settings.missing` names it; lists show the default one and those that Tasks
were routed to. All workers are available, and nothing here can be changed.
"""

import re
from collections.abc import Callable

from runner.sandbox.answers import Answer, JsonObject, iso, not_found
from runner.sandbox.call import Call
from runner.sandbox.paging import Paging, paged
from runner.sandbox.state import named_sid
from runner.sandbox.tasks import QUEUE_NAME, WORKFLOW_NAME
from runner.sandbox.values import Task

_CAPACITY = 5
_ACTIVITY = "Available"


def fetch_workspace(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}."""
    sid = existing(call, 0, "WS")
    shown = {
        **_common(call, sid, f"/v1/Workspaces/{sid}"),
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
    return Answer(200, shown)


def list_workflows(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Workflows."""
    return _listed(call, "WW", "workflows", {task.workflow_sid for task in _tasks(call)})


def fetch_workflow(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Workflows/{WW}."""
    return _fetched(call, "WW")


def list_task_queues(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/TaskQueues."""
    return _listed(call, "WQ", "task_queues", {task.queue_sid for task in _tasks(call)})


def fetch_task_queue(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/TaskQueues/{WQ}."""
    return _fetched(call, "WQ")


def list_workers(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Workers."""
    known = {task.worker_sid for task in _tasks(call) if task.worker_sid}
    return _listed(call, "WK", "workers", known)


def fetch_worker(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Workers/{WK}."""
    return _fetched(call, "WK")


def list_worker_channels(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Workers/{WK}/Channels: how many Tasks they may have at once."""
    existing(call, 0, "WS")
    worker = existing(call, 1, "WK")
    held = [task.task_channel_unique_name for task in _tasks(call) if task.worker_sid == worker]
    names = sorted({"default", "chat", "sms", "voice", *held})
    rows = [(name, name) for name in names]
    paging = Paging("channels", largest=1000)
    return paged(call, rows, lambda name: _worker_channel(call, worker, name), paging)


def existing(call: Call, position: int, prefix: str) -> str:
    """The SID at this place of the path, if it is one of a thing that is there."""
    sid = call.path[position]
    missing = call.world.settings.missing
    if not re.fullmatch(f"{prefix}[0-9A-Za-z]{{32}}", sid) or sid in missing:
        raise not_found(call.request.path.removeprefix("/v1"))
    return sid


def _tasks(call: Call) -> list[Task]:
    workspace = call.path[0]
    tasks = call.world.records.tasks.values()
    return [task for task in tasks if task.workspace_sid == workspace]


def _listed(call: Call, prefix: str, key: str, known: set[str]) -> Answer:
    workspace = existing(call, 0, "WS")
    sids = sorted({named_sid(prefix, workspace), *known} - call.world.settings.missing)
    rows = [(sid, sid) for sid in sids]
    return paged(call, rows, lambda sid: _shown(call, prefix, sid), Paging(key, largest=1000))


def _fetched(call: Call, prefix: str) -> Answer:
    existing(call, 0, "WS")
    return Answer(200, _shown(call, prefix, existing(call, 1, prefix)))


def _shown(call: Call, prefix: str, sid: str) -> JsonObject:
    collection, show = _KINDS[prefix]
    path = f"/v1/Workspaces/{call.path[0]}/{collection}/{sid}"
    return {
        **_common(call, sid, path),
        "workspace_sid": call.path[0],
        **show(sid),
        "links": {
            **_links(call, path, ("RealTimeStatistics",)),
            "workspace": call.url(f"/v1/Workspaces/{call.path[0]}"),
        },
    }


def _common(call: Call, sid: str, path: str) -> JsonObject:
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


def _worker(sid: str) -> JsonObject:
    return {
        "friendly_name": f"agent-{sid[-4:]}",
        "attributes": "{}",
        "available": True,
        "activity_name": _ACTIVITY,
        "activity_sid": named_sid("WA", _ACTIVITY),
        "date_status_changed": None,
    }


def _worker_channel(call: Call, worker: str, name: str) -> JsonObject:
    mine = [
        task
        for task in _tasks(call)
        if task.worker_sid == worker and task.task_channel_unique_name == name
    ]
    busy = sum(task.status in {"reserved", "assigned", "wrapping"} for task in mine)
    free = max(0, _CAPACITY - busy)
    sid = named_sid("WC", worker + name)
    path = f"/v1/Workspaces/{call.path[0]}/Workers/{worker}/Channels/{sid}"
    return {
        **_common(call, sid, path),
        "workspace_sid": call.path[0],
        "worker_sid": worker,
        "task_channel_sid": named_sid("TC", name),
        "task_channel_unique_name": name,
        "configured_capacity": _CAPACITY,
        "available_capacity_percentage": 100 * free // _CAPACITY,
        "assigned_tasks": busy,
        "available": free > 0,
    }


_PARTS = ("Workflows", "TaskQueues", "Workers", "Tasks", "Events", "RealTimeStatistics")
_KINDS: dict[str, tuple[str, Callable[[str], JsonObject]]] = {
    "WW": ("Workflows", _workflow),
    "WQ": ("TaskQueues", _task_queue),
    "WK": ("Workers", _worker),
}
