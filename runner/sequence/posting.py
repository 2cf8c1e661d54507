"""The two requests that both sequences end with, each settled by evidence when it is lost."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from runner.model.delivery import Delivery
from runner.model.exchange import FRESH, Exchange, Progress, Reply, Request, Silence
from runner.model.outcome import (
    Expired,
    Failed,
    Held,
    Sent,
    Sids,
    Suppressed,
    Uncertain,
    merge_sids,
)
from runner.model.playbook import DeliverySettings
from runner.sequence import reading, requests
from runner.sequence.settle import (
    Absent,
    Evidence,
    Found,
    Unclear,
    settle_interaction,
    settle_message,
)
from runner.sequence.steps import (
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

_TRIES = 3
Settle: TypeAlias = Callable[[Progress], Steps[Evidence]]


def create_interaction(
    delivery: Delivery, settings: DeliverySettings, request: Request, progress: Progress
) -> Steps[Sids]:
    """Return the SIDs of the interaction, made now or before; its result is written down.

    Raises:
        End: it failed, was withheld, or cannot be settled.
    """
    if CREATE_INTERACTION in progress.confirmed:
        return progress.sids

    def settle(intent: Progress) -> Steps[Evidence]:
        return settle_interaction(delivery, settings, intent)

    answer = yield from _post_settled(
        request, CREATE_INTERACTION, settle, progress, "KD", "interaction"
    )
    found = answer.sids if isinstance(answer, Found) else reading.read_interaction(answer.json())
    sids = merge_sids(progress.sids, found)
    yield from note(CREATE_INTERACTION, sids)
    return sids


def create_message(
    delivery: Delivery, settings: DeliverySettings, sids: Sids, progress: Progress
) -> Exchange:
    """Return the delivery's outcome; a message that fails for good closes its interaction."""

    def settle(intent: Progress) -> Steps[Evidence]:
        return settle_message(delivery, settings, intent, sids.conversation)

    request = requests.create_message(sids.conversation, delivery)
    try:
        answer = yield from _post_settled(
            request, CREATE_MESSAGE, settle, replace(progress, sids=sids), "IM", "message"
        )
    except End as end:
        keep = isinstance(end.outcome, Failed) and settings.on_message_failure == "keep"
        if isinstance(end.outcome, Failed | Suppressed | Expired) and not keep:
            yield from close_channel(sids)
        raise
    message = answer.sids.message if isinstance(answer, Found) else answer.json()["sid"]
    reason = "" if sids.interaction else "appended"
    return Sent(replace(sids, message=str(message)), reason)


def withdraw(outcome: Expired | Held, sids: Sids) -> Exchange:
    """Return the outcome of a delivery that must not go on; what has expired is closed."""
    if isinstance(outcome, Expired):
        yield from close_channel(sids)
    return outcome


def close_channel(sids: Sids) -> Steps[None]:
    """Close the channel that this delivery opened; a conversation that was there before has none.

    Closing twice does no harm, so no intent is written.
    https://www.twilio.com/docs/api/errors/80906
    """
    if sids.interaction and sids.channel:
        yield from call(requests.close_channel(sids.interaction, sids.channel))


def _post_settled(
    request: Request, step: str, settle: Settle, progress: Progress, prefix: str, what: str
) -> Steps[Reply | Found]:
    """Post until it is known to have happened: by the answer, or by evidence.

    Only what is proved not to have happened is posted again, or for the first time, where the
    journal may have forgotten the intent.

    Raises:
        End: refused, withheld, or not to be settled.
    """
    sids = progress.sids
    written = progress.intended == step
    intent = progress if written or progress.forgotten_until else None
    for _ in range(_TRIES):
        if intent is None:
            answer = yield from take_step(request, step, sids)
            if isinstance(answer, Reply) and answer.ok and _names(answer, prefix):
                return answer
            if isinstance(answer, Reply) and not answer.ok and not is_ambiguous(answer):
                raise End(refused(answer, what, sids))
            intent, written = replace(FRESH, intended=step, sids=sids), True
            why = _say_lost(answer, what)
        else:
            why = f"no answer to the {what} is known"
        evidence = yield from settle(intent)
        match evidence:
            case Found():
                return evidence
            case Unclear(reason=reason):
                raise End(Uncertain(f"{why}; {reason}", sids))
            case Absent():
                if written:
                    yield from note(step, happened=False)
                intent = None
    raise End(Failed(f"{why}; it was proved absent {_TRIES} times", sids))


def _names(answer: Reply, prefix: str) -> bool:
    return reading.is_sid(answer.json().get("sid"), prefix)


def _say_lost(answer: Reply | Silence, what: str) -> str:
    if isinstance(answer, Reply) and answer.ok:
        return f"the answer to the {what} cannot be read"
    return f"no clear answer to the {what}: {say(answer)}"
