"""One Task: what the agent sees of it, and what an agent may do with it."""

from runner.sandbox.answers import not_found
from runner.sandbox.inbox.facts import Fact, card, facts, sid_fact
from runner.sandbox.inbox.foreign import bdi, sid
from runner.sandbox.inbox.forms import button_form
from runner.sandbox.inbox.frame import breadcrumb, two_panes
from runner.sandbox.inbox.json_view import text_block
from runner.sandbox.inbox.markup import Html, join, tag
from runner.sandbox.inbox.people import find_any_conversation, find_task
from runner.sandbox.inbox.task_list import customer_of, filters_of, status_tag, task_list
from runner.sandbox.inbox.times import length, moment_of
from runner.sandbox.inbox.visit import TASKS, Visit, address, conversation_at
from runner.sandbox.tasks import QUEUE_NAME, WORKFLOW_NAME
from runner.sandbox.values import Event, Task

# What an agent may do in each state: https://www.twilio.com/docs/taskrouter/lifecycle-task-state.
MOVES: dict[str, tuple[tuple[str, str], ...]] = {
    "pending": (("assigned", "Accept"), ("canceled", "Cancel")),
    "reserved": (("assigned", "Accept"), ("canceled", "Cancel")),
    "assigned": (("wrapping", "Wrap up"), ("completed", "Complete")),
    "wrapping": (("completed", "Complete"),),
}


def show_tasks(visit: Visit) -> Html:
    """GET /inbox/tasks."""
    words = "Choose a Task to see what its agent sees."
    return two_panes(visit, "tasks", "Tasks", task_list(visit), None, words)


def show_task(visit: Visit) -> Html:
    """GET /inbox/tasks/{WT}."""
    task = find_task(visit.world, visit.names[0])
    if task is None:
        raise not_found(f"{TASKS}/{visit.names[0]}")
    detail = tag(
        "article",
        _head(visit, task),
        _actions(visit, task),
        card("Attributes", text_block(task.attributes)),
        card("Routing", facts(_routing(visit, task))),
        card("Events", _events(visit, task)),
        class_="task",
    )
    listed = task_list(visit, task.sid)
    return two_panes(visit, "tasks", f"Task about {customer_of(task)}", listed, detail, "")


def _head(visit: Visit, task: Task) -> Html:
    age = f"{length(visit.world.now - task.created)} old"
    gone = (
        tag("span", "deleted at Twilio") if task.sid in visit.world.records.deleted_tasks else None
    )
    return tag(
        "header",
        breadcrumb("Tasks", address(TASKS, **filters_of(visit).as_query())),
        tag("h2", bdi(customer_of(task)), id="title"),
        tag("p", tag("span", status_tag(task)), tag("span", age), gone, class_="sub"),
        class_="detail-head",
    )


def _actions(visit: Visit, task: Task) -> Html:
    """What the agent may do now, and the way to the conversation."""
    moves = MOVES.get(task.status, ()) if task.sid in visit.world.records.tasks else ()
    target = address(TASKS, task.sid, "status")
    buttons = (
        button_form(
            target, words, (("status", status),), class_="button is-first" if n == 0 else "button"
        )
        for n, (status, words) in enumerate(moves)
    )
    conversation = str(task.values.get("conversationSid", ""))
    known = find_any_conversation(visit.world, conversation) is not None
    link = tag("a", "The conversation", href=conversation_at(conversation), class_="button")
    return tag("div", buttons, link if known else None, class_="row-of-buttons")


def _routing(visit: Visit, task: Task) -> list[Fact]:
    left = task.created + task.timeout - visit.world.now
    return [
        ("Task", sid(task.sid)),
        ("Worker", sid_fact(task.worker_sid) or "anybody in the queue"),
        ("Queue", join(QUEUE_NAME, " ", sid(task.queue_sid))),
        ("Workflow", join(WORKFLOW_NAME, " ", sid(task.workflow_sid))),
        ("Workspace", sid(task.workspace_sid)),
        ("Task channel", bdi(task.task_channel_unique_name)),
        ("Priority", str(task.priority)),
        ("Timeout", f"{task.timeout:,} s"),
        ("Expires in", length(left) if task.status == "pending" else None),
        ("Created", moment_of(task.created)),
        ("Reason", bdi(task.reason) if task.reason else None),
        ("Interaction", sid_fact(str(task.values.get("flexInteractionSid", "")))),
    ]


def _events(visit: Visit, task: Task) -> Html:
    found = [event for event in visit.world.records.events if event.task.sid == task.sid]
    return tag("ol", (_event(event) for event in found), class_="events")


def _event(event: Event) -> Html:
    return tag("li", tag("code", event.type), " ", moment_of(event.at))
