"""The Message sub-resource of a conversation, and its delivery receipts.

https://www.twilio.com/docs/conversations/api/conversation-message-resource
https://www.twilio.com/docs/conversations/delivery-receipts
201 says that the message is in the conversation, not that anybody got it: every participant but
the author who is not a chat user has a receipt, and where there is none nobody was reached.
"""

from collections.abc import Iterable
from dataclasses import replace

from runner.sandbox.answers import (
    Answer,
    JsonObject,
    TwilioError,
    invalid,
    is_sid,
    iso,
    not_found,
    parsed_json,
)
from runner.sandbox.call import Call
from runner.sandbox.conversations import attributes_of, conversation_of, refuse_closed
from runner.sandbox.opt_outs import heed_stop_words
from runner.sandbox.paging import Paging, paged
from runner.sandbox.receipts import delivery_json, is_author, make_receipts, receipt_json
from runner.sandbox.state import World
from runner.sandbox.tally import correlation_in, count
from runner.sandbox.values import Message, Participant

_ATTRIBUTES_LIMIT = 4096
_BODY_LIMIT = 1600
_CHAT_BODY_LIMIT = 32_768


def create_message(call: Call) -> Answer:
    """POST /v1/Conversations/{CH}/Messages."""
    conversation = conversation_of(call)
    refuse_closed(conversation)
    world = call.world
    members = world.records.participants[conversation.sid].values()
    content_sid = _content_sid(call)
    body = None if content_sid else _body(call, members)
    author = _short(call, "Author") or "system"
    messages = world.records.messages[conversation.sid]
    message = Message(
        sid=world.sid("IM"),
        conversation_sid=conversation.sid,
        index=_next_index(messages),
        author=author,
        body=body,
        attributes=attributes_of(call, _ATTRIBUTES_LIMIT) or "{}",
        subject=_short(call, "Subject"),
        content_sid=content_sid,
        content_variables=_content_variables(call, content_sid),
        participant_sid=next((m.sid for m in members if is_author(m, author)), None),
        created=world.now,
        receipts=make_receipts(world, members, author, messages, template=content_sid is not None),
    )
    messages.append(message)
    _tally(world, message)
    return Answer(201, message_json(call, message))


def write_as_customer(world: World, member: Participant, body: str) -> Message:
    """A message that came from outside: it opens WhatsApp's 24 hours, and STOP is obeyed."""
    messages = world.records.messages[member.conversation_sid]
    message = Message(
        sid=world.sid("IM"),
        conversation_sid=member.conversation_sid,
        index=_next_index(messages),
        author=member.binding.address if member.binding else member.identity or "",
        body=body,
        attributes="{}",
        subject=None,
        content_sid=None,
        content_variables=None,
        participant_sid=member.sid,
        created=world.now,
    )
    messages.append(message)
    heed_stop_words(world, member, body)
    return message


def _tally(world: World, message: Message) -> None:
    identity = correlation_in(message.attributes)
    count(world.records.tally.messages, identity)
    if message.receipts:
        count(world.records.tally.reached, identity)


def list_messages(call: Call) -> Answer:
    """GET /v1/Conversations/{CH}/Messages; Order is asc or desc."""
    order = call.query.get("Order") or "asc"
    if order not in {"asc", "desc"}:
        raise invalid("Order must be asc or desc")
    world = call.world
    rows = [
        (f"{message.index:020d}", message)
        for message in world.records.messages[conversation_of(call).sid]
        if world.shows("list_messages", message.created)
    ]
    paging = Paging("messages", largest=100, descending=order == "desc")
    if paging.descending:
        rows.reverse()
    return paged(call, rows, lambda message: message_json(call, message), paging)


def fetch_message(call: Call) -> Answer:
    """GET /v1/Conversations/{CH}/Messages/{IM}."""
    return Answer(200, message_json(call, _existing(call)))


def update_message(call: Call) -> Answer:
    """POST /v1/Conversations/{CH}/Messages/{IM}: what has gone out does not go out again."""
    conversation = conversation_of(call)
    refuse_closed(conversation)
    before = _existing(call)
    attributes = attributes_of(call, _ATTRIBUTES_LIMIT)
    changed = replace(
        before,
        author=_short(call, "Author") or before.author,
        body=before.body if call.form.get("Body") is None else _body(call, ()),
        subject=_short(call, "Subject") or before.subject,
        attributes=before.attributes if attributes is None else attributes,
        updated=call.world.now,
    )
    messages = call.world.records.messages[conversation.sid]
    messages[messages.index(before)] = changed
    return Answer(200, message_json(call, changed))


