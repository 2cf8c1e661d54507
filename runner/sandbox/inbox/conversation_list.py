"""All conversations, the latest activity first, and those among them that are looked for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from runner.sandbox.inbox.delivery import badge, delivery_of
from runner.sandbox.inbox.foreign import bdi, one_line
from runner.sandbox.inbox.forms import choice, search_form
from runner.sandbox.inbox.icons import channel_icon
from runner.sandbox.inbox.markup import Html, join, tag
from runner.sandbox.inbox.people import CHANNEL_NAMES, Contact, channel_name, contact_of
from runner.sandbox.inbox.times import clock
from runner.sandbox.inbox.visit import HOME, WRITE, Visit, conversation_at
from runner.sandbox.inbox.windows import Window, pager, window
from runner.sandbox.state import World
from runner.sandbox.values import Conversation, Message

STATES = ("active", "inactive", "closed", "deleted")
_FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty is everything."""

    q: str
    channel: str
    state: str
    page: int

    def as_query(self) -> dict[str, str | int]:
        """As parameters of an address."""
        page = self.page if self.page > 1 else 0
        return {"q": self.q, "channel": self.channel, "state": self.state, "page": page}

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.q or self.channel or self.state)


def filters_of(visit: Visit) -> Filters:
    """What the query says."""
    return Filters(
        visit.asked("q"),
        visit.asked("channel", tuple(CHANNEL_NAMES)),
        visit.asked("state", (*STATES, _FAILED)),
        visit.page(),
    )


def conversation_list(visit: Visit, chosen: str = "") -> Html:
    """The list pane."""
    filters = filters_of(visit)
    here = conversation_at(chosen) if chosen else HOME
    shown = _window(visit.world, filters)
    rows = [_row(visit.world, each, filters, chosen) for each in shown.rows]
    head = tag(
        "div",
        tag("h2", "Conversations ", tag("span", shown.count(), class_="many")),
        tag("a", "Write as a customer", href=WRITE, class_="button"),
        class_="pane-head",
    )
    body = tag("ol", rows, class_="rows", id="rows", aria_label="Conversations, latest first")
    return join(
        head,
        _search(filters, here),
        body if rows else _nothing(filters),
        pager(shown, here, filters.as_query()),
    )


def _window(world: World, filters: Filters) -> Window[Conversation]:
    records = world.records
    found = list(records.conversations.values())
    if filters.state == "deleted":
        found = list(records.deleted_conversations.values())
    tests = list(_tests(world, filters))
    if tests:
        found = [each for each in found if all(test(each) for test in tests)]
    messages = records.messages
    # Nearly in order already, and ordinals differ: this costs a fraction of a key for each.
    dated = [(_activity(each, messages[each.sid]), each.ordinal, each) for each in found]
    dated.sort(reverse=True)
    return window((each for _, _, each in dated), filters.page, len(dated))


def _activity(conversation: Conversation, messages: list[Message]) -> float:
    return messages[-1].created if messages else conversation.created


def _tests(world: World, filters: Filters) -> Iterator[Callable[[Conversation], bool]]:
    if filters.state in {"active", "inactive", "closed"}:
        yield lambda found: found.state == filters.state
    if filters.channel:
        yield lambda found: contact_of(world, found).kind == filters.channel
    if filters.state == _FAILED:
        yield lambda found: _has_failure(world, found)
    if filters.q:
        needle = filters.q.casefold()
        yield lambda found: _mentions(world, found, needle)


def _has_failure(world: World, conversation: Conversation) -> bool:
    """Whether a message of ours was lost."""
    contact = contact_of(world, conversation)
    return any(
        not contact.is_theirs(message) and delivery_of(message, contact, world.now).is_bad
        for message in world.records.messages[conversation.sid]
    )


def _mentions(world: World, conversation: Conversation, needle: str) -> bool:
    """Whether a text is in its names, its people's addresses, its SIDs or its messages."""
    for message in world.records.messages[conversation.sid]:
        for text in (message.body, message.subject, message.content_sid, message.sid):
            if text and needle in text.casefold():
                return True
    contact = contact_of(world, conversation)
    channel = contact.channel
    named = (
        conversation.sid,
        conversation.unique_name,
        conversation.friendly_name,
        contact.title,
        contact.sender,
        channel.interaction_sid if channel else None,
        contact.task.sid if contact.task else None,
        *contact.names,
    )
    return any(name and needle in name.casefold() for name in named)


def _row(world: World, found: Conversation, filters: Filters, chosen: str) -> Html:
    contact = contact_of(world, found)
    messages = world.records.messages[found.sid]
    last = messages[-1] if messages else None
    current = found.sid == chosen
    link = tag(
        "a",
        tag("span", channel_icon(contact.kind), class_=f"face on-{contact.kind or 'none'}"),
        tag("span", channel_name(contact.kind), ": ", class_="hidden"),
        tag("span", bdi(contact.title), class_="who"),
        tag("span", clock(_activity(found, messages), world.now), class_="when"),
        tag("span", _preview(contact, last), class_="what"),
        tag("span", _state(world, contact, found, last), class_="state"),
        href=conversation_at(found.sid, filters.as_query()),
        aria_current="true" if current else None,
    )
    return tag("li", link, id=f"row-{found.sid}", class_="row is-current" if current else "row")


def _preview(contact: Contact, last: Message | None) -> Html:
    if last is None:
        return tag("span", "No message", class_="quiet")
    if last.content_sid is not None:
        return tag("span", "Content template ", tag("code", last.content_sid), class_="quiet")
    text = one_line(last.subject or last.body or "")
    return (
        join(tag("span", "Customer: ", class_="quiet"), text) if contact.is_theirs(last) else text
    )


def _state(
    world: World, contact: Contact, found: Conversation, last: Message | None
) -> Html | None:
    """What deserves a look: a failure, nobody there, an end; else how far the last one came."""
    parts: list[Html] = []
    if found.sid in world.records.deleted_conversations:
        parts.append(tag("span", "Deleted", class_="tag"))
    elif found.state != "active":
        parts.append(tag("span", found.state.capitalize(), class_="tag"))
    if last is not None and not contact.is_theirs(last):
        parts.append(badge(delivery_of(last, contact, world.now)))
    return join(parts) if parts else None


def _search(filters: Filters, here: str) -> Html:
    channels = [("", "All channels"), *CHANNEL_NAMES.items()]
    states = [
        ("", "All states"),
        *((state, state.capitalize()) for state in STATES),
        (_FAILED, "With a failed message"),
    ]
    return search_form(
        here,
        filters.q,
        "Search conversations",
        (
            choice("channel", "Channel", channels, filters.channel),
            choice("state", "State", states, filters.state),
        ),
    )


def _nothing(filters: Filters) -> Html:
    if filters.narrows or filters.page > 1:
        clear = tag("a", "Show all", href=HOME)
        return tag("p", "No conversation fits. ", clear, class_="nothing")
    return tag("p", "Nobody has been written to yet.", class_="nothing")
