"""The timeline: every request to the API, the newest first."""

from collections.abc import Iterator
from dataclasses import dataclass

from runner.sandbox.inbox.foreign import bdi, one_line
from runner.sandbox.inbox.forms import choice, search_form
from runner.sandbox.inbox.icons import icon
from runner.sandbox.inbox.markup import Html, join, tag
from runner.sandbox.inbox.noted import (
    OUTCOMES,
    Numbered,
    endpoint_of,
    fits_outcome,
    gist,
    mentions,
    newest_first,
)
from runner.sandbox.inbox.times import to_the_second
from runner.sandbox.inbox.visit import REQUESTS, Visit, address
from runner.sandbox.inbox.windows import pager, window
from runner.sandbox.routes import endpoint_names
from runner.sandbox.state import World
from runner.sandbox.values import Noted


@dataclass(frozen=True, slots=True)
class Filters:
    """What the timeline is narrowed to; empty is everything."""

    q: str
    endpoint: str
    outcome: str
    page: int

    def as_query(self) -> dict[str, str | int]:
        """As parameters of an address."""
        page = self.page if self.page > 1 else 0
        return {"q": self.q, "endpoint": self.endpoint, "outcome": self.outcome, "page": page}

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.q or self.endpoint or self.outcome)


def filters_of(visit: Visit) -> Filters:
    """What the query says."""
    return Filters(
        visit.asked("q"),
        visit.asked("endpoint", tuple(endpoint_names())),
        visit.asked("outcome", tuple(OUTCOMES)),
        visit.page(),
    )


def request_list(visit: Visit, chosen: int = 0) -> Html:
    """The list pane."""
    world, filters = visit.world, filters_of(visit)
    here = address(REQUESTS, str(chosen)) if chosen else REQUESTS
    total = None if filters.narrows else len(world.requests)
    shown = window(_fitting(world, filters), filters.page, total)
    rows = [_row(each, filters, chosen) for each in shown.rows]
    head = tag(
        "div",
        tag("h2", "Requests ", tag("span", shown.count(), class_="many")),
        class_="pane-head",
    )
    listed = tag("ol", rows, class_="rows requests", id="rows", aria_label="Requests, newest first")
    words = "No request fits." if filters.narrows else "No request has come yet."
    return join(
        head,
        _search(filters, here),
        listed if rows else tag("p", words, class_="nothing"),
        pager(shown, here, filters.as_query()),
    )


def _search(filters: Filters, here: str) -> Html:
    names = sorted(endpoint_names())
    endpoints = [("", "All endpoints"), *((name, words_for(name)) for name in names)]
    outcomes = [("", "All outcomes"), *OUTCOMES.items()]
    return search_form(
        here,
        filters.q,
        "Search paths, fields and codes",
        (
            choice("endpoint", "Endpoint", endpoints, filters.endpoint),
            choice("outcome", "Outcome", outcomes, filters.outcome),
        ),
    )


def _fitting(world: World, filters: Filters) -> Iterator[Numbered]:
    found = newest_first(world)
    if filters.outcome:
        found = (each for each in found if fits_outcome(each.noted, filters.outcome))
    if filters.endpoint:
        found = (each for each in found if endpoint_of(each.noted) == filters.endpoint)
    if filters.q:
        pattern = mentions(filters.q)
        needle = filters.q.casefold()
        found = (
            each
            for each in found
            if pattern.search(each.noted.body)
            or pattern.search(f"{each.noted.path}?{each.noted.query}".encode())
            or needle in {str(each.noted.code), str(each.noted.status)}
            or needle in (each.noted.rule or "").casefold()
        )
    return found


def _row(each: Numbered, filters: Filters, chosen: int) -> Html:
    noted = each.noted
    current = each.number == chosen
    name = endpoint_of(noted)
    link = tag(
        "a",
        tag("span", noted.method, class_=f"method method-{noted.method.lower()}"),
        tag("span", words_for(name) if name else bdi(noted.path), class_="who"),
        tag("span", to_the_second(noted.at), class_="when"),
        tag("span", one_line(gist(noted) or noted.path), class_="what"),
        tag("span", status_tag(noted), class_="state"),
        href=address(REQUESTS, str(each.number), **filters.as_query()),
        aria_current="true" if current else None,
    )
    return tag("li", link, id=f"row-{each.number}", class_="row is-current" if current else "row")


def status_tag(noted: Noted) -> Html:
    """What came of a request: HTTP's status, Twilio's code, and the fault if there was one."""
    lost = noted.status == 0
    kind = "lost" if lost else f"{noted.status // 100}xx"
    shown = tag("span", "no answer" if lost else str(noted.status), class_=f"tag status-{kind}")
    code = tag("span", str(noted.code), class_="code") if noted.code else None
    fault = (
        tag(
            "span",
            icon("bolt"),
            fault_words(noted.fault),
            class_="tag slow" if noted.fault == "slow" else "tag fault",
        )
        if noted.fault
        else None
    )
    return join(fault, code, shown)


def fault_words(fault: str) -> str:
    """A fault's kind as words: `lose_after` is `lose after`."""
    return fault.replace("_", " ")


def words_for(endpoint: str) -> str:
    """An endpoint's name as words: `create_message` is `Create message`."""
    return endpoint.replace("_", " ").capitalize()
