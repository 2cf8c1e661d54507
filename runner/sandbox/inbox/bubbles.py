"""A conversation's messages as the customer's device shows them, with what became of each."""

from collections.abc import Iterator
from typing import Any

from runner.sandbox.answers import parsed_json
from runner.sandbox.inbox.codes import meaning
from runner.sandbox.inbox.delivery import Delivery, badge, delivery_of, size
from runner.sandbox.inbox.foreign import bdi, message_text, sid
from runner.sandbox.inbox.icons import icon
from runner.sandbox.inbox.mail import mail
from runner.sandbox.inbox.markup import Html, join, tag
from runner.sandbox.inbox.people import Contact
from runner.sandbox.inbox.times import clock, day
from runner.sandbox.values import Message


def messages(shown: tuple[Message, ...], contact: Contact, now: float) -> Html:
    """The thread, oldest first, with a heading for each day."""
    rows = join(_days(shown, contact, now))
    return tag(
        "ol", rows, class_="thread", id="thread", tabindex=0, aria_label="Messages, oldest first"
    )


def _days(shown: tuple[Message, ...], contact: Contact, now: float) -> Iterator[Html]:
    ends = [None if contact.is_theirs(each) else delivery_of(each, contact, now) for each in shown]
    before = ""
    for message, delivery, following in zip(shown, ends, [*ends[1:], None], strict=True):
        today = day(message.created)
        if today != before:
            yield tag("li", today, class_="day", id=f"day-{message.sid}")
        # Why they failed is said once, below the last of those that failed alike.
        yield _message(message, contact, delivery, now, again=delivery == following)
        before = today


def _message(
    message: Message, contact: Contact, delivery: Delivery | None, now: float, *, again: bool
) -> Html:
    theirs = delivery is None
    lost = delivery is not None and delivery.is_bad
    side = "from-customer" if theirs else "from-us"
    by = tag("span", "Customer: " if theirs else "To the customer: ", class_="hidden")
    if contact.kind == "email":
        inside: Html = mail(message, contact, theirs=theirs)
    else:
        inside = tag("div", by, _content(message), _time_inside(message, now), class_="bubble")
    return tag(
        "li",
        inside,
        _below(message, contact, delivery, now),
        _why(delivery) if lost and delivery and not again else None,
        class_=f"msg {side}{' is-lost' if lost else ''}",
        id=message.sid,
    )


def _time_inside(message: Message, now: float) -> Html:
    return tag("span", clock(message.created, now), class_="at")


def _content(message: Message) -> Html:
    """The text; of a content template, what is known here: its SID and variables."""
    if message.content_sid is None:
        return message_text(message.body or "")
    return tag(
        "div",
        tag("p", "Content template", class_="template-title"),
        sid(message.content_sid),
        _variables(message.content_variables),
        class_="template",
    )


def _variables(text: str | None) -> Html | None:
    variables: Any = parsed_json(text) if text else {}
    if not variables:
        return None
    rows = (
        join(tag("dt", bdi(f"{{{{{name}}}}}")), tag("dd", bdi(str(value))))
        for name, value in variables.items()
    )
    return tag("dl", rows)


def _below(message: Message, contact: Contact, delivery: Delivery | None, now: float) -> Html:
    """Under a message: when, how far it came, what it costs, and why it failed."""
    if delivery is None:
        return tag("p", clock(message.created, now), class_="below")
    facts = [clock(message.created, now), badge(delivery)]
    cost = size(message, contact.kind)
    if cost:
        facts.append(tag("span", cost))
    facts.append(tag("span", "by ", bdi(message.author), class_="author"))
    return tag("p", facts, class_="below")


def _why(delivery: Delivery) -> Html:
    """Why the customer does not see a message."""
    why = meaning(delivery.code) or "No customer was in the conversation when it was posted."
    if delivery.code and meaning(delivery.code) is None:
        why = f"Twilio's code {delivery.code}."
    lead = tag("strong", "The customer does not see this. ")
    return tag("p", icon("failed"), tag("span", lead, why), class_="why")
