"""The agent's side: Tasks by queue, worker and state."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runner.sandbox.inbox.foreign import bdi, short_sid
from runner.sandbox.inbox.forms import choice, search_form
from runner.sandbox.inbox.icons import channel_icon
from runner.sandbox.inbox.markup import Html, join, tag
from runner.sandbox.inbox.people import channel_name
from runner.sandbox.inbox.times import length
from runner.sandbox.inbox.visit import TASKS, Visit, address
from runner.sandbox.inbox.windows import Window, pager, window
from runner.sandbox.state import World
from runner.sandbox.values import Task

STATUSES = ("pending", "reserved", "assigned", "wrapping", "completed", "canceled")
OPEN = ("pending", "reserved", "assigned", "wrapping")
_MOST = 12


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty is everything."""

    q: str
    status: str
    queue: str
    worker: str
    page: int

    def as_query(self, **other: str | int) -> dict[str, str | int]:
        """As parameters of an address, with others in their place."""
        page = self.page if self.page > 1 else 0
        named = {"q": self.q, "status": self.status, "queue": self.queue, "worker": self.worker}
        return {**named, "page": page, **other}


def filters_of(visit: Visit) -> Filters:
    """What the query says."""
    return Filters(
        visit.asked("q"),
        visit.asked("status", STATUSES),
        visit.asked("queue"),
        visit.asked("worker"),
        visit.page(),
    )


def task_list(visit: Visit, chosen: str = "") -> Html:
    """The list pane."""
    world, filters = visit.world, filters_of(visit)
    here = address(TASKS, chosen) if chosen else TASKS
    everything = [*world.records.tasks.values(), *world.records.deleted_tasks.values()]
    shown = _window(everything, filters)
    rows = [_row(world, each, filters, chosen) for each in shown.rows]
    head = tag(
        "div",
        tag("h2", "Tasks ", tag("span", shown.count(), class_="many")),
        class_="pane-head",
    )
    statuses = [("", "All states"), *((status, status.capitalize()) for status in STATUSES)]
    search = search_form(
        here,
        filters.q,
        "Search tasks and attributes",
        (
            choice("status", "State", statuses, filters.status),
            _kept(filters),
        ),
    )
    listed = tag("ol", rows, class_="rows", id="rows", aria_label="Tasks, newest first")
    nothing = tag("p", _nothing_words(everything), class_="nothing")
    return join(
        head,
        search,
        _overview(everything, filters),
        listed if rows else nothing,
        pager(shown, here, filters.as_query()),
    )


def _nothing_words(everything: Sequence[Task]) -> str:
    if everything:
        return "No Task fits."
    return "No agent has anything to do: an interaction with Routing makes a Task."


def _kept(filters: Filters) -> Html:
    """Queue and worker are chosen by links; the form must not lose them."""
    kept = (("queue", filters.queue), ("worker", filters.worker))
    return join(
        tag("input", type="hidden", name=name, value=value) for name, value in kept if value
    )


def _window(everything: Sequence[Task], filters: Filters) -> Window[Task]:
    needle = filters.q.casefold()
    found = [task for task in everything if _fits(task, filters, needle)]
    found.sort(key=lambda task: task.ordinal, reverse=True)
    return window(found, filters.page, len(found))


def _fits(task: Task, filters: Filters, needle: str) -> bool:
    return (
        (not filters.status or task.status == filters.status)
        and (not filters.queue or task.queue_sid == filters.queue)
        and (not filters.worker or (task.worker_sid or "none") == filters.worker)
        and (not needle or _mentions(task, needle))
    )


def _mentions(task: Task, needle: str) -> bool:
    if needle in task.attributes.casefold():
        return True
    sids = (task.sid, task.queue_sid, task.worker_sid, task.workflow_sid, task.workspace_sid)
    return any(needle in (sid or "").casefold() for sid in sids) or any(
        needle in value.casefold() for value in task.values.values() if isinstance(value, str)
    )


def _overview(everything: Sequence[Task], filters: Filters) -> Html | None:
    """Who has how much to do: a link narrows the list to a queue or a worker."""
    if not everything:
        return None
    still = [task for task in everything if task.status in OPEN]
    queues = Counter(task.queue_sid for task in still)
    workers = Counter(task.worker_sid or "none" for task in still)
    return tag(
        "div",
        _group("Queues", "queue", queues, filters.queue, filters),
        _group("Workers", "worker", workers, filters.worker, filters),
        class_="overview",
    )


def _group(title: str, name: str, counts: Counter[str], chosen: str, filters: Filters) -> Html:
    rows = list(counts.most_common(_MOST))
    if chosen and chosen not in dict(rows):
        rows.append((chosen, counts[chosen]))
    rest = len(counts) - len(rows)
    more = tag("li", f"and {rest:,} more", class_="quiet") if rest > 0 else None
    links = (_link(name, sid, count, filters, current=sid == chosen) for sid, count in rows)
    return tag(
        "section",
        tag("h3", f"{title} ", tag("span", "open", class_="quiet")),
        tag("ul", links, more),
        class_="group",
    )


def _link(name: str, sid: str, count: int, filters: Filters, *, current: bool) -> Html:
    changed: dict[str, str | int] = {name: "" if current else sid, "page": 0}
    href = address(TASKS, **filters.as_query(**changed))
    words = tag("span", "Nobody") if sid == "none" else short_sid(sid)
    number = tag("span", f"{count:,}", class_="count")
    link = tag(
        "a",
        words,
        number,
        href=href,
        aria_current="true" if current else None,
        title="Show all again" if current else None,
    )
    return tag("li", link)


def _row(world: World, task: Task, filters: Filters, chosen: str) -> Html:
    kind = str(task.values.get("channelType", ""))
    current = task.sid == chosen
    link = tag(
        "a",
        tag("span", channel_icon(kind), class_=f"face on-{kind}"),
        tag("span", channel_name(kind), ": ", class_="hidden"),
        tag("span", bdi(customer_of(task)), class_="who"),
        tag("span", length(world.now - task.created), class_="when"),
        tag("span", join(_facts(task)), class_="what"),
        tag("span", status_tag(task), class_="state"),
        href=address(TASKS, task.sid, **filters.as_query()),
        aria_current="true" if current else None,
    )
    return tag("li", link, id=f"row-{task.sid}", class_="row is-current" if current else "row")


def _facts(task: Task) -> Iterator[Html]:
    yield tag("span", "to ", class_="quiet")
    yield short_sid(task.worker_sid) if task.worker_sid else tag("span", "anybody")
    yield tag("span", " in ", class_="quiet")
    yield short_sid(task.queue_sid)


def status_tag(task: Task) -> Html:
    """A Task's state."""
    return tag("span", task.status.capitalize(), class_=f"tag task-{task.status}")


def customer_of(task: Task) -> str:
    """Whom a Task is about, as its attributes say."""
    for name in ("customerName", "from", "customerAddress"):
        value = task.values.get(name)
        if isinstance(value, str) and value.strip():
            return value
    return task.sid
