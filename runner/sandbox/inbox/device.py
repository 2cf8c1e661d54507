"""The customer's device: a head that says who writes to them, the thread, and where they write."""

from runner.sandbox.inbox.bubbles import messages
from runner.sandbox.inbox.foreign import bdi
from runner.sandbox.inbox.icons import channel_icon, icon
from runner.sandbox.inbox.markup import Html, join, tag
from runner.sandbox.inbox.people import Contact, channel_name
from runner.sandbox.inbox.times import moment_of
from runner.sandbox.inbox.visit import CONVERSATIONS, address
from runner.sandbox.state import World
from runner.sandbox.values import Message

SHOWN = 100
_DAY = 86_400.0
_PROMPTS = {
    "sms": "Text message",
    "whatsapp": "Message",
    "messenger": "Aa",
    "email": "Answer this mail",
}


def device(world: World, contact: Contact, thread: tuple[Message, ...], earlier: int) -> Html:
    """The whole device; `earlier` is how many messages come before those in `thread`."""
    kind = contact.kind or "none"
    return tag(
        "section",
        _head(contact),
        _banner(world, contact),
        _earlier(contact, earlier),
        messages(thread, contact, world.now) if thread else _silence(contact),
        _composer(contact) if _can_write(world, contact) else None,
        class_=f"device on-{kind}",
        aria_label=f"The customer's device: {channel_name(contact.kind)}",
    )


def _head(contact: Contact) -> Html:
    """Who the customer sees: our address, for that is all that their device knows of us."""
    sender = contact.sender or {"web": "Chat with us", "chat": "Chat with us"}.get(contact.kind, "")
    below = {
        "whatsapp": "Business account",
        "messenger": "Page",
        "web": "We answer as soon as we can",
        "chat": "We answer as soon as we can",
        "email": "Inbox",
    }.get(contact.kind, "")
    return tag(
        "header",
        tag("span", channel_icon(contact.kind), class_="face"),
        tag(
            "span",
            tag("span", bdi(sender or "No sender"), class_="sender"),
            tag("span", below, class_="sub") if below else None,
            class_="whose",
        ),
        class_="device-head",
    )


def _banner(world: World, contact: Contact) -> Html | None:
    """What decides whether a message gets here: opt-out, WhatsApp's window, nobody there."""
    if not contact.customers:
        return _note(
            "Nobody is in this conversation: what is posted here reaches nobody.", bad=True
        )
    if contact.conversation.state == "closed":
        return _note("Closed. What they write now begins a new conversation.")
    if _has_opted_out(world, contact):
        said = "Opted out: messages from this sender fail with 21610 until they write START."
        return _note(said, bad=True)
    obstacle = _obstacle(world, contact)
    if obstacle:
        return _note(
            f"Nothing gets through to this address: messages fail with {obstacle}.", bad=True
        )
    if contact.kind == "whatsapp" and world.settings.whatsapp_window:
        return _whatsapp_window(world, contact)
    return None


def _obstacle(world: World, contact: Contact) -> int | None:
    """The code with which everything to the first of the customers fails, if it does."""
    binding = contact.customers[0].binding
    return world.records.undeliverable.get(binding.address) if binding else None


def _has_opted_out(world: World, contact: Contact) -> bool:
    out = world.records.opted_out
    return any(m.binding is not None and m.binding.pair in out for m in contact.customers)


def _whatsapp_window(world: World, contact: Contact) -> Html:
    """https://www.twilio.com/docs/conversations/using-whatsapp-conversations."""
    written = world.records.messages[contact.conversation.sid]
    last = next((m.created for m in reversed(written) if contact.is_theirs(m)), None)
    if last is None or last <= world.now - _DAY:
        return _note("The 24-hour window is closed: only templates reach them until they write.")
    return _note("The 24-hour window is open until ", moment_of(last + _DAY), ".")


def _note(*words: str | Html, bad: bool = False) -> Html:
    return tag("p", *words, class_=f"banner{' is-bad' if bad else ''}")


def _earlier(contact: Contact, earlier: int) -> Html | None:
    if not earlier:
        return None
    href = address(CONVERSATIONS, contact.conversation.sid, before=earlier)
    return tag("p", tag("a", f"{earlier:,} earlier messages", href=href), class_="earlier")


def _silence(contact: Contact) -> Html:
    words = "No message yet" if contact.customers else "Nothing to see"
    return tag("div", tag("p", words, class_="silence"), class_="thread", id="thread")


def _can_write(world: World, contact: Contact) -> bool:
    """Whether a customer can answer: from outside also when all is closed, which begins anew."""
    conversation = contact.conversation
    if not contact.customers or conversation.sid not in world.records.conversations:
        return False
    binding = contact.customers[0].binding
    return conversation.state != "closed" or (binding is not None and binding.pair is not None)


def _composer(contact: Contact) -> Html:
    """Where the customer writes; the buttons below say what is tried most often."""
    sid = contact.conversation.sid
    field = tag(
        "textarea",
        name="body",
        id="reply",
        rows=1,
        required=True,
        maxlength=1600,
        placeholder=_PROMPTS.get(contact.kind, "Type a message"),
        aria_label="Write as the customer",
        dir="auto",
    )
    send = tag("button", icon("send"), tag("span", "Send", class_="hidden"), class_="send")
    form = tag(
        "form",
        _who(contact),
        field,
        send,
        method="post",
        action=address(CONVERSATIONS, sid, "reply"),
        class_="composer",
        id="composer",
    )
    quick = (_quick(contact, word) for word in _quick_words(contact))
    reading = _read_button(contact) if contact.kind in {"whatsapp", "messenger"} else None
    return join(form, tag("div", quick, reading, class_="quick"))


def _who(contact: Contact) -> Html | None:
    """With several customers, which of them writes."""
    if len(contact.customers) < 2:
        return None
    options = (
        tag("option", address_, value=member.sid)
        for member, address_ in zip(contact.customers, contact.addresses, strict=True)
    )
    return tag("select", options, name="member", aria_label="Who writes")


def _quick_words(contact: Contact) -> tuple[str, ...]:
    return {"sms": ("STOP", "START", "Yes, thanks"), "whatsapp": ("Hello", "Yes, thanks")}.get(
        contact.kind, ("Yes, thanks",)
    )


def _quick(contact: Contact, word: str) -> Html:
    return tag(
        "form",
        tag("input", type="hidden", name="body", value=word),
        tag("button", word, class_="chip"),
        method="post",
        action=address(CONVERSATIONS, contact.conversation.sid, "reply"),
    )


def _read_button(contact: Contact) -> Html:
    return tag(
        "form",
        tag("button", icon("two"), "Mark as read", class_="chip"),
        method="post",
        action=address(CONVERSATIONS, contact.conversation.sid, "read"),
    )
