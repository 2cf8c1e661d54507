"""Lists of facts about a thing: a name and a value in each line."""

from collections.abc import Iterable

from runner.sandbox.inbox.foreign import bdi, sid
from runner.sandbox.inbox.json_view import text_block
from runner.sandbox.inbox.markup import Child, Html, join, tag
from runner.sandbox.inbox.visit import TASKS, address
from runner.sandbox.values import Task

Fact = tuple[str, Child]


def facts(rows: Iterable[Fact]) -> Html:
    """A list of facts; those whose value is None are left out."""
    shown = (join(tag("dt", name), tag("dd", value)) for name, value in rows if value is not None)
    return tag("dl", shown, class_="facts")


def card(title: str, *inside: Child) -> Html:
    """A part of a page under a heading of its own."""
    return tag("section", tag("h3", title), *inside, class_="card")


def folded(title: str, inside: Html, *, id_: str, open_: bool = False) -> Html:
    """Something that is looked at only sometimes."""
    return tag("details", tag("summary", title), inside, id=id_, open=open_, class_="fold")


def attributes_fact(text: str) -> Child:
    """Attributes laid out; None if there are none."""
    return None if text in {"", "{}"} else text_block(text)


def sid_fact(value: str | None) -> Child:
    """A SID, or None."""
    return sid(value) if value else None


def text_fact(value: str | None) -> Child:
    """A text of somebody's, or None."""
    return bdi(value) if value else None


def task_link(task: Task) -> Html:
    """A Task's SID as a link to it."""
    return tag("a", sid(task.sid), href=address(TASKS, task.sid))
