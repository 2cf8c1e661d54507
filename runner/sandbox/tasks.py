"""Tasks and their Events: https://www.twilio.com/docs/taskrouter/lifecycle-task-state.

No worker accepts anything here: a Task stays `pending` until its interaction channel is closed or
its timeout cancels it. "A Task is deleted five minutes after it is completed or canceled" (another
page says ten); the log of Events keeps it for 30 days.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from runner.sandbox.answers import JsonObject, iso
from runner.sandbox.call import Call
from runner.sandbox.state import World, named_sid
from runner.sandbox.values import Event, Task

TASK_KEPT = 300.0
EVENT_KEPT = 30 * 86_400.0
WORKFLOW_NAME = "Default Fifo Workflow"
QUEUE_NAME = "Sample Queue"
_FINAL = ("completed", "canceled")
_EVENTS = {
    "wrapping": "task.wrapup",
    "completed": "task.completed",
    "canceled": "task.canceled",
}


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """What `Routing` asks for; `attributes` are the caller's."""

    workspace_sid: str
    workflow_sid: str | None
    queue_sid: str | None
    worker_sid: str | None
    task_channel_sid: str | None
    task_channel_unique_name: str | None
    attributes: Mapping[str, Any]
    priority: int = 0
    timeout: int = 86_400


def open_task(world: World, wish: TaskRequest, values: Mapping[str, Any], text: str) -> Task:
    """A new pending Task, with the attributes that Flex made of the caller's."""
    name = wish.task_channel_unique_name or "default"
    task = Task(
        sid=world.sid("WT"),
        workspace_sid=wish.workspace_sid,
        workflow_sid=wish.workflow_sid or named_sid("WW", wish.workspace_sid),
        queue_sid=wish.queue_sid or named_sid("WQ", wish.workspace_sid),
        worker_sid=wish.worker_sid,
        task_channel_sid=wish.task_channel_sid or named_sid("TC", name),
        task_channel_unique_name=name,
        attributes=text,
        values=values,
        priority=wish.priority,
        timeout=wish.timeout,
        ordinal=world.ordinal(),
        created=world.now,
        updated=world.now,
    )
    world.records.tasks[task.sid] = task
    _log(world, "task.created", task)
    world.after(task.timeout, lambda: _expire(world, task.sid))
    return task


def put_task(world: World, sid: str, status: str, reason: str = "") -> None:
    """Put a Task into another status, unless it is final or gone."""
    task = world.records.tasks.get(sid)
    if task is None or task.status in _FINAL or task.status == status:
        return
    changed = replace(task, status=status, reason=reason, updated=world.now)
    world.records.tasks[sid] = changed
    if status in _EVENTS:
        _log(world, _EVENTS[status], changed)
    if status in _FINAL:
        world.after(TASK_KEPT, lambda: _delete(world, sid))


def _expire(world: World, sid: str) -> None:
    task = world.records.tasks.get(sid)
    if task is not None and task.status == "pending":
        put_task(world, sid, "canceled", "Task TTL Exceeded")


def _delete(world: World, sid: str) -> None:
    task = world.records.tasks.pop(sid)
    world.records.deleted_tasks[sid] = task
    _log(world, "task.deleted", task)


def _log(world: World, event_type: str, task: Task) -> None:
    events = world.records.events
    events.append(Event(world.sid("EV"), event_type, task, world.ordinal(), world.now))
    while events[0].at <= world.now - EVENT_KEPT:
        events.popleft()


def task_json(call: Call, task: Task, *, with_attributes: bool = True) -> JsonObject:
    """https://www.twilio.com/docs/taskrouter/api/task."""
    url = call.url(f"/v1/Workspaces/{task.workspace_sid}/Tasks/{task.sid}")
    return {
        **_routing_fields(call, task),
        "attributes": task.attributes if with_attributes else None,
        "date_created": iso(task.created),
        "date_updated": iso(task.updated),
        "task_queue_entered_date": iso(task.created),
        "virtual_start_time": iso(task.created),
        "task_queue_sid": task.queue_sid,
        "task_queue_friendly_name": QUEUE_NAME,
        "workflow_friendly_name": WORKFLOW_NAME,
        "ignore_capacity": False,
        "url": url,
        "links": {
            "workspace": call.url(f"/v1/Workspaces/{task.workspace_sid}"),
            "reservations": f"{url}/Reservations",
        },
    }


def routing_json(call: Call, task: Task) -> JsonObject:
    """`routing.properties` of an interaction: the Task with other names and epoch dates.

    https://www.twilio.com/docs/flex/developer/conversations/send-outbound-messages-via-sms-and-whatsapp
    """
    return {
        **_routing_fields(call, task),
        "attributes": task.attributes,
        "date_created": int(task.created),
        "date_updated": int(task.updated),
        "task_queue_entered_date": int(task.created),
        "age_in_queue": int(call.world.now - task.created),
        "queue_sid": task.queue_sid,
        "queue_name": QUEUE_NAME,
        "workflow_name": WORKFLOW_NAME,
        "assignmentCounter": 0,
    }


def _routing_fields(call: Call, task: Task) -> JsonObject:
    """What both pictures of a Task have in common."""
    return {
        "sid": task.sid,
        "account_sid": call.account_sid,
        "workspace_sid": task.workspace_sid,
        "workflow_sid": task.workflow_sid,
        "task_channel_sid": task.task_channel_sid,
        "task_channel_unique_name": task.task_channel_unique_name,
        "assignment_status": task.status,
        "reason": task.reason,
        "priority": task.priority,
        "timeout": task.timeout,
        "age": int(call.world.now - task.created),
        "addons": "{}",
        "routing_target": task.worker_sid,
    }


def event_json(call: Call, event: Event) -> JsonObject:
    """https://www.twilio.com/docs/taskrouter/api/event, and the page of its `event_data`."""
    task = event.task
    workspace = f"/v1/Workspaces/{task.workspace_sid}"
    return {
        "sid": event.sid,
        "account_sid": call.account_sid,
        "workspace_sid": task.workspace_sid,
        "event_type": event.type,
        "event_date": iso(event.at),
        "event_date_ms": int(event.at * 1000),
        "description": f"Task {task.sid}: {event.type}",
        "resource_type": "task",
        "resource_sid": task.sid,
        "resource_url": call.url(f"{workspace}/Tasks/{task.sid}"),
        "actor_type": "account",
        "actor_sid": call.account_sid,
        "actor_url": None,
        "source": "twilio",
        "source_ip_address": None,
        "url": call.url(f"{workspace}/Events/{event.sid}"),
        "event_data": _event_data(event),
    }


def _event_data(event: Event) -> JsonObject:
    """https://www.twilio.com/docs/taskrouter/api/event/reference."""
    task = event.task
    return {
        "task_sid": task.sid,
        "task_attributes": task.attributes,
        "task_age": str(int(event.at - task.created)),
        "task_priority": str(task.priority),
        "task_assignment_status": task.status,
        "task_channel_sid": task.task_channel_sid,
        "task_channel_unique_name": task.task_channel_unique_name,
        "task_queue_sid": task.queue_sid,
        "task_queue_name": QUEUE_NAME,
        "workflow_sid": task.workflow_sid,
        "workflow_name": WORKFLOW_NAME,
        "workspace_sid": task.workspace_sid,
        "routing_target": task.worker_sid,
    }
