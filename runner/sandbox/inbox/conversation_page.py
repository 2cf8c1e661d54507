"""One conversation: the customer's device, and beside it what there is to know and to do."""

from runner.sandbox.answers import not_found
from runner.sandbox.inbox.codes import MEANINGS, OBSTACLES, meaning
from runner.sandbox.inbox.conversation_list import conversation_list, filters_of
from runner.sandbox.inbox.device import SHOWN, device
from runner.sandbox.inbox.facts import (
    Fact,
    attributes_fact,
    card,
    facts,
    sid_fact,
    task_link,
    text_fact,
)
from runner.sandbox.inbox.foreign import bdi, sid
from runner.sandbox.inbox.forms import button_form, choice
from runner.sandbox.inbox.frame import breadcrumb, two_panes
from runner.sandbox.inbox.markup import Html, join, tag
from runner.sandbox.inbox.people import (
    Contact,
    address_of,
    channel_name,
    contact_of,
    find_any_conversation,
    plain,
)
from runner.sandbox.inbox.times import length, moment_of
from runner.sandbox.inbox.visit import CONVERSATIONS, HOME, REQUESTS, Visit, address
from runner.sandbox.inbox.welcome import welcome
from runner.sandbox.values import Message, Participant


def show_conversations(visit: Visit) -> Html:
    """GET /: the list, and beside it how to begin while there is nothing in it."""
    records = visit.world.records
    empty = not records.conversations and not records.deleted_conversations
    if empty:
        return two_panes(
            visit, "conversations", "Conversations", conversation_list(visit), welcome(visit), ""
        )
    words = "Choose a conversation to see it as the customer does."
    return two_panes(visit, "conversations", "Conversations", conversation_list(visit), None, words)


def show_conversation(visit: Visit) -> Html:
    """GET /inbox/conversations/{CH}; `before` shows what comes before that message."""
    conversation = find_any_conversation(visit.world, visit.names[0])
    if conversation is None:
        raise not_found(f"{CONVERSATIONS}/{visit.names[0]}")
    contact = contact_of(visit.world, conversation)
    thread, earlier = _thread(visit, conversation.sid)
    detail = tag(
        "article",
        _head(visit, contact),
        tag(
            "div",
            device(visit.world, contact, thread, earlier),
            tag("aside", _cards(visit, contact), class_="about", aria_label="About it"),
            class_="beside",
        ),
        class_="conversation",
    )
    title = f"Conversation with {contact.title}"
    listed = conversation_list(visit, conversation.sid)
    return two_panes(visit, "conversations", title, listed, detail, "")


def _thread(visit: Visit, conversation_sid: str) -> tuple[tuple[Message, ...], int]:
    """The latest messages, or the latest before one of them; and how many come before those."""
    messages = visit.world.records.messages[conversation_sid]
    text = visit.asked("before")
    end = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else len(messages)
    end = min(end, len(messages))
    begin = max(0, end - SHOWN)
    return tuple(messages[begin:end]), begin


def _head(visit: Visit, contact: Contact) -> Html:
    query = filters_of(visit).as_query()
    below = [tag("span", channel_name(contact.kind))]
    below += [tag("span", bdi(each)) for each in contact.addresses if each != contact.title]
    below.append(tag("span", _state_words(visit, contact)))
    return tag(
        "header",
        breadcrumb("Conversations", address(HOME, **query)),
        tag("h2", bdi(contact.title), id="title"),
        tag("p", below, class_="sub"),
        class_="detail-head",
    )


def _state_words(visit: Visit, contact: Contact) -> str:
    deleted = contact.conversation.sid in visit.world.records.deleted_conversations
    return "deleted" if deleted else contact.conversation.state


def _cards(visit: Visit, contact: Contact) -> Html:
    return join(
        _warnings(visit, contact),
        _task(visit, contact),
        _people(visit, contact),
        _identity(contact),
    )


