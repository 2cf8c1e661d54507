"""What was done for a delivery, if the journal has forgotten it.

Nothing is known but that a request may have left at any moment of the gap. So everything that a
sequence could have made is looked for: the message in the conversations of the pair, the
interaction by its task; what is found is written down, and only what is proved absent is done.
"""

from dataclasses import replace

from runner.model.delivery import Delivery
from runner.model.exchange import FRESH, Progress
from runner.model.outcome import Sent, Sids, Uncertain, merge_sids
from runner.model.playbook import DeliverySettings
from runner.sequence import reading, requests
from runner.sequence.settle import (
    Absent,
    Found,
    Incomplete,
    Unclear,
    find_message,
    read_pages,
    settle_interaction,
)
from runner.sequence.steps import CREATE_INTERACTION, CREATE_MESSAGE, End, Steps, note

_WHY = "the journal may have forgotten what was sent"


def look_for_forgotten(
    delivery: Delivery, settings: DeliverySettings, progress: Progress
) -> Steps[Progress]:
    """Return how far the delivery really came, where the interaction is not known to be made.

    Raises:
        End: its message is there, or it cannot be settled.
    """
    if not progress.forgotten_until or progress.intended == CREATE_MESSAGE:
        return progress
    if CREATE_INTERACTION in progress.confirmed:
        return progress
    yield from _end_if_sent(delivery)
    evidence = yield from settle_interaction(delivery, settings, progress)
    match evidence:
        case Found(sids=sids):
            yield from note(CREATE_INTERACTION, sids)
            made = (*progress.confirmed, CREATE_INTERACTION)
            sids = merge_sids(progress.sids, sids)
            return replace(progress, confirmed=made, intended="", sids=sids)
        case Unclear(reason=reason):
            raise End(Uncertain(f"{_WHY}; {reason}", progress.sids))
        case Absent():
            yield from _end_if_sent(delivery)  # it may have been appended, and appeared by now
            yield from note(CREATE_INTERACTION, happened=False)
            return FRESH


def _end_if_sent(delivery: Delivery) -> Steps[None]:
    """Look for the message in every conversation of the pair, whoever opened it.

    Raises:
        End: it is there, or the conversations cannot be read.
    """
    if not delivery.channel.pair:
        return
    try:
        rows = yield from read_pages(
            lambda page: requests.find_conversations(delivery.customer, page), "conversations"
        )
        for row in rows:
            conversation = row.get("conversation_sid")
            if not reading.is_pair(row, delivery.customer) or not isinstance(conversation, str):
                continue
            found = yield from find_message(delivery, conversation)
            if found:
                raise End(
                    Sent(Sids(conversation=conversation, message=found[0]), "found at Twilio")
                )
    except Incomplete as error:
        raise End(Uncertain(f"{_WHY}; the evidence cannot be read: {error}")) from error
