"""One delivery over a transport that opens no socket: the exact requests of sending it."""

import asyncio

from runner.book.blank_page import BlankPage
from runner.delivery.clock import LeapingClock
from runner.delivery.rehearsal import Rehearsal, assumed_in
from runner.execute import Means, Sequence, Stop, execute
from runner.model.delivery import Delivery
from runner.model.exchange import Exchange, Progress
from runner.model.outcome import Outcome
from runner.model.playbook import DeliverySettings
from runner.model.rehearsed import Rehearsed
from runner.sequence.conversation_first import conversation_first
from runner.sequence.interaction_first import interaction_first

SEQUENCES = {"interaction-first": interaction_first, "conversation-first": conversation_first}


def sequence_of(settings: DeliverySettings) -> Sequence:
    """Return the exchange with Twilio that the playbook has chosen."""

    def begin(delivery: Delivery, progress: Progress) -> Exchange:
        return SEQUENCES[settings.sequence](delivery, settings, progress)

    return begin


def rehearse_delivery(delivery: Delivery, settings: DeliverySettings, book: BlankPage) -> Rehearsed:
    """Return the delivery with its exact requests; none where `book` withholds it."""
    transport, outcomes = Rehearsal(), list[Outcome]()
    means = Means(lambda: transport, LeapingClock(), {}, workers=1, book=book)

    def record(_: Delivery, outcome: Outcome) -> None:
        outcomes.append(outcome)

    asyncio.run(execute(iter((delivery,)), sequence_of(settings), means, record, Stop()))
    requests = transport.take()
    return Rehearsed(delivery, requests, assumed_in(requests), outcomes[0])
