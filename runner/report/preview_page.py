"""Previews as one page that asks nothing of any other machine and needs no script."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from runner.model.preview import Preview, Within
from runner.report.html import Html, element, foreign, join, raw_text
from runner.report.mail_html import is_html
from runner.report.preview_card import Spot, list_findings, make_card, make_failure
from runner.report.preview_words import CHANNEL_NAMES, say_count, say_people, say_source

_STYLES = Path(__file__).with_name("preview.css")


def preview_page(previews: Sequence[Preview], now: datetime, version: str) -> str:
    """Return the page; with several playbooks it has a list of them first."""
    several = len(previews) > 1
    title = f"{len(previews)} playbooks" if several else previews[0].name or previews[0].file
    styles = _STYLES.read_text("utf-8")
    switch = _switch(previews)
    sections = [
        _playbook(preview, number, 2 if several else 1, "" if several else switch)
        for number, preview in enumerate(previews, 1)
    ]
    head = join(
        (
            element("meta", {"charset": "utf-8"}),
            _policy(styles, mails=any(map(_has_html, previews))),
            element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
            element("meta", {"name": "referrer", "content": "no-referrer"}),
            element("meta", {"name": "robots", "content": "noindex"}),
            element("meta", {"name": "format-detection", "content": "telephone=no"}),
            element("meta", {"name": "color-scheme", "content": "light dark"}),
            element("title", {}, f"{title}: preview"),
            element("style", {}, raw_text(styles)),
        )
    )
    body = element(
        "body",
        {},
        element("a", {"class": "skip", "href": "#messages"}, "Skip to the messages"),
        element("header", {"class": "top"}, _index(previews), switch) if several else "",
        element("main", {"id": "messages"}, *sections),
        element("footer", {}, _footer(previews, now, version)),
    )
    page = element("html", {"lang": "en"}, element("head", {}, head), body)
    return f"<!doctype html>\n{page}\n"


def _policy(styles: str, *, mails: bool) -> Html:
    """Return what the browser is allowed to do: next to nothing.

    A mail's HTML is in a frame that inherits this policy and has its own styles in place; only
    where there is such a mail are styles allowed that are not known by their digest.
    """
    digest = base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()
    allowed = "'unsafe-inline'" if mails else f"'sha256-{digest}'"
    rules = (
        "default-src 'none'",
        f"style-src {allowed}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return element("meta", {"http-equiv": "Content-Security-Policy", "content": "; ".join(rules)})


def _has_html(preview: Preview) -> bool:
    return preview.channel == "email" and any(is_html(card.message.body) for card in preview.cards)


def _index(previews: Sequence[Preview]) -> Html:
    entries = [
        element(
            "li",
            {},
            element("a", {"href": f"#playbook-{number}"}, foreign(preview.name or preview.file)),
            element("span", {"class": "quiet"}, f" {_tell(preview)}"),
        )
        for number, preview in enumerate(previews, 1)
    ]
    return join(
        (
            element("h1", {}, f"Messages of {len(previews)} playbooks"),
            element("nav", {"aria-label": "Playbooks"}, element("ol", {}, *entries)),
        )
    )


def _tell(preview: Preview) -> str:
    kind = CHANNEL_NAMES.get(preview.channel, "")
    cards = say_count(len(preview.cards), "message")
    beside = sum(len(card.problems) for card in preview.cards)
    missing = sum(len(failure.problems) for failure in preview.failures)
    found = len(preview.problems) + beside + missing
    findings = say_count(found, "finding") if found else ""
    return " · ".join(part for part in (kind, cards, findings) if part)


def _switch(previews: Sequence[Preview]) -> Html:
    """Return what hides the marks in the texts: then they are as the customer sees them."""
    if not any(preview.channel == "sms" and preview.cards for preview in previews):
        return Html()
    box = element("input", {"type": "checkbox", "id": "marks", "checked": True})
    label = element("label", {"for": "marks"}, "Mark segments and UCS-2 characters in SMS")
    return element("p", {"class": "switch"}, box, label)


def _playbook(preview: Preview, number: int, level: int, switch: str) -> Html:
    """Return a playbook's part of the page; `switch` stands before its messages."""
    anchor = f"playbook-{number}"
    below = level + 1
    cards = [
        make_card(card, at, preview, Spot(below, f"{anchor}-message-{at}"))
        for at, card in enumerate(preview.cards, 1)
    ]
    failures = [
        make_failure(failure, preview, Spot(below, f"{anchor}-failure-{at}"))
        for at, failure in enumerate(preview.failures, 1)
    ]
    problems = [Within(preview.environments, problem) for problem in preview.problems]
    return element(
        "section",
        {"class": "playbook", "id": anchor, "aria-labelledby": f"{anchor}-title"},
        Spot(level, anchor).heading(foreign(preview.name or preview.file)),
        _about(preview),
        list_findings(problems, preview) if problems else "",
        switch,
        *cards,
        *failures,
    )


def _about(preview: Preview) -> Html:
    kind = CHANNEL_NAMES.get(preview.channel, "")
    places = ", ".join(preview.environments)
    source = say_source(preview) if preview.cards or preview.failures else ""
    file = preview.file if preview.name else ""
    facts = [part for part in (kind, file, places, source) if part]
    description = element("p", {"class": "lead", "dir": "auto"}, preview.description)
    return join(
        (
            description if preview.description else "",
            element(
                "ul", {"class": "about"}, *(element("li", {}, foreign(each)) for each in facts)
            ),
            element("p", {"class": "warning"}, _privacy(preview)) if preview.recipients else "",
        )
    )


def _privacy(preview: Preview) -> str:
    told = say_people(preview.people - preview.rejected)
    return (
        f"This page holds what {told} will be told: it is for you alone. "
        "The file can be read by its owner only."
    )


def _footer(previews: Sequence[Preview], now: datetime, version: str) -> str:
    origin = "real recipients" if any(each.recipients for each in previews) else "invented samples"
    made = f"{now:%Y-%m-%d %H:%M} UTC"
    return f"Made from {origin} by flexplay {version} on {made}. Nothing was sent."