def _warnings(visit: Visit, contact: Contact) -> Html | None:
    """What Flex wrote into its debugger about this conversation."""
    sids = {contact.conversation.sid}
    if contact.channel is not None:
        sids |= {contact.channel.sid, contact.channel.interaction_sid}
    found = [
        entry
        for entry in visit.world.records.debugger
        if not sids.isdisjoint(map(str, entry.values()))
    ]
    if not found:
        return None
    rows = (
        tag("li", tag("strong", f"{entry['code']} {entry['message']}. "), meaning(entry["code"]))
        for entry in found[-5:]
    )
    return card("Flex warns", tag("ul", rows, class_="warnings"))


def _task(visit: Visit, contact: Contact) -> Html:
    task = contact.task
    if task is None:
        nobody = "No agent has this conversation: there is no Task."
        return card("Agent", tag("p", nobody, class_="quiet"), _as_agent(visit, contact))
    rows: list[Fact] = [
        ("Task", task_link(task)),
        ("State", task.status),
        ("Age", length(visit.world.now - task.created)),
        ("Worker", sid_fact(task.worker_sid)),
        ("Queue", sid(task.queue_sid)),
    ]
    return card("Agent", facts(rows), _as_agent(visit, contact))


def _as_agent(visit: Visit, contact: Contact) -> Html | None:
    """A field to answer in, and a way to close, as a Task's end or a timer would."""
    sid_ = contact.conversation.sid
    if contact.conversation.state == "closed" or sid_ not in visit.world.records.conversations:
        return None
    field = tag(
        "textarea",
        name="body",
        id="answer",
        rows=1,
        required=True,
        maxlength=1600,
        placeholder="Answer as the agent",
        aria_label="Answer as the agent",
        dir="auto",
    )
    form = tag(
        "form",
        field,
        tag("button", "Answer", class_="button"),
        method="post",
        action=address(CONVERSATIONS, sid_, "answer"),
        class_="reach",
        id="as-agent",
    )
    return join(form, button_form(address(CONVERSATIONS, sid_, "close"), "Close the conversation"))


def _people(visit: Visit, contact: Contact) -> Html:
    if not contact.customers:
        return card("Customer", tag("p", "Nobody has joined.", class_="quiet"))
    known = (join(facts(_person(m)), _reach(visit, contact, m)) for m in contact.customers)
    return card("Customer", *known)


def _reach(visit: Visit, contact: Contact, member: Participant) -> Html | None:
    """Whether messages get through to them, and if not, with which code they fail."""
    codes = OBSTACLES.get(member.binding.type if member.binding else "")
    if codes is None or member.binding is None:
        return None
    chosen = str(visit.world.records.undeliverable.get(member.binding.address, ""))
    options = [("", "Messages get through"), *((str(n), f"{n} {MEANINGS[n]}") for n in codes)]
    return tag(
        "form",
        tag("input", type="hidden", name="member", value=member.sid),
        choice("code", f"Do messages reach {address_of(member)}?", options, chosen),
        tag("button", "Set", class_="button"),
        method="post",
        action=address(CONVERSATIONS, contact.conversation.sid, "reach"),
        class_="reach",
    )


def _person(member: Participant) -> list[Fact]:
    binding = member.binding
    sender = (binding.proxy_address or binding.projected_address) if binding else None
    return [
        ("Address", bdi(address_of(member)) if binding else None),
        ("Name", text_fact(binding.name) if binding else None),
        ("Sender", text_fact(plain(sender)) if sender else None),
        ("Identity", text_fact(member.identity)),
        ("Participant", sid(member.sid)),
        ("Joined", moment_of(member.created)),
        ("Attributes", attributes_fact(member.attributes)),
    ]


def _identity(contact: Contact) -> Html:
    """The SIDs, folded away: they matter when something is looked for."""
    conversation, channel = contact.conversation, contact.channel
    rows: list[Fact] = [
        ("Conversation", sid(conversation.sid)),
        ("Unique name", text_fact(conversation.unique_name)),
        ("Interaction", sid_fact(channel.interaction_sid if channel else None)),
        ("Channel", sid_fact(channel.sid if channel else None)),
        ("Channel state", channel.status if channel else None),
        ("Begun by", channel.initiated_by if channel else None),
        ("Created", moment_of(conversation.created)),
        ("Attributes", attributes_fact(conversation.attributes)),
    ]
    requests = tag(
        "a", "Requests about it", href=address(REQUESTS, q=conversation.sid), class_="more"
    )
    return card("Identity", facts(rows), requests)
