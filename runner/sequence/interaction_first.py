"""The source document's sequence: the interaction, then its conversation's message.

    look for an open conversation of the pair
    POST Interactions             200 only says "accepted"
    learn the conversation's SID  from the answer, else from the Task
    wait for the customer         a message nobody is there to get still answers 201
    POST Messages

A pure generator: it yields requests and pauses, is sent results, and returns the outcome. After a
crash it begins with what is known (`Progress`) and settles what is not.
"""

from dataclasses import replace

from runner.model.delivery import Delivery
from runner.model.exchange import FRESH, Exchange, Progress, Reply
from runner.model.outcome import Failed, Sids
from runner.model.playbook import DeliverySettings
from runner.sequence import reading, requests
from runner.sequence.forgotten import look_for_forgotten
from runner.sequence.open_conversation import find_open_conversation, meet_open_conversation
from runner.sequence.posting import close_channel, create_interaction, create_message
from runner.sequence.steps import CREATE_MESSAGE, End, Steps, call, poll, wait


def interaction_first(
    delivery: Delivery, settings: DeliverySettings, progress: Progress = FRESH
) -> Exchange:
    """Send one delivery; the value of the generator is its outcome."""
    try:
        return (yield from _send(delivery, settings, progress))
    except End as end:
        return end.outcome


def _send(delivery: Delivery, settings: DeliverySettings, progress: Progress) -> Exchange:
    progress = yield from look_for_forgotten(delivery, settings, progress)
    if progress.intended == CREATE_MESSAGE and not progress.confirmed:
        return (yield from create_message(delivery, settings, progress.sids, progress))
    if delivery.channel.pair and progress == FRESH:
        existing = yield from find_open_conversation(delivery)
        if existing:
            return (yield from meet_open_conversation(delivery, settings, existing, progress))
    request = requests.create_interaction(delivery)
    sids = yield from create_interaction(delivery, settings, request, progress)
    if progress.intended != CREATE_MESSAGE:
        if not sids.conversation:
            sids = yield from _learn_conversation(delivery, settings, sids)
        yield from _await_customer(delivery, settings, sids)
    return (yield from create_message(delivery, settings, sids, progress))


def _learn_conversation(delivery: Delivery, settings: DeliverySettings, sids: Sids) -> Steps[Sids]:
    """Return the SIDs with the conversation's, which Twilio knows a moment later.

    The Task names it. Without routing there is no Task: then it is the open conversation of the
    pair, of which there was none before.
    """
    for pause in poll(settings.join_timeout):
        if sids.task and delivery.workspace_sid:
            found = yield from _ask_task(delivery, sids.task)
        elif delivery.channel.pair:
            found = yield from _ask_pair(delivery)
        else:
            break
        if found:
            return replace(sids, conversation=found)
        yield from wait(pause)
    yield from close_channel(sids)
    raise End(Failed("no_conversation: Twilio named no conversation for the interaction", sids))


def _ask_task(delivery: Delivery, task: str) -> Steps[str]:
    answer = yield from call(requests.fetch_task(delivery.workspace_sid, task))
    if not isinstance(answer, Reply) or not answer.ok:
        return ""
    return reading.read_conversation_sid(answer.json().get("attributes"))


def _ask_pair(delivery: Delivery) -> Steps[str]:
    answer = yield from call(requests.find_conversations(delivery.customer))
    if not isinstance(answer, Reply) or not answer.ok:
        return ""
    rows = reading.read_rows(answer.json(), "conversations")
    found = (row for row in rows if reading.is_open_pair(row, delivery.customer))
    return str(next(found, {}).get("conversation_sid", ""))


def _await_customer(delivery: Delivery, settings: DeliverySettings, sids: Sids) -> Steps[None]:
    """Return when the customer is a participant of the conversation; else end the sequence."""
    request = requests.list_participants(sids.conversation)
    for pause in poll(settings.join_timeout):
        answer = yield from call(request)
        if isinstance(answer, Reply) and answer.ok:
            rows = reading.read_rows(answer.json(), "participants")
            if any(reading.is_customer(row, delivery.customer, delivery.channel) for row in rows):
                return
        yield from wait(pause)
    yield from close_channel(sids)
    why = "customer_not_joined: the customer did not become a participant of the conversation"
    raise End(Failed(why, sids))