def delete_message(call: Call) -> Answer:
    """DELETE /v1/Conversations/{CH}/Messages/{IM}: nobody's telephone forgets it by this."""
    message = _existing(call)
    call.world.records.messages[message.conversation_sid].remove(message)
    return Answer(204)


def list_receipts(call: Call) -> Answer:
    """GET /v1/Conversations/{CH}/Messages/{IM}/Receipts."""
    message = _existing(call)
    rows = [(f"{n:020d}", receipt) for n, receipt in enumerate(message.receipts)]
    paging = Paging("delivery_receipts", largest=50)
    return paged(call, rows, lambda receipt: receipt_json(call, message, receipt), paging)


def fetch_receipt(call: Call) -> Answer:
    """GET /v1/Conversations/{CH}/Messages/{IM}/Receipts/{DY}."""
    message = _existing(call)
    found = next((receipt for receipt in message.receipts if receipt.sid == call.path[2]), None)
    if found is None:
        raise not_found(call.request.path.removeprefix("/v1"))
    return Answer(200, receipt_json(call, message, found))


def message_json(call: Call, message: Message) -> JsonObject:
    """https://www.twilio.com/docs/conversations/api/conversation-message-resource."""
    url = call.url(f"/v1/Conversations/{message.conversation_sid}/Messages/{message.sid}")
    return {
        "sid": message.sid,
        "account_sid": call.account_sid,
        "conversation_sid": message.conversation_sid,
        "index": message.index,
        "author": message.author,
        "body": message.body,
        "media": None,
        "attributes": message.attributes,
        "content_sid": message.content_sid,
        "participant_sid": message.participant_sid,
        "date_created": iso(message.created),
        "date_updated": iso(max(message.created, message.updated)),
        "delivery": delivery_json(message, call.world.now),
        "url": url,
        "links": {
            "delivery_receipts": f"{url}/Receipts",
            "channel_metadata": f"{url}/ChannelMetadata",
        },
    }


def _existing(call: Call) -> Message:
    messages = call.world.records.messages[conversation_of(call).sid]
    found = next((message for message in messages if message.sid == call.path[1]), None)
    if found is None:
        raise not_found(f"/Conversations/{call.path[0]}/Messages/{call.path[1]}")
    return found


def _next_index(messages: list[Message]) -> int:
    """Indexes "may skip numbers, but will always be in order"."""
    return messages[-1].index + 1 if messages else 0


def _short(call: Call, name: str) -> str | None:
    text = call.form.get(name) or None
    if text is not None and len(text) > 256:
        raise invalid(f"{name} is too long: the limit is 256 characters")
    return text


def _body(call: Call, members: Iterable[Participant]) -> str:
    """`Body`: 1,600 characters where somebody is reached by SMS or WhatsApp.

    https://www.twilio.com/docs/conversations/conversations-limits
    """
    if call.form.get("MediaSid"):
        raise TwilioError(400, 50507, "Media not found")
    body = call.form.get("Body") or ""
    if not body:
        raise TwilioError(400, 50503, "Message body not provided")
    texted = any(m.binding and m.binding.type in {"sms", "whatsapp"} for m in members)
    limit = _BODY_LIMIT if texted else _CHAT_BODY_LIMIT
    if len(body) > limit:
        raise TwilioError(400, 50504, f"Message body is too long: the limit is {limit} characters")
    return body


def _content_sid(call: Call) -> str | None:
    sid = call.form.get("ContentSid") or None
    if sid is not None and not is_sid("HX", sid):
        raise TwilioError(400, 50526, "Invalid content SID")
    return sid


def _content_variables(call: Call, content_sid: str | None) -> str | None:
    """`ContentVariables`: JSON, texts by name (50527 to 50529, 50540, 50541)."""
    text = call.form.get("ContentVariables") or None
    if text is None:
        return None
    if content_sid is None:
        raise TwilioError(400, 50528, "Content SID is missing")
    for name, value in _variables(text).items():
        if len(name) > 16:
            raise TwilioError(400, 50540, f"Content variable key is too long: {name}")
        if len(value) > 256:
            raise TwilioError(400, 50541, f"Content variable value is too long: {name}")
    return text


def _variables(text: str) -> dict[str, str]:
    try:
        variables = parsed_json(text)
    except ValueError:
        variables = None
    if not isinstance(variables, dict) or not all(isinstance(v, str) for v in variables.values()):
        raise TwilioError(400, 50527, "Invalid content variables format")
    if len(variables) > 100:
        raise TwilioError(400, 50529, "Content variables are too long")
    return variables
