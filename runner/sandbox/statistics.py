"""Real-time statistics of TaskRouter: how many Tasks wait, and where.

https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics and the pages beside it.
"""

from collections import Counter
from collections.abc import Callable

from runner.sandbox.answers import Answer, JsonObject
from runner.sandbox.call import Call
from runner.sandbox.state import named_sid
from runner.sandbox.values import Task
from runner.sandbox.workspaces import existing

_STATUSES = ("pending", "reserved", "assigned", "wrapping")


def workspace_statistics(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/RealTimeStatistics."""
    counts = _counts(call, lambda _: True)
    return Answer(200, {**counts, **_activities(), "total_workers": 1})


def workflow_statistics(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Workflows/{WW}/RealTimeStatistics."""
    sid = existing(call, 1, "WW")
    counts = _counts(call, lambda task: task.workflow_sid == sid)
    return Answer(200, {**counts, "workflow_sid": sid})


def task_queue_statistics(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/TaskQueues/{WQ}/RealTimeStatistics."""
    sid = existing(call, 1, "WQ")
    counts = _counts(call, lambda task: task.queue_sid == sid)
    shown = {
        **counts,
        **_activities(),
        "task_queue_sid": sid,
        "longest_relative_task_age_in_queue": counts["longest_task_waiting_age"],
        "longest_relative_task_sid_in_queue": counts["longest_task_waiting_sid"],
        "total_available_workers": 1,
        "total_eligible_workers": 1,
    }
    return Answer(200, shown)


def workers_statistics(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Workers/RealTimeStatistics."""
    shown = {
        "account_sid": call.account_sid,
        "workspace_sid": existing(call, 0, "WS"),
        **_activities(),
        "total_workers": 1,
        "url": call.url(call.request.path),
    }
    return Answer(200, shown)


def _counts(call: Call, wanted: Callable[[Task], bool]) -> JsonObject:
    """What all three have in common; Tasks that are over are not counted."""
    workspace = existing(call, 0, "WS")
    channel = call.query.get("TaskChannel")
    tasks = [
        task
        for task in call.world.records.tasks.values()
        if task.workspace_sid == workspace
        and task.status in _STATUSES
        and wanted(task)
        and channel in {None, task.task_channel_unique_name, task.task_channel_sid}
    ]
    statuses = Counter(task.status for task in tasks)
    waiting = min((t for t in tasks if t.status == "pending"), key=_age_key, default=None)
    return {
        "account_sid": call.account_sid,
        "workspace_sid": workspace,
        "total_tasks": len(tasks),
        "tasks_by_status": {status: statuses[status] for status in _STATUSES},
        "tasks_by_priority": dict(Counter(str(task.priority) for task in tasks)),
        "longest_task_waiting_age": int(call.world.now - waiting.created) if waiting else 0,
        "longest_task_waiting_sid": waiting.sid if waiting else None,
        "url": call.url(call.request.path),
    }


def _age_key(task: Task) -> int:
    return task.ordinal


def _activities() -> JsonObject:
    sid = named_sid("WA", "Available")
    return {"activity_statistics": [{"sid": sid, "friendly_name": "Available", "workers": 1}]}
