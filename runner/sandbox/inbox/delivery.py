"""How far a message of ours has come, in words."""

from dataclasses import dataclass

from runner.sandbox.inbox.icons import icon
from runner.sandbox.inbox.markup import Html, tag
from runner.sandbox.inbox.people import Contact
from runner.sandbox.values import Message
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


def size(message: Message, kind: str) -> str:
    """What a text costs as SMS: `2 segments · UCS-2`; empty for other channels."""
    if kind != "sms" or not message.body:
        return ""
    counted = count_segments(message.body)
    plural = "" if counted.segments == 1 else "s"
    return f"{counted.segments} segment{plural} · {counted.encoding}"
