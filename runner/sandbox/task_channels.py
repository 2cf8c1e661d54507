"""Task channels, and how many Tasks of each a worker may have at once.

https://www.twilio.com/docs/taskrouter/api/task-channel
https://www.twilio.com/docs/taskrouter/api/worker-channel
A capacity is shown and not obeyed.
"""

from collections.abc import Iterable

from runner.sandbox.answers import Answer, JsonObject, not_found
from runner.sandbox.call import Call
from runner.sandbox.paging import Paging, paged
from runner.sandbox.state import named_sid
from runner.sandbox.values import Task
from runner.sandbox.workspaces import common_json, existing, tasks_of

_CAPACITY = 5
_NAMES = ("chat", "default", "sms", "voice")
_PAGING = Paging("channels", largest=1000)


def list_task_channels(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/TaskChannels: the usual ones and those of Tasks."""
    existing(call, 0, "WS")
    rows = [(name, name) for name in _names(tasks_of(call))]
    return paged(call, rows, lambda name: _task_channel(call, name), _PAGING)


def fetch_task_channel(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/TaskChannels/{TC or unique name}."""
    existing(call, 0, "WS")
    return Answer(200, _task_channel(call, _named(call, 1, "TC", _names(tasks_of(call)))))


def list_worker_channels(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Workers/{WK}/Channels: how many Tasks they may have at once."""
    worker = _worker(call)
    rows = [(name, name) for name in _names(_held(call, worker))]
    return paged(call, rows, lambda name: _worker_channel(call, worker, name), _PAGING)


def fetch_worker_channel(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Workers/{WK}/Channels/{WC or unique name}."""
    worker = _worker(call)
    name = _named(call, 2, f"WC{worker}", _names(_held(call, worker)))
    return Answer(200, _worker_channel(call, worker, name))


def _worker(call: Call) -> str:
    existing(call, 0, "WS")
    return existing(call, 1, "WK")


def _held(call: Call, worker: str) -> list[Task]:
    return [task for task in tasks_of(call) if task.worker_sid == worker]


def _names(tasks: Iterable[Task]) -> list[str]:
    return sorted({*_NAMES, *(task.task_channel_unique_name for task in tasks)})


def _named(call: Call, position: int, kind: str, names: Iterable[str]) -> str:
    """The name that a SID or a name in the path means."""
    asked = call.path[position]
    for name in names:
        if asked in {name, named_sid(kind[:2], kind[2:] + name)}:
            return name
    raise not_found(call.request.path.removeprefix("/v1"))


def _task_channel(call: Call, name: str) -> JsonObject:
    workspace = f"/v1/Workspaces/{call.path[0]}"
    sid = named_sid("TC", name)
    return {
        **common_json(call, sid, f"{workspace}/TaskChannels/{sid}"),
        "workspace_sid": call.path[0],
        "friendly_name": name.title(),
        "unique_name": name,
        "channel_optimized_routing": False,
        "links": {"workspace": call.url(workspace)},
    }


def _worker_channel(call: Call, worker: str, name: str) -> JsonObject:
    mine = [task for task in _held(call, worker) if task.task_channel_unique_name == name]
    busy = sum(task.status in {"reserved", "assigned", "wrapping"} for task in mine)
    free = max(0, _CAPACITY - busy)
    sid = named_sid("WC", worker + name)
    path = f"/v1/Workspaces/{call.path[0]}/Workers/{worker}/Channels/{sid}"
    return {
        **common_json(call, sid, path),
        "workspace_sid": call.path[0],
        "worker_sid": worker,
        "task_channel_sid": named_sid("TC", name),
        "task_channel_unique_name": name,
        "configured_capacity": _CAPACITY,
        "available_capacity_percentage": 100 * free // _CAPACITY,
        "assigned_tasks": busy,
        "available": free > 0,
    }
