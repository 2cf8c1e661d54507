"""Whether a request may be repeated, and when: a pure decision.

A request that changes something is repeated only if it is known not to have been processed:
nothing left this machine, or Twilio answered 429 or one of its rate-limit codes
(https://www.twilio.com/docs/api/errors/45719). A read may be repeated after anything that may
pass.
"""

from dataclasses import dataclass

from runner.model.exchange import Answer, Reply, Request, Unsent
from runner.sequence.verdict import Verdict, judge

_BASE = 0.5
_CAP = 30.0
_LONGEST_RETRY_AFTER = 300.0
_RATE_LIMITED_TRIES = 10
_OTHER_TRIES = 4


@dataclass(frozen=True, slots=True)
class Repeat:
    """Send the request again after so many seconds. `limited` says that Twilio asked for it."""

    after: float
    limited: bool = False


def decide_repeat(request: Request, answer: Answer, tries: int, chance: float) -> Repeat | None:
    """Return when to repeat the request, or None to let the answer stand.

    Args:
        request: what was sent.
        answer: what came of it.
        tries: how often it has been tried, this time included.
        chance: a random number from 0 to 1, for the full jitter of the back-off.
    """
    if isinstance(answer, Reply) and answer.ok:
        return None
    back_off = min(_CAP, _BASE * 2 ** (tries - 1)) * chance
    if isinstance(answer, Reply) and judge(answer) is Verdict.RATE_LIMITED:
        if tries >= _RATE_LIMITED_TRIES:
            return None
        asked = min(answer.retry_after or 0.0, _LONGEST_RETRY_AFTER)
        return Repeat(max(asked, back_off), limited=True)
    if tries >= _OTHER_TRIES:
        return None
    if isinstance(answer, Unsent) or (request.method == "GET" and _may_pass(answer)):
        return Repeat(back_off)
    return None


def _may_pass(answer: Answer) -> bool:
    return not isinstance(answer, Reply) or judge(answer) is Verdict.AMBIGUOUS
