"""The conversation, then the interaction on it, then the message.

    POST Conversations      UniqueName is the delivery's id: a repeat answers 50353 and is read back
    POST Participants       50416 names the conversation that the customer is in already
    POST Interactions       on that conversation, so the customer is surely in it
    POST Messages

https://www.twilio.com/docs/flex/developer/conversations/best-practices
"""

from dataclasses import replace

from runner.model.delivery import Delivery
from runner.model.exchange import FRESH, Exchange, Progress, Reply
from runner.model.outcome import Failed, Sids, Suppressed, Uncertain, merge_sids
from runner.model.playbook import DeliverySettings
from runner.sequence import reading, requests
from runner.sequence.forgotten import look_for_forgotten
from runner.sequence.open_conversation import meet_open_conversation
from runner.sequence.posting import create_interaction, create_message
from runner.sequence.steps import (
    ADD_PARTICIPANT,
    CREATE_CONVERSATION,
    CREATE_INTERACTION,
    CREATE_MESSAGE,
    End,
    Steps,
    call,
    is_ambiguous,
    note,
    refused,
    say,
    take_step,
)

_EXISTS = 50353
_PAIR_TAKEN = 50416
_PARTICIPANT_EXISTS = 50433
_TRIES = 4


class _Elsewhere(Exception):
    """The customer is in another open conversation."""

    def __init__(self, conversation: str) -> None:
        super().__init__()
        self.conversation = conversation


def conversation_first(
    delivery: Delivery, settings: DeliverySettings, progress: Progress = FRESH
) -> Exchange:
    """Send one delivery; the value of the generator is its outcome."""
    try:
        return (yield from _send(delivery, settings, progress))
    except End as end:
        return end.outcome


def _send(delivery: Delivery, settings: DeliverySettings, progress: Progress) -> Exchange:
    progress = yield from look_for_forgotten(delivery, settings, progress)
    if progress.intended == CREATE_MESSAGE and CREATE_INTERACTION not in progress.confirmed:
        return (yield from create_message(delivery, settings, progress.sids, progress))
    sids = progress.sids
    if not _is_interaction_begun(progress):
        if progress.intended:
            yield from note(progress.intended, happened=False)
        sids = yield from _create_conversation(delivery)
        try:
            yield from _add_customer(delivery, sids)
        except _Elsewhere as other:
            yield from call(requests.delete_conversation(sids.conversation))
            where = other.conversation
            return (yield from meet_open_conversation(delivery, settings, where, progress))
    request = requests.create_interaction_on(delivery, sids.conversation)
    known = replace(progress, sids=merge_sids(progress.sids, sids))
    try:
        sids = yield from create_interaction(delivery, settings, request, known)
    except End as end:
        if isinstance(end.outcome, Failed | Suppressed):
            yield from call(requests.delete_conversation(sids.conversation))
        raise
    return (yield from create_message(delivery, settings, sids, known))


def _is_interaction_begun(progress: Progress) -> bool:
    """Tell whether the conversation must be there, with the customer in it.

    Before, it is asked for anew: it may have been deleted since, because the customer was in
    another one or had opted out, and asking twice does no harm.
    """
    return CREATE_INTERACTION in progress.confirmed or progress.intended == CREATE_INTERACTION


def _create_conversation(delivery: Delivery) -> Steps[Sids]:
    """Return the SIDs with the conversation's; a repeat finds the one that is there."""
    for _ in range(_TRIES):
        answer = yield from take_step(
            requests.create_conversation(delivery), CREATE_CONVERSATION, Sids()
        )
        if isinstance(answer, Reply) and answer.ok and reading.is_sid(_sid(answer), "CH"):
            sids = Sids(conversation=_sid(answer))
        elif isinstance(answer, Reply) and not answer.ok and not _may_exist(answer):
            raise End(refused(answer, "conversation", Sids()))
        else:
            sids = yield from _fetch_own(delivery)
        if sids.conversation:
            yield from note(CREATE_CONVERSATION, sids)
            return sids
        yield from note(CREATE_CONVERSATION, happened=False)
    raise End(Failed(f"the conversation could not be created: {say(answer)}"))


def _fetch_own(delivery: Delivery) -> Steps[Sids]:
    """Return the conversation that bears the delivery's id; without SID if there is none."""
    answer = yield from call(requests.fetch_conversation(delivery.id))
    if isinstance(answer, Reply) and answer.ok and reading.is_sid(_sid(answer), "CH"):
        if answer.json().get("state") == "closed":
            raise End(
                Failed("the delivery's conversation is closed", Sids(conversation=_sid(answer)))
            )
        return Sids(conversation=_sid(answer))
    if isinstance(answer, Reply) and answer.status == 404:
        return Sids()
    raise End(Uncertain("it cannot be read whether the conversation was created"))


def _add_customer(delivery: Delivery, sids: Sids) -> Steps[None]:
    """Return when the customer is in our conversation.

    A pair may be in one open conversation only, so a repeat is recognised: it names our own.

    Raises:
        _Elsewhere: the customer is in another one.
        End: refused, withheld, or not to be settled.
    """
    request = requests.add_participant(sids.conversation, delivery.customer)
    for _ in range(_TRIES):
        answer = yield from take_step(request, ADD_PARTICIPANT, sids)
        if isinstance(answer, Reply) and _is_in(answer):
            yield from note(ADD_PARTICIPANT)
            return
        if isinstance(answer, Reply) and answer.code == _PAIR_TAKEN:
            yield from _judge_conflict(answer, sids)
            return
        if isinstance(answer, Reply) and not answer.ok and not is_ambiguous(answer):
            yield from call(requests.delete_conversation(sids.conversation))
            raise End(refused(answer, "participant", sids))
        yield from note(ADD_PARTICIPANT, happened=False)
    raise End(Failed(f"the customer could not be added: {say(answer)}", sids))


def _judge_conflict(answer: Reply, sids: Sids) -> Steps[None]:
    other = reading.read_conflict(str(answer.json().get("message") or ""))
    if other == sids.conversation:
        yield from note(ADD_PARTICIPANT)
        return
    yield from note(ADD_PARTICIPANT, happened=False)
    if not other:
        raise End(Failed("the customer is in another open conversation", sids))
    raise _Elsewhere(other)


def _is_in(answer: Reply) -> bool:
    """Tell whether the customer is in the conversation; a success that names nobody is no proof."""
    named = answer.ok and reading.is_sid(_sid(answer), "MB")
    return named or answer.code == _PARTICIPANT_EXISTS


def _may_exist(answer: Reply) -> bool:
    return answer.code == _EXISTS or is_ambiguous(answer)


def _sid(answer: Reply) -> str:
    return str(answer.json().get("sid") or "")
