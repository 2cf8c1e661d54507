"""The endpoints of TaskRouter: https://www.twilio.com/docs/taskrouter/api/task.

Paging is by PageToken only: https://www.twilio.com/docs/api/errors/40153.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import takewhile
from typing import TypeVar

from runner.sandbox.answers import Answer, TwilioError, invalid, not_found
from runner.sandbox.call import Call
from runner.sandbox.expression import ExpressionError, parse_expression
from runner.sandbox.paging import Paging, natural, paged
from runner.sandbox.tasks import EVENT_KEPT, QUEUE_NAME, WORKFLOW_NAME, event_json, task_json
from runner.sandbox.values import Event, Task
from runner.sandbox.workspaces import existing

Test = Callable[[Task], bool]
Row = TypeVar("Row")

_STATUSES = ("pending", "reserved", "assigned", "canceled", "wrapping", "completed")
_ORDERINGS: dict[str, Callable[[Task], int]] = {
    "DateCreated": lambda task: task.ordinal,
    "Priority": lambda task: task.priority,
}
_EXACT: dict[str, Callable[[Task], str]] = {
    "WorkflowSid": lambda task: task.workflow_sid,
    "TaskQueueSid": lambda task: task.queue_sid,
    "WorkflowName": lambda _: WORKFLOW_NAME,
    "TaskQueueName": lambda _: QUEUE_NAME,
    "Priority": lambda task: str(task.priority),
    "RoutingTarget": lambda task: task.worker_sid or "",
    "HasAddons": lambda _: "false",
}
_EXACT_EVENT: dict[str, Callable[[Event], str]] = {
    "Sid": lambda event: event.sid,
    "EventType": lambda event: event.type,
    "TaskSid": lambda event: event.task.sid,
    "WorkflowSid": lambda event: event.task.workflow_sid,
    "TaskQueueSid": lambda event: event.task.queue_sid,
    "TaskChannel": lambda event: event.task.task_channel_unique_name,
    # All events are Tasks'.
    "WorkerSid": lambda _: "",
    "ReservationSid": lambda _: "",
}


def list_tasks(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Tasks."""
    workspace = existing(call, 0, "WS")
    _refuse_absolute_paging(call)
    shows = call.world.shows
    tests = [_statuses(call), *_exact(call, _EXACT), *_evaluation(call)]
    measure, descending = _ordering(call)
    rows = [
        (f"{measure(task):020d}{task.ordinal:020d}", task)
        for task in call.world.records.tasks.values()
        if task.workspace_sid == workspace
        and shows("list_tasks", task.created)
        and all(test(task) for test in tests)
    ]
    rows.sort(reverse=descending)
    shown = call.world.settings.task_lists_show_attributes
    paging = Paging("tasks", largest=1000, descending=descending)
    return paged(call, rows, lambda t: task_json(call, t, with_attributes=shown), paging)


def fetch_task(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Tasks/{WT}."""
    task = call.world.records.tasks.get(call.path[1])
    if task is None or task.workspace_sid != call.path[0]:
        raise not_found(f"/Workspaces/{call.path[0]}/Tasks/{call.path[1]}")
    return Answer(200, task_json(call, task))


def list_events(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Events: the newest first, the last 15 minutes unless asked.

    https://www.twilio.com/docs/taskrouter/api/event
    """
    workspace = existing(call, 0, "WS")
    _refuse_absolute_paging(call)
    start, end = _period(call)
    tests = _exact(call, _EXACT_EVENT)

    def wanted(event: Event) -> bool:
        return (
            event.task.workspace_sid == workspace
            and event.at <= end
            and call.world.shows("events", event.at)
            and all(test(event) for test in tests)
        )

    recent = takewhile(lambda event: event.at >= start, reversed(call.world.records.events))
    found = filter(wanted, recent)
    rows = ((f"{event.ordinal:020d}", event) for event in found)
    paging = Paging("events", largest=1000, descending=True)
    return paged(call, rows, lambda event: event_json(call, event), paging)


def fetch_event(call: Call) -> Answer:
    """GET /v1/Workspaces/{WS}/Events/{EV}."""
    workspace = existing(call, 0, "WS")
    for event in call.world.records.events:
        if event.sid == call.path[1] and event.task.workspace_sid == workspace:
            return Answer(200, event_json(call, event))
    raise not_found(call.request.path.removeprefix("/v1"))


def _refuse_absolute_paging(call: Call) -> None:
    if call.query.get("Page") not in {None, "0"} and "PageToken" not in call.query:
        raise TwilioError(400, 40153, "Absolute paging is not supported: use PageToken")


def _statuses(call: Call) -> Test:
    asked = {s for value in call.query.every("AssignmentStatus") for s in value.split(",")}
    unknown = asked.difference(_STATUSES)
    if unknown:
        raise invalid(f"AssignmentStatus '{min(unknown)}' is not one of {', '.join(_STATUSES)}")
    return lambda task: not asked or task.status in asked


def _exact(call: Call, readers: Mapping[str, Callable[[Row], str]]) -> list[Callable[[Row], bool]]:
    """A test for each parameter that is given: what it names must be what it says."""
    return [
        _equals(read, wanted)
        for name, read in readers.items()
        if (wanted := call.query.get(name)) is not None
    ]


def _equals(read: Callable[[Row], str], wanted: str) -> Callable[[Row], bool]:
    return lambda row: read(row) == wanted


def _evaluation(call: Call) -> list[Test]:
    """EvaluateTaskAttributes, whose limit is 3 a second at Twilio."""
    text = call.query.get("EvaluateTaskAttributes")
    if text is None:
        return []
    if not call.world.admit("evaluations", call.world.settings.evaluations_per_second):
        raise TwilioError(429, 20429, "Too Many Requests")
    try:
        predicate = parse_expression(text)
    except ExpressionError as error:
        raise invalid(f"EvaluateTaskAttributes is not an expression: {error}") from error
    return [lambda task: predicate(task.values)]


def _ordering(call: Call) -> tuple[Callable[[Task], int], bool]:
    name, _, direction = (call.query.get("Ordering") or "DateCreated:asc").partition(":")
    if name not in _ORDERINGS or direction not in {"asc", "desc"}:
        raise invalid("Ordering must be DateCreated or Priority, a colon, and asc or desc")
    return _ORDERINGS[name], direction == "desc"


def _period(call: Call) -> tuple[float, float]:
    now = call.world.now
    end = _date(call, "EndDate", now)
    minutes = natural(call.query.get("Minutes") or "15", "Minutes")
    start = _date(call, "StartDate", end - minutes * 60)
    return max(start, now - EVENT_KEPT), end


def _date(call: Call, name: str, default: float) -> float:
    text = call.query.get(name)
    if text is None:
        return default
    try:
        date = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid(f"{name} must be an ISO 8601 date-time") from error
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
