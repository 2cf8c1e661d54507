"""The small moves that sequences are made of."""

from collections.abc import Generator, Iterator
from typing import Any, TypeAlias, TypeVar

from runner.model.exchange import (
    Answer,
    Call,
    Note,
    Pause,
    Recall,
    Reply,
    Request,
    Result,
    Silence,
    Unsent,
    Wish,
    Withheld,
    Woken,
)
from runner.model.outcome import (
    Expired,
    Failed,
    Held,
    Outcome,
    Pending,
    Sids,
    Suppressed,
    Uncertain,
)
from runner.sequence.verdict import Verdict, judge, say_refusal

T = TypeVar("T")
Steps: TypeAlias = Generator[Wish, Result, T]

CREATE_CONVERSATION = "create_conversation"
ADD_PARTICIPANT = "add_participant"
CREATE_INTERACTION = "create_interaction"
CREATE_MESSAGE = "create_message"
_PATIENCE = (0.5, 1.0, 2.0)


class End(Exception):  # the way out of nested steps
    """The sequence is over; carries the outcome out of the step that found it."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def call(request: Request) -> Steps[Answer]:
    """Send a read, or clean-up that may be repeated."""
    result = yield Call(request)
    if isinstance(result, Woken | Withheld):
        raise TypeError("a request was answered with something else")
    return result


def take_step(request: Request, step: str, sids: Sids) -> Steps[Reply | Silence]:
    """Send a request that changes something, its intent written down before.

    Raises:
        End: the journal withheld it, or it never left.
    """
    result = yield Call(request, step, sids)
    match result:
        case Withheld(reason=reason, suppressed=True):
            raise End(Suppressed(reason, sids))
        case Withheld(reason=reason, expired=True):
            raise End(Expired(reason, sids))
        case Withheld(held=Held() as held):
            raise End(held)
        case Withheld(reason=reason):
            raise End(Pending(reason, sids, halt=reason))
        case Unsent(reason=reason):
            yield from note(step, happened=False)
            raise End(Pending(f"not sent: {reason}", sids, halt=reason))
        case Woken():
            raise TypeError("a request was answered with a pause")
        case _:
            return result


def note(step: str, sids: Sids | None = None, *, happened: bool = True) -> Steps[None]:
    """Write down what became of a step."""
    yield Note(step, happened, sids or Sids())


def recall(conversation: str) -> Steps[bool]:
    """Return whether flexplay opened this conversation."""
    result = yield Recall(conversation)
    return isinstance(result, Woken) and result.known


def wait(seconds: float) -> Steps[None]:
    """Wait, unless there is nothing to wait for."""
    if seconds > 0:
        yield Pause(seconds)


def poll(timeout: float) -> Iterator[float]:
    """Yield the pauses between reads: growing, at most 4 s, `timeout` in all; 0 after the last."""
    pause, left = 0.25, timeout
    while left > 0:
        step = min(pause, left)
        yield step
        left -= step
        pause = min(pause * 2, 4.0)
    yield 0.0


def read_page(request: Request, key: str) -> Steps[Answer]:
    """Send a read until its answer holds the list `key`, or is no success.

    A success without the list is not Twilio's (a proxy's page, half an answer): it says nothing,
    so it must not count as an empty list.
    """
    for pause in (*_PATIENCE, None):
        answer = yield from call(request)
        if not isinstance(answer, Reply) or not answer.ok:
            return answer
        if isinstance(answer.json().get(key), list):
            return answer
        if pause is not None:
            yield from wait(pause)
    return Silence("an answer that cannot be read", answer.at)


def read(request: Request, key: str) -> Steps[dict[str, Any]]:
    """Return the object with the list `key` that a GET answers before anything was changed.

    Raises:
        End: it could not be read, so nothing is sent.
    """
    answer = yield from read_page(request, key)
    if isinstance(answer, Unsent):
        raise End(Pending(f"not sent: {answer.reason}", halt=answer.reason))
    why = "Twilio could not be asked for open conversations"
    if isinstance(answer, Silence):
        raise End(Failed(f"{why}: {answer.reason}"))
    if not answer.ok:
        why = f"{why}: {say_refusal(answer)}"
        raise End(Failed(why, halt=why if judge(answer) is Verdict.CONFIGURATION else ""))
    return answer.json()


def refused(reply: Reply, what: str, sids: Sids) -> Outcome:
    """Return the outcome of a refusal that is final."""
    why = f"{say_refusal(reply)} ({what})"
    match judge(reply):
        case Verdict.AMBIGUOUS:
            return Uncertain(why, sids)
        case Verdict.CONFIGURATION:
            return Failed(why, sids, halt=why)
        case Verdict.PERMANENT | Verdict.RATE_LIMITED:
            return Failed(why, sids)


def is_ambiguous(answer: Reply | Silence) -> bool:
    """Tell whether it is open what became of a request."""
    if isinstance(answer, Silence):
        return True
    return not answer.ok and judge(answer) is Verdict.AMBIGUOUS


def say(answer: Reply | Silence) -> str:
    """Return what an answer that is no success says."""
    return answer.reason if isinstance(answer, Silence) else say_refusal(answer)
