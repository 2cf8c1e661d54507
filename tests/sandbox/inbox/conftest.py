"""Looks at the inbox's pages without a socket and without a browser."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest

from runner.sandbox.answers import Answer
from runner.sandbox.call import FORM, Request
from runner.sandbox.inbox.rooms import Inbox
from runner.sandbox.state import World

HOST = "127.0.0.1:8080"
ORIGIN = f"http://{HOST}"
_VOID = {"br", "hr", "img", "input", "link", "meta"}


@dataclass
class Element:
    """An element with what is in it."""

    name: str
    attributes: dict[str, str | None]
    inside: "list[Element | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(each if isinstance(each, str) else each.text for each in self.inside)

    def all(self, name: str = "", /, **attributes: str) -> "list[Element]":
        """The elements in it of that name, and with a class or other attributes."""
        found = []
        for each in self.inside:
            if isinstance(each, Element):
                if name in {"", each.name} and each.has(attributes):
                    found.append(each)
                found += each.all(name, **attributes)
        return found

    def one(self, name: str = "", /, **attributes: str) -> "Element":
        """The only such element."""
        [found] = self.all(name, **attributes)
        return found

    def has(self, attributes: dict[str, str]) -> bool:
        """Whether it has these attributes; `class_` is one of its classes."""
        for key, value in attributes.items():
            if key == "class_":
                if value not in (self.attributes.get("class") or "").split():
                    return False
            elif (self.attributes.get(key.replace("_", "-"), value + "!") or "") != value:
                return False
        return True


class _Reader(HTMLParser):
    """Builds the tree, and insists on tags that are closed in their order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute of {tag} comes twice"
        element = Element(tag, dict(attrs))
        self.open[-1].inside.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().name == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


@dataclass(frozen=True)
class Seen:
    """A page as it came."""

    status: int
    headers: dict[str, str]
    source: str

    @property
    def tree(self) -> Element:
        """The page as elements."""
        reader = _Reader()
        reader.feed(self.source)
        reader.close()
        [root] = reader.open
        return root

    @property
    def main(self) -> Element:
        """What is in `main`."""
        return self.tree.one("main")

    @property
    def location(self) -> str:
        """Where one is sent."""
        return self.headers["Location"]


def seen(answered: Answer) -> Seen:
    """An answer of the inbox."""
    assert answered.page is not None
    return Seen(answered.status, dict(answered.headers), answered.page.data.decode())


@pytest.fixture
def inbox(world: World) -> Inbox:
    """The inbox over `world`."""
    return Inbox(world)


@pytest.fixture
def look(inbox: Inbox) -> Callable[..., Seen]:
    """Opens a page."""

    def looked(path: str, **headers: str) -> Seen:
        path, _, query = path.partition("?")
        return seen(
            inbox.answer(Request("GET", path, query, {"host": HOST, **headers}, origin=ORIGIN))
        )

    return looked


@pytest.fixture
def do(inbox: Inbox) -> Callable[..., Seen]:
    """Sends a form from a page of the inbox."""

    def done(path: str, referer: str = "", **form: str) -> Seen:
        headers = {"host": HOST, "origin": ORIGIN, "content-type": FORM, "referer": referer}
        body = urlencode(form).encode()
        return seen(inbox.answer(Request("POST", path, "", headers, body, origin=ORIGIN)))

    return done
