"""How far a message of ours has come, in words."""

from dataclasses import dataclass

from runner.sandbox.inbox.icons import icon
from runner.sandbox.inbox.markup import Html, join, tag
from runner.sandbox.inbox.people import Contact
from runner.sandbox.values import Message, Receipt
from runner.sms.segments import count_segments

_ORDER = ("queued", "sent", "delivered", "read")
_WORDS = {
    "queued": "Queued",
    "sent": "Sent",
    "delivered": "Delivered",
    "read": "Read",
    "failed": "Not delivered",
    "undelivered": "Not delivered",
    "nobody": "Reached nobody",
    "chat": "In the chat",
}
_ICONS = {
    "queued": "wait",
    "sent": "one",
    "delivered": "two",
    "read": "two",
    "chat": "one",
}
MEANINGS = {
    21610: "The customer has opted out of messages from this sender (they wrote STOP). "
    "They must write START before anything can reach them again.",
    63016: "Free text to WhatsApp is only allowed within 24 hours of the customer's last message. "
    "Use an approved content template, or wait until they write.",
    80102: "The customer is a participant of another open conversation with the same sender, so "
    "they were not added to this one. Messages here reach nobody.",
    80906: "The interaction was over already; closing it again changed nothing.",
    45353: "The conversation belongs to another interaction already; this one was dropped.",
    45354: "The conversation is closed; nothing can be added to it.",
    45376: "The conversation was closed or not there when the customer was to be added.",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """The state of a message of ours, and Twilio's code if it failed."""

    state: str
    code: int = 0

    @property
    def is_bad(self) -> bool:
        """Whether the customer does not see the message and will not."""
        return self.state in {"failed", "undelivered", "nobody"}

    @property
    def words(self) -> str:
        """The state as a person says it."""
        return _WORDS[self.state]


def delivery_of(message: Message, contact: Contact, now: float) -> Delivery:
    """What the receipts say: the first failure, or else the least that all have in common."""
    if not message.receipts:
        chats = any(member.identity for member in contact.customers)
        return Delivery("chat" if chats else "nobody")
    states = [(receipt.status(now) or "queued", receipt) for receipt in message.receipts]
    for state, receipt in states:
        if state in {"failed", "undelivered"}:
            return Delivery(state, receipt.error_code)
    return Delivery(min((state for state, _ in states), key=_ORDER.index))


def settled_at(receipts: tuple[Receipt, ...], now: float) -> float | None:
    """When the last of the receipts came to what it is now; None while it is on its way."""
    ends = [receipt.final_at for receipt in receipts]
    return max(ends) if ends and max(ends) <= now else None


def badge(delivery: Delivery) -> Html:
    """The state with its picture, and the code where there is one."""
    code = f" {delivery.code}" if delivery.code else None
    return tag(
        "span",
        icon(_ICONS.get(delivery.state, "failed")),
        tag("span", delivery.words, class_="words"),
        code,
        class_=f"delivery is-{delivery.state}",
    )


def meaning(code: int) -> Html | None:
    """What a code means and where Twilio explains it; None for a code that is not in the table."""
    words = MEANINGS.get(code)
    if words is None:
        return None
    url = f"https://www.twilio.com/docs/api/errors/{code}"
    link = tag("a", f"Twilio on {code}", href=url, rel="noreferrer noopener", target="_blank")
    return join(words, " ", link)


def size(message: Message, kind: str) -> str:
    """What a text costs as SMS: `2 segments · UCS-2`; empty for other channels."""
    if kind != "sms" or not message.body:
        return ""
    counted = count_segments(message.body)
    plural = "" if counted.segments == 1 else "s"
    return f"{counted.segments} segment{plural} · {counted.encoding}"
