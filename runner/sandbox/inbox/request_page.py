"""One request: its form laid out, what befell it, and what went back."""

import re
from http import HTTPStatus

from runner.sandbox.answers import Answer, Fault, not_found
from runner.sandbox.call import Fields
from runner.sandbox.inbox.facts import Fact, card, facts
from runner.sandbox.inbox.foreign import bdi, sid
from runner.sandbox.inbox.frame import breadcrumb, two_panes
from runner.sandbox.inbox.json_view import json_block, text_block
from runner.sandbox.inbox.markup import Child, Html, join, tag
from runner.sandbox.inbox.noted import endpoint_of, find_answer, find_request, form, query
from runner.sandbox.inbox.people import find_any_conversation, find_task
from runner.sandbox.inbox.request_list import (
    fault_words,
    filters_of,
    request_list,
    status_tag,
    words_for,
)
from runner.sandbox.inbox.times import moment_of
from runner.sandbox.inbox.visit import REQUESTS, TASKS, Visit, address, conversation_at
from runner.sandbox.values import Noted

_SID = re.compile(r"(?:CH|WT)[0-9a-zA-Z]{32}")
_ENDINGS = {
    "answered": "answered after a delay",
    "closed": "the connection was closed without an answer",
    "reset": "the connection was reset",
    "silence": "nothing came back, and the connection stayed open",
    "cut_short": "the connection was closed in the middle of the answer",
}


def show_requests(visit: Visit) -> Html:
    """GET /inbox/requests."""
    words = "Choose a request to see what was sent and what came back."
    return two_panes(visit, "requests", "Requests", request_list(visit), None, words)


def show_request(visit: Visit) -> Html:
    """GET /inbox/requests/{number}."""
    text = visit.names[0]
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    noted = find_request(visit.world, number)
    if noted is None:
        raise not_found(f"{REQUESTS}/{text}")
    answered = find_answer(visit.world, number)
    detail = tag(
        "article",
        _head(visit, noted, number),
        _mishap(noted, answered),
        _sent(noted),
        _received(noted, answered),
        _about(visit, noted, answered),
        class_="request",
    )
    title = f"Request {number:,}: {noted.method} {noted.path}"
    return two_panes(visit, "requests", title, request_list(visit, number), detail, "")


def _head(visit: Visit, noted: Noted, number: int) -> Html:
    name = endpoint_of(noted)
    return tag(
        "header",
        breadcrumb("Requests", address(REQUESTS, **filters_of(visit).as_query())),
        tag("h2", words_for(name) if name else "Unknown path", id="title"),
        tag(
            "p",
            tag("span", status_tag(noted)),
            tag("span", f"No. {number:,}"),
            tag("span", moment_of(noted.at)),
            class_="sub",
        ),
        tag("p", tag("b", noted.method), " ", bdi(noted.path), class_="path", translate="no"),
        class_="detail-head",
    )


def _mishap(noted: Noted, answered: Answer | None) -> Html | None:
    """The injected fault, in words."""
    if noted.fault is None:
        return None
    fault = answered.fault if answered else None
    rows: list[Fact] = [
        ("Fault", fault_words(noted.fault)),
        ("Rule", bdi(noted.rule) if noted.rule else None),
        ("Delay", f"{noted.delay:.3f} s" if noted.delay else None),
        ("Ending", _ending(fault)),
        ("Processed", "no" if noted.status == 0 else None),
    ]
    return tag(
        "div",
        card("Injected fault", facts(rows)),
        class_=f"mishap{' is-slow' if noted.fault == 'slow' else ''}",
    )


def _ending(fault: Fault | None) -> str | None:
    return _ENDINGS[fault.ending] if fault else None


def _sent(noted: Noted) -> Html:
    """Query and form, field by field; a body that is no form as it came."""
    fields, asked = form(noted), query(noted)
    parts: list[Child] = []
    if asked.items():
        parts += [tag("h4", "Query"), _fields(asked)]
    if fields.items():
        parts += [tag("h4", "Form"), _fields(fields)]
    elif noted.body:
        kind = noted.content_type or "no type"
        parts += [tag("h4", f"Body, {kind}"), text_block(noted.body.decode("utf-8", "replace"))]
    if not parts:
        parts.append(tag("p", "No fields.", class_="quiet"))
    return card("Sent", *parts)


def _fields(fields: Fields) -> Html:
    rows = (
        join(tag("dt", bdi(name), translate="no"), tag("dd", text_block(value)))
        for name, value in fields.items()
    )
    return tag("dl", rows, class_="fields")


def _received(noted: Noted, answered: Answer | None) -> Html:
    """The answer, or why there is none to show."""
    if noted.status == 0:
        return card("Received", tag("p", "Nothing: the request was not processed.", class_="quiet"))
    if answered is None:
        words = "The whole answer is no longer kept; only those of the latest requests are."
        return card("Received", tag("p", words, class_="quiet"))
    fault = answered.fault
    lost = fault is not None and fault.ending in {"closed", "reset", "silence"}
    note = "This was done, but the caller never got the answer:" if lost else None
    return card(
        "Received",
        tag("p", note, class_="quiet") if note else None,
        tag("p", _status_words(noted.status), class_="status-line"),
        _headers(answered),
        _body(answered),
    )


def _status_words(status: int) -> str:
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def _headers(answered: Answer) -> Html | None:
    shown = [(name, value) for name, value in answered.headers if name != "Twilio-Request-Id"]
    return facts((name, bdi(value)) for name, value in shown) if shown else None


def _body(answered: Answer) -> Html:
    if answered.page is not None:
        return text_block(answered.page.data.decode("utf-8", "replace"))
    if answered.body is None:
        return tag("p", "No body.", class_="quiet")
    return json_block(answered.body)


def _about(visit: Visit, noted: Noted, answered: Answer | None) -> Html | None:
    """Links to the conversations and Tasks that the request or its answer name."""
    answer = answered.encoded().decode("utf-8", "replace") if answered else ""
    text = f"{noted.path} {noted.query} {noted.body.decode('ascii', 'replace')} {answer[:20_000]}"
    links = []
    for found in dict.fromkeys(_SID.findall(text)):
        if found.startswith("CH") and find_any_conversation(visit.world, found):
            links.append(tag("li", tag("a", sid(found), href=conversation_at(found))))
        elif found.startswith("WT") and find_task(visit.world, found):
            links.append(tag("li", tag("a", sid(found), href=address(TASKS, found))))
    return card("About", tag("ul", links[:10], class_="plain")) if links else None
