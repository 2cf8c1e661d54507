"""One message of a preview as a part of a page: what is seen, and what there is to say of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runner.delivery.rehearsal import assumed_in
from runner.model.exchange import Request
from runner.model.preview import Card, Failure, Preview, Within
from runner.model.problem import Problem
from runner.report.dry_run import requests_text
from runner.report.html import Html, element, flow, foreign, join
from runner.report.preview_device import make_device
from runner.report.preview_words import (
    NO_ROUTING,
    agent_rows,
    say_address,
    say_cost,
    say_count,
    say_people,
    say_range,
    say_values,
    say_why,
)
from runner.sms.marked import MarkedText, mark_text


@dataclass(frozen=True, slots=True)
class Spot:
    """Where on a page a part stands: the level of its heading, and a name for links to it."""

    level: int
    anchor: str

    def heading(self, *content: str) -> Html:
        """Return the part's own heading."""
        return element(f"h{self.level}", {"id": f"{self.anchor}-title"}, *content)

    def below(self, content: str) -> Html:
        """Return a heading within the part."""
        return element(f"h{self.level + 1}", {}, content)


def make_card(card: Card, number: int, preview: Preview, spot: Spot) -> Html:
    """Return a message with everything about it."""
    counted = preview.channel == "sms" and not preview.hidden and card.message.body
    marked = mark_text(card.message.body) if counted else None
    some = say_people(card.people) if card.people != 1 else card.first[0].key
    label = "key " if card.people == 1 else ""
    facts = (
        _envelope(card, preview),
        _cost(card, marked, preview, spot),
        _agent(card, spot),
        _findings(card.problems, preview, spot),
    )
    requests = (_requests(within.environments, within.value, preview) for within in card.requests)
    return element(
        "article",
        {"class": "card", "id": spot.anchor, "aria-labelledby": f"{spot.anchor}-title"},
        spot.heading(
            f"Message {number}",
            element("span", {"class": "whose"}, label, foreign(some)),
            _only_in(card.environments, preview),
        ),
        element("div", {"class": "stage"}, make_device(card, preview, marked)),
        element("div", {"class": "facts"}, *facts),
        element("div", {"class": "requests"}, *requests) if card.requests else "",
    )


def make_failure(failure: Failure, preview: Preview, spot: Spot) -> Html:
    """Return what there is to say where there is no message."""
    place = f"{failure.place.file}:{failure.place.line}"
    return element(
        "article",
        {"class": "card failure", "id": spot.anchor, "aria-labelledby": f"{spot.anchor}-title"},
        spot.heading("No message", element("span", {"class": "whose"}, foreign(place))),
        element("div", {"class": "facts"}, list_findings(failure.problems, preview)),
    )


def list_findings(problems: Iterable[Within[Problem]], preview: Preview) -> Html:
    """Return findings as a list."""
    return element("ul", {"class": "findings"}, *(_finding(each, preview) for each in problems))


def _envelope(card: Card, preview: Preview) -> Html:
    rows: list[tuple[str, Html]] = []
    if preview.channel != "email" and say_address(card.sender):
        rows.append(("From", foreign(say_address(card.sender))))
    if preview.channel != "email" or card.people > 1:
        rows.append(("To", join(_receivers(card))))
    return _pairs(rows) if rows else Html()


def _receivers(card: Card) -> Iterator[Html]:
    for person in card.first:
        key = ("key ", foreign(person.key)) if card.people > 1 else ()
        note = _note(*key) if key else ""
        yield element("span", {"class": "value"}, foreign(person.customer.name), note)
    more = card.people - len(card.first)
    if more:
        yield element("span", {"class": "value"}, f"and {say_people(more)} more")


def _cost(card: Card, marked: MarkedText | None, preview: Preview, spot: Spot) -> Html:
    if marked is None:
        if preview.channel != "sms":
            return Html()
        return join((spot.below("Cost"), element("p", {}, say_range(card))))
    meters = [
        element(
            "li",
            {},
            element("span", {}, f"Segment {number}"),
            _meter(segment.units, segment.room),
            element("span", {"class": "figure"}, f"{segment.units} of {segment.room}"),
        )
        for number, segment in enumerate(marked.segments, 1)
    ]
    why = [
        element("li", {}, element("mark", {}, shown) if shown else "", f" {said}")
        for shown, said in say_why(marked)
    ]
    return join(
        (
            spot.below("Cost"),
            element("p", {}, say_cost(marked)),
            element("ol", {"class": "meters"}, *meters),
            element("p", {}, "What makes it UCS-2:") if why and not marked.foreign else "",
            element("ul", {"class": "culprits"}, *why) if why else "",
        )
    )


def _meter(units: int, room: int) -> Html:
    """Return a bar in steps of a twentieth: styles in place are not allowed on the page."""
    step = min(-(-20 * units // room), 20)
    inner = element("span", {"class": f"fill fill-{step}"})
    return element("span", {"class": "meter", "aria-hidden": "true"}, inner)


def _agent(card: Card, spot: Spot) -> Html:
    rows = [
        (name, join(_value(*value) for value in say_values(row, card.environments)))
        for name, row in agent_rows(card)
    ]
    unrouted = "" if card.properties else element("p", {"class": "quiet"}, NO_ROUTING)
    return join((spot.below("The agent sees"), unrouted, _pairs(rows) if rows else ""))


def _value(value: str, where: str) -> Html:
    note = _note(f"in {where}") if where else ""
    return element("span", {"class": "value"}, foreign(value), note)


def _pairs(rows: Iterable[tuple[str, str]]) -> Html:
    parts = (
        part for name, value in rows for part in (element("dt", {}, name), element("dd", {}, value))
    )
    return element("dl", {"class": "pairs"}, *parts)


def _findings(problems: tuple[Within[Problem], ...], preview: Preview, spot: Spot) -> Html:
    if not problems:
        return Html()
    return join(
        (
            spot.below(say_count(len(problems), "finding").capitalize()),
            list_findings(problems, preview),
        )
    )


def _finding(within: Within[Problem], preview: Preview) -> Html:
    problem = within.value
    place = f"{problem.span.file}:{problem.span.line}:{problem.span.column}"
    arrow = element("span", {"aria-hidden": "true"}, "→ ")
    remedy = element("p", {}, arrow, problem.remedy) if problem.remedy else ""
    return element(
        "li",
        {"class": str(problem.severity)},
        element(
            "p",
            {},
            element("strong", {}, f"{problem.severity} {problem.code}"),
            " ",
            problem.message,
        ),
        remedy,
        element("p", {"class": "quiet"}, foreign(place), _only_in(within.environments, preview)),
    )


def _requests(
    environments: tuple[str, ...], requests: tuple[Request, ...], preview: Preview
) -> Html:
    posts = sum(request.method == "POST" for request in requests)
    title = f"Exact requests ({len(requests)}, {say_count(posts, 'POST')})"
    lines: Iterator[str] = requests_text(requests, assumed_in(requests), None)
    shown = element("pre", {"tabindex": "0"}, flow("\n".join(lines)))
    summary = element("summary", {}, title, _only_in(environments, preview))
    return element("details", {}, summary, shown)


def _only_in(environments: tuple[str, ...], preview: Preview) -> Html:
    """Return in which environments something is so, where it is not in all."""
    if environments == preview.environments:
        return Html()
    return _note("in ", foreign(", ".join(environments)))


def _note(*content: str) -> Html:
    """Return a quiet word behind something, on the same line where there is room."""
    return join((" ", element("span", {"class": "where"}, *content)))
