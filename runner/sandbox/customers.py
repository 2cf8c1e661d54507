"""What customers do on their own devices."""

from dataclasses import replace

from runner.sandbox.answers import invalid
from runner.sandbox.bindings import is_address, join, type_of_address
from runner.sandbox.conversations import open_conversation
from runner.sandbox.messages import write_as_customer
from runner.sandbox.state import World
from runner.sandbox.values import Binding, Candidate, Conversation, Message, Participant, Receipt

_SHOW_READING = ("whatsapp", "messenger")


def binding_between(address: str, proxy_address: str) -> Binding:
    """A customer's address and ours, of one channel.

    Raises:
        TwilioError: one of them is none of that channel, or they are the same.
    """
    kind = type_of_address(address)
    for value in (address, proxy_address):
        if not is_address(kind, value):
            raise invalid(f"{value} is no {kind} address")
    if address == proxy_address:
        raise invalid("Both addresses are the same")
    return Binding(kind, address, proxy_address)


def text_in(world: World, binding: Binding, body: str) -> Message:
    """A customer writes to one of our addresses: into their open conversation, or a new one.

    Nobody answers for a new one: it has no interaction and no Task.
    """
    records = world.records
    taken = records.pairs.get((binding.address, binding.proxy_address or ""))
    if taken is None:
        opened = open_conversation(world, friendly_name=binding.address)
        member = join(world, opened.sid, Candidate(None, binding))
    else:
        members = records.participants[taken].values()
        member = next(m for m in members if m.binding and m.binding.pair == binding.pair)
    return write_as_customer(world, member, body)


def reply(world: World, conversation: Conversation, member: Participant, body: str) -> Message:
    """A customer answers; where the conversation is closed, that begins the next one.

    Raises:
        ValueError: it is closed, and they have no address by which to begin another.
    """
    if conversation.state != "closed":
        return write_as_customer(world, member, body)
    if member.binding is None or member.binding.pair is None:
        raise ValueError("This conversation is closed, and there is no address to begin another")
    return text_in(world, member.binding, body)


def read_all(world: World, conversation: Conversation) -> int:
    """The customer looks at what has arrived: `read` in the receipts of channels that tell.

    https://www.twilio.com/docs/conversations/delivery-receipts. Returns how many receipts changed.
    """
    telling = {
        member.sid
        for member in world.records.participants[conversation.sid].values()
        if member.binding is not None and member.binding.type in _SHOW_READING
    }
    messages = world.records.messages[conversation.sid]
    changed = 0
    for at, message in enumerate(messages):
        receipts = tuple(
            _read(receipt) if _is_unread(world, receipt, telling) else receipt
            for receipt in message.receipts
        )
        if receipts != message.receipts:
            messages[at] = replace(message, receipts=receipts)
            changed += sum(a != b for a, b in zip(receipts, message.receipts, strict=True))
    return changed


def _is_unread(world: World, receipt: Receipt, telling: set[str]) -> bool:
    return receipt.participant_sid in telling and receipt.status(world.now) == "delivered"


def _read(receipt: Receipt) -> Receipt:
    return replace(receipt, final="read")
