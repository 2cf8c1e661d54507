"""Delivery receipts: who is reached by a message, and how that goes.

https://www.twilio.com/docs/conversations/delivery-receipts
"""

from collections.abc import Iterable

from runner.sandbox.answers import JsonObject, iso
from runner.sandbox.call import Call
from runner.sandbox.state import World
from runner.sandbox.values import Message, Participant, Receipt

_WHATSAPP_WINDOW = 86_400.0


def make_receipts(
    world: World,
    members: Iterable[Participant],
    author: str,
    earlier: list[Message],
    *,
    template: bool,
) -> tuple[Receipt, ...]:
    """One receipt for everybody who is reached by a channel, except the author."""
    reached = [m for m in members if m.binding and not is_author(m, author)]
    return tuple(
        _receipt(world, member, _refusal(world, member, earlier, template=template))
        for member in reached
    )


def _refusal(world: World, member: Participant, earlier: list[Message], *, template: bool) -> int:
    """Why the message will not reach them, as the receipt will say; 0 if it will.

    https://www.twilio.com/docs/api/errors/21610 and https://www.twilio.com/docs/api/errors/63016
    """
    if member.binding and member.binding.pair in world.records.opted_out:
        return 21610
    failure = world.records.undeliverable.get(member.binding.address) if member.binding else None
    if failure is not None:
        return failure
    return 0 if template or _may_write(world, member, earlier) else 63016


def _receipt(world: World, member: Participant, refusal: int) -> Receipt:
    whatsapp = member.binding is not None and member.binding.type == "whatsapp"
    return Receipt(
        sid=world.sid("DY"),
        channel_message_sid=world.sid("WA" if whatsapp else "SM"),
        participant_sid=member.sid,
        sent_at=world.now + world.settings.sent_delay,
        final_at=world.now + max(world.settings.sent_delay, world.settings.delivered_delay),
        final=_outcome(refusal),
        error_code=refusal,
    )


def _outcome(refusal: int) -> str:
    """`undelivered` is what a carrier reports, with a code from 30001 to 30999.

    https://www.twilio.com/docs/conversations/delivery-receipts
    """
    if not refusal:
        return "delivered"
    return "undelivered" if 30_000 < refusal < 31_000 else "failed"


def _may_write(world: World, member: Participant, earlier: list[Message]) -> bool:
    """Free text to WhatsApp needs a message from the customer within 24 hours.

    https://www.twilio.com/docs/conversations/using-whatsapp-conversations
    """
    if member.binding is None or member.binding.type != "whatsapp":
        return True
    return not world.settings.whatsapp_window or any(
        message.author == member.binding.address and message.created > world.now - _WHATSAPP_WINDOW
        for message in reversed(earlier)
    )


def receipt_json(call: Call, message: Message, receipt: Receipt) -> JsonObject:
    """https://www.twilio.com/docs/conversations/api/receipt-resource."""
    status = receipt.status(call.world.now)
    path = f"/v1/Conversations/{message.conversation_sid}/Messages/{message.sid}/Receipts"
    return {
        "sid": receipt.sid,
        "account_sid": call.account_sid,
        "conversation_sid": message.conversation_sid,
        "message_sid": message.sid,
        "channel_message_sid": receipt.channel_message_sid,
        "participant_sid": receipt.participant_sid,
        "status": status,
        "error_code": receipt.error_code if status in {"failed", "undelivered"} else 0,
        "date_created": iso(message.created),
        "date_updated": iso(_changed(message, receipt, call.world.now)),
        "url": call.url(f"{path}/{receipt.sid}"),
    }


def delivery_json(message: Message, now: float) -> JsonObject | None:
    """The summary over all receipts; null where there is none."""
    statuses = [receipt.status(now) for receipt in message.receipts]
    if not statuses:
        return None

    def share(*counted: str) -> str:
        count = sum(status in counted for status in statuses)
        return "none" if count == 0 else "all" if count == len(statuses) else "some"

    return {
        "total": len(statuses),
        "sent": share("sent", "delivered", "read"),
        "delivered": share("delivered", "read"),
        "read": share("read"),
        "failed": share("failed"),
        "undelivered": share("undelivered"),
    }


def is_author(participant: Participant, author: str) -> bool:
    """Whether a message by this author is theirs."""
    address = participant.binding and participant.binding.address
    return author in {participant.identity, address}


def _changed(message: Message, receipt: Receipt, now: float) -> float:
    moments = (receipt.final_at, receipt.sent_at)
    return next((moment for moment in moments if moment <= now), message.created)
