"""What to do when the customer and our sender are in an open conversation already.

A pair may be in one open conversation only; a new interaction would silently be without the
customer. https://www.twilio.com/docs/flex/developer/conversations/best-practices
"""

from runner.model.delivery import Delivery
from runner.model.exchange import Exchange, Fields, Progress
from runner.model.outcome import Failed, Held, Sent, Sids
from runner.model.playbook import DeliverySettings
from runner.sequence import reading, requests
from runner.sequence.posting import create_message
from runner.sequence.settle import Incomplete, find_message
from runner.sequence.steps import Steps, read, recall


def find_open_conversation(delivery: Delivery) -> Steps[str]:
    """Return the SID of an open conversation of the customer and our sender, or nothing.

    Raises:
        End: Twilio could not be asked, so nothing is sent.
    """
    page: Fields | None = ()
    while page is not None:
        answer = yield from read(
            requests.find_conversations(delivery.customer, page), "conversations"
        )
        for row in reading.read_rows(answer, "conversations"):
            if reading.is_open_pair(row, delivery.customer):
                return str(row["conversation_sid"])
        page = reading.next_page_token(answer)
    return ""


def meet_open_conversation(
    delivery: Delivery, settings: DeliverySettings, conversation: str, progress: Progress
) -> Exchange:
    """Return the outcome: found to be sent, appended, held or failed."""
    sids = Sids(conversation=conversation)
    if settings.correlation:
        try:
            found = yield from find_message(delivery, conversation)
        except Incomplete as error:
            return Held(f"the open conversation {conversation} cannot be read: {error}", sids)
        if found:
            return Sent(Sids(conversation=conversation, message=found[0]), "found at Twilio")
    if settings.on_open_conversation == "append" or (yield from recall(conversation)):
        return (yield from create_message(delivery, settings, sids, progress))
    why = f"the customer is in the open conversation {conversation}"
    if settings.on_open_conversation == "fail":
        return Failed(why, sids)
    return Held(why, sids)
