"""For people and tests, not Twilio's: everything that is stored, and every request received.

GET /_sandbox/ledger is the truth that a client's own account of itself is compared with, so it has
what the API has forgotten too (deleted conversations and Tasks, marked `deleted`), and what the
API never tells (`debugger`). POST /_sandbox/reset empties it. GET /_sandbox/ledger?summary=1 says
how many interactions, conversations and messages were really made for each correlation id
(`runner.sandbox.tally`), also of those whose answer was lost.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from runner.sandbox.answers import Answer, JsonObject, TwilioError
from runner.sandbox.call import Call, Request, form_of
from runner.sandbox.conversations import conversation_json
from runner.sandbox.faults import Strike
from runner.sandbox.interactions import channel_json
from runner.sandbox.messages import message_json
from runner.sandbox.participants import participant_json
from runner.sandbox.receipts import receipt_json
from runner.sandbox.state import World
from runner.sandbox.tasks import event_json, task_json
from runner.sandbox.values import Conversation, Interaction, Message, Noted


def show_ledger(call: Call) -> Answer:
    """GET /_sandbox/ledger; with `summary=1` only the counts, which cost little at any size."""
    if call.query.get("summary") not in {None, "0"}:
        return Answer(200, _summary(call.world))
    records = call.world.records
    conversations = {**records.conversations, **records.deleted_conversations}
    tasks = {**records.tasks, **records.deleted_tasks}
    body = {
        "interactions": [_interaction(call, found) for found in records.interactions.values()],
        "conversations": [
            _conversation(call, found, deleted=found.sid in records.deleted_conversations)
            for found in sorted(conversations.values(), key=lambda c: c.ordinal)
        ],
        "tasks": [
            {**task_json(call, task), "deleted": task.sid in records.deleted_tasks}
            for task in sorted(tasks.values(), key=lambda t: t.ordinal)
        ],
        "events": [event_json(call, event) for event in records.events],
        "debugger": records.debugger,
        "requests": [_request(noted) for noted in call.world.requests],
        "settings": _settings(call.world),
    }
    return Answer(200, body)


def reset(call: Call) -> Answer:
    """POST /_sandbox/reset."""
    call.world.reset()
    return Answer(204)


def note_request(
    world: World, request: Request, answer: Answer, strike: Strike | None = None
) -> None:
    """Remember a request, without its credentials, and what befell it.

    `status` is 0 where it was not processed and nobody was answered.
    """
    rule = strike.rule if strike else None
    world.answers.append(answer)
    world.requests.append(
        Noted(
            method=request.method,
            path=request.path,
            query=request.query,
            content_type=request.headers.get("content-type", ""),
            body=request.body,
            status=answer.status,
            code=answer.body.get("code") if answer.status >= 400 and answer.body else None,
            fault=rule.fault if rule else "slow" if strike else None,
            rule=rule.name if rule else None,
            delay=strike.delay if strike else 0.0,
            at=world.now,
        )
    )


def _request(noted: Noted) -> JsonObject:
    """A request with its form laid out."""
    names = [field.name for field in fields(noted) if field.name not in {"content_type", "body"}]
    return {**{name: getattr(noted, name) for name in names}, "form": _form(noted)}


def _form(noted: Noted) -> JsonObject:
    headers = {"content-type": noted.content_type}
    try:
        return form_of(Request(noted.method, noted.path, "", headers, noted.body)).as_json()
    except TwilioError:
        return {}


def _summary(world: World) -> JsonObject:
    """How many of each thing were made for each correlation id, and for none."""
    tally = world.records.tally
    made = {kind: dict(getattr(tally, kind)) for kind in (f.name for f in fields(tally))}
    return {
        "uncorrelated": {kind: counts.pop("", 0) for kind, counts in made.items()},
        **made,
        "requests": world.requests_seen,
        "faults": world.faults.struck(),
    }


def _settings(world: World) -> JsonObject:
    """All settings but the credentials."""
    names = [field.name for field in fields(world.settings) if field.name != "credentials"]
    return {name: _plain(getattr(world.settings, name)) for name in names}


def _plain(value: Any) -> Any:
    """A setting as JSON has it."""
    if isinstance(value, Mapping):
        return dict(value)
    return sorted(value) if isinstance(value, frozenset) else value


def _interaction(call: Call, interaction: Interaction) -> JsonObject:
    channel = call.world.records.channels[interaction.channel_sid]
    return {
        "sid": interaction.sid,
        "channel": channel_json(call, channel),
        "conversation_sid": channel.conversation_sid,
        "task_sid": interaction.task_sid,
        "initiated_by": channel.initiated_by,
        "interaction_context_sid": interaction.context_sid,
        "webhook_ttid": interaction.webhook_ttid,
        "at": interaction.created,
    }


def _conversation(call: Call, conversation: Conversation, *, deleted: bool) -> JsonObject:
    records = call.world.records
    members = records.participants[conversation.sid].values()
    return {
        **conversation_json(call, conversation),
        "deleted": deleted,
        "participants": [participant_json(call, member) for member in members],
        "messages": [_message(call, m) for m in records.messages[conversation.sid]],
    }


def _message(call: Call, message: Message) -> JsonObject:
    return {
        **message_json(call, message),
        "subject": message.subject,
        "content_variables": message.content_variables,
        "receipts": [receipt_json(call, message, receipt) for receipt in message.receipts],
    }
