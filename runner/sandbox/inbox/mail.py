"""A message as a mail program shows it. HTML is only ever shown in a frame that may do nothing."""

import re

from runner.sandbox.inbox.foreign import bdi, message_text
from runner.sandbox.inbox.markup import Html, join, tag
from runner.sandbox.inbox.people import Contact, address_of
from runner.sandbox.inbox.times import moment_of
from runner.sandbox.inbox.visit import CONVERSATIONS, address
from runner.sandbox.values import Message, Participant

_LOOKS_LIKE_HTML = re.compile(
    r"<(?:!doctype|html|body|p|div|table|h[1-6]|br|a\s)[^<>]*>", re.IGNORECASE
)
# The document is nobody's: no scripts, no forms, nothing fetched, no cookies, only our own frame.
FRAME_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def is_html(message: Message) -> bool:
    """Whether a body is to be looked at as HTML, too."""
    return message.body is not None and _LOOKS_LIKE_HTML.search(message.body) is not None


def mail(message: Message, contact: Contact, *, theirs: bool) -> Html:
    """Sender, receivers, subject and text."""
    subject = message.subject or ("Re: the mail above" if theirs else "No subject")
    return tag(
        "article",
        tag("h3", bdi(subject), class_="subject"),
        tag("dl", _headers(message, contact, theirs=theirs), class_="mail-headers"),
        message_text(message.body or ""),
        _frame(message) if is_html(message) else None,
        class_="mail",
    )


def _headers(message: Message, contact: Contact, *, theirs: bool) -> Html:
    ours = contact.sender or message.author
    if theirs:
        return join(_header("From", bdi(message.author)), _header("To", bdi(ours)), _sent(message))
    levels = {"to": "To", "cc": "Cc", "bcc": "Bcc"}
    receivers = (
        _header(levels.get(_level(member), "To"), _receiver(member)) for member in contact.customers
    )
    return join(_header("From", bdi(ours)), receivers, _sent(message))


def _sent(message: Message) -> Html:
    return _header("Date", moment_of(message.created))


def _level(member: Participant) -> str:
    return (member.binding.level if member.binding else None) or "to"


def _receiver(member: Participant) -> Html:
    name = member.binding.name if member.binding else None
    return bdi(f"{name} <{address_of(member)}>" if name else address_of(member))


def _header(name: str, value: Html) -> Html:
    return join(tag("dt", name), tag("dd", value))


def _frame(message: Message) -> Html:
    """The body as HTML, folded: Twilio sends `Body` as plain text."""
    source = address(CONVERSATIONS, message.conversation_sid, "html", message.sid)
    frame = tag(
        "iframe",
        sandbox="",
        src=source,
        loading="lazy",
        referrerpolicy="no-referrer",
        title="The text as HTML, in a frame that may do nothing",
    )
    return tag("details", tag("summary", "Look at it as HTML"), frame, class_="as-html")
