"""One request for a page, and the addresses that pages link to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from runner.sandbox.call import Fields, Request
from runner.sandbox.state import World

HOME = "/"
ROOM = "/inbox/"
CONVERSATIONS = "/inbox/conversations"
TASKS = "/inbox/tasks"
REQUESTS = "/inbox/requests"
DEBUGGER = "/inbox/debugger"
CONTROLS = "/inbox/controls"
HELP = "/inbox/help"
WRITE = "/inbox/write"
STATIC = "/inbox/static/"
EVENTS = "/inbox/events"
THEMES = ("system", "light", "dark")


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at what: the world, the request, what stands for the stars of its path.

    `form` is what was sent with a POST; `theme` is the one of `THEMES` that was chosen before.
    """

    world: World
    request: Request
    names: tuple[str, ...] = ()
    query: Fields = field(default_factory=Fields)
    form: Fields = field(default_factory=Fields)
    theme: str = "system"

    def asked(self, name: str, allowed: tuple[str, ...] = ()) -> str:
        """A parameter of the query without blanks around it; empty unless it is allowed."""
        value = (self.query.get(name) or "").strip()
        return value if not allowed or value in allowed else ""

    def page(self) -> int:
        """The page of the list that is asked for, from 1."""
        text = self.asked("page")
        return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 else 1


def address(path: str, *names: str, **query: str | int) -> str:
    """The address of a page; parameters that are empty are left out."""
    whole = "/".join((path, *(quote(name, safe="") for name in names)))
    given = {name: str(value) for name, value in query.items() if value not in {"", 0}}
    return f"{whole}?{urlencode(given)}" if given else whole


def conversation_at(sid: str, filters: Mapping[str, str | int] | None = None) -> str:
    """The address of a conversation, beside the list that these filters make."""
    return address(CONVERSATIONS, sid, **(filters or {}))
