"""Who a conversation is with, and over which channel."""

from dataclasses import dataclass

from runner.sandbox.state import World
from runner.sandbox.values import Channel, Conversation, Message, Participant, Task

CHANNEL_NAMES = {
    "sms": "SMS",
    "whatsapp": "WhatsApp",
    "messenger": "Messenger",
    "email": "E-mail",
    "chat": "Chat",
    "web": "Web chat",
    "gbm": "Business Messages",
}


@dataclass(frozen=True, slots=True)
class Contact:
    """A conversation with those who are in it.

    `kind` is a channel type, or empty where nobody and nothing says which; `customers` are those
    who are reached outside, or the one who chats.
    """

    conversation: Conversation
    kind: str
    customers: tuple[Participant, ...]
    channel: Channel | None
    task: Task | None

    @property
    def names(self) -> frozenset[str]:
        """What a message's author is called if a customer wrote it."""
        bound = {m.binding.address for m in self.customers if m.binding}
        return frozenset(bound | {m.identity for m in self.customers if m.identity})

    @property
    def addresses(self) -> tuple[str, ...]:
        """The customers' addresses or identities, without the channel's prefix."""
        return tuple(map(address_of, self.customers))

    @property
    def sender(self) -> str:
        """Our side's address, as the customer's device shows it; empty where it has none."""
        for member in self.customers:
            if member.binding is not None:
                ours = member.binding.proxy_address or member.binding.projected_address
                return plain(ours or "")
        return ""

    @property
    def title(self) -> str:
        """The customer's name if the Task has one, else an address, else what is left."""
        named = self.task.values.get("customerName") if self.task else None
        if isinstance(named, str) and named.strip():
            return named
        if self.addresses:
            return ", ".join(self.addresses)
        conversation = self.conversation
        return conversation.friendly_name or conversation.unique_name or "Nobody yet"

    def is_theirs(self, message: Message) -> bool:
        """Whether a customer wrote the message."""
        return message.author in self.names


def contact_of(world: World, conversation: Conversation) -> Contact:
    """Find out who a conversation is with."""
    records = world.records
    channel = records.channels.get(records.channel_of_conversation.get(conversation.sid, ""))
    members = records.participants[conversation.sid].values()
    customers = tuple(m for m in members if m.binding) or tuple(members)[:1]
    task = find_task(world, channel.task_sids[0]) if channel and channel.task_sids else None
    return Contact(conversation, _kind(channel, customers), customers, channel, task)


def find_task(world: World, sid: str) -> Task | None:
    """A Task, also one that the API has forgotten."""
    return world.records.tasks.get(sid) or world.records.deleted_tasks.get(sid)


def find_any_conversation(world: World, sid: str) -> Conversation | None:
    """A conversation, also one that was deleted."""
    records = world.records
    return records.conversations.get(sid) or records.deleted_conversations.get(sid)


def address_of(member: Participant) -> str:
    """A participant's address or identity, without the channel's prefix."""
    return plain(member.binding.address if member.binding else member.identity or "")


def plain(address: str) -> str:
    """An address without `whatsapp:` or `messenger:` before it."""
    return address.removeprefix("whatsapp:").removeprefix("messenger:")


def channel_name(kind: str) -> str:
    """What people call a channel type."""
    return CHANNEL_NAMES.get(kind, kind or "No channel")


def _kind(channel: Channel | None, customers: tuple[Participant, ...]) -> str:
    if channel is not None:
        return channel.type
    first = customers[0] if customers else None
    if first is None:
        return ""
    return first.binding.type if first.binding else "chat"
