"""What the customer looks at: a phone, a mail, or a chat."""

import re

from runner.model.preview import Card, Preview
from runner.report.html import Html, element, flow, foreign, join
from runner.report.mail_html import is_html, quiet_html
from runner.report.preview_words import (
    AT_TWILIO,
    CHANNEL_NAMES,
    HTML_NOTE,
    LEVEL_NAMES,
    TEMPLATE_AWAY,
    say_address,
)
from runner.report.whatsapp_text import styled
from runner.sms.marked import MarkedText, Piece

_PHONES = frozenset({"sms", "whatsapp"})
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
REMOTE_NOTE = "Pictures from other servers are not loaded here, and links lead nowhere."


def make_device(card: Card, preview: Preview, marked: MarkedText | None) -> Html:
    """Return the message as the customer sees it; `marked` is given for an SMS."""
    if preview.channel == "email":
        return _mail(card)
    name = CHANNEL_NAMES.get(preview.channel, preview.channel)
    kind = "phone" if preview.channel in _PHONES else "chat"
    sender = say_address(card.sender).removeprefix(f"{preview.channel}:")
    bar = element(
        "div",
        {"class": "bar"},
        element("span", {"class": "avatar", "aria-hidden": "true"}, _initial(sender)),
        element("span", {"class": "who"}, foreign(sender)),
    )
    bubble = element("div", {"class": "bubble", "dir": "auto"}, _said(card, preview, marked))
    talk = element("div", {"class": "talk"}, bubble)
    return element(
        "figure",
        {"class": f"device {kind} {preview.channel}"},
        element("div", {"class": "screen"}, bar, talk),
        element("figcaption", {}, f"{name}, as the customer sees it"),
    )


def _initial(sender: str) -> str:
    """Return what stands in a picture's place: nothing for a number."""
    letters = [char for char in sender if char.isalpha()]
    return letters[0].upper() if letters and not sender.startswith("+") else "#"


def _said(card: Card, preview: Preview, marked: MarkedText | None) -> Html:
    message = card.message
    if message.content_sid:
        return _template(card)
    if preview.channel == "whatsapp":
        return styled(message.body)
    if marked is None:
        return flow(message.body)
    return join(
        part
        for number, segment in enumerate(marked.segments, 1)
        for part in (
            _cut(number) if number > 1 else "",
            *(_piece(piece, marked) for piece in segment.pieces),
        )
    )


def _cut(number: int) -> Html:
    """Return the mark where a segment begins; a copy of the text does not have it."""
    spoken = element("span", {"class": "spoken"}, f" (segment {number} begins) ")
    shown = element("span", {"aria-hidden": "true"}, str(number))
    return element("span", {"class": "cut"}, spoken, shown)


def _piece(piece: Piece, marked: MarkedText) -> Html:
    if piece.culprit is None or marked.foreign:
        return flow(piece.text)
    return element("mark", {}, flow(piece.text))


def _template(card: Card) -> Html:
    variables = card.message.content_variables
    rows = [
        part
        for name, value in variables.items()
        for part in (element("dt", {}, f"{{{{{name}}}}}"), element("dd", {}, foreign(value)))
    ]
    return join(
        (
            element("p", {"class": "template"}, "Content template"),
            element("p", {"class": "sid"}, element("code", {}, card.message.content_sid)),
            element("dl", {"class": "pairs"}, *rows) if rows else "",
            element("p", {"class": "quiet"}, TEMPLATE_AWAY if rows else AT_TWILIO),
        )
    )


def _mail(card: Card) -> Html:
    lines = [("From", say_address(card.sender))]
    lines += [
        (LEVEL_NAMES.get(each.level, each.level), say_address(each))
        for each in card.first[0].addressees
    ]
    head = [
        part
        for name, value in lines
        for part in (element("dt", {}, name), element("dd", {}, foreign(value)))
    ]
    body = card.message.body
    content = _framed(body) if is_html(body) else _plain(body)
    return element(
        "figure",
        {"class": "device mail"},
        element(
            "div",
            {"class": "mail-head"},
            element("p", {"class": "subject", "dir": "auto"}, card.message.subject or "(none)"),
            element("dl", {"class": "pairs"}, *head),
        ),
        content,
        element("figcaption", {}, "E-mail, as the customer sees it"),
    )


def _plain(body: str) -> Html:
    return element("div", {"class": "mail-body", "dir": "auto"}, flow(body))


def _framed(body: str) -> Html:
    """Return HTML of somebody else's where it can do nothing: no scripts, no origin, no network."""
    frame = element(
        "iframe", {"title": "The mail's text as HTML", "sandbox": "", "srcdoc": quiet_html(body)}
    )
    source = element("pre", {"class": "source", "tabindex": "0"}, flow(body))
    notes = [HTML_NOTE] + ([REMOTE_NOTE] if _REMOTE.search(body) else [])
    return join(
        (
            frame,
            *(element("p", {"class": "quiet note"}, note) for note in notes),
            element("details", {}, element("summary", {}, "The text as it is sent"), source),
        )
    )
