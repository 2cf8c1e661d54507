"""What Twilio's refusals mean for a request that changes something.

One table for the codes, from the pages below https://www.twilio.com/docs/api/errors; the
classification is ours, from each page's causes and solutions. For what the table does not know,
the HTTP status decides.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from runner.model.exchange import Reply
from runner.model.mask import mask_text


class Verdict(Enum):
    """What to do about a refusal."""

    RATE_LIMITED = "not processed: repeat later"
    PERMANENT = "not processed, and would not be"
    AMBIGUOUS = "may have been processed: find out before repeating"
    CONFIGURATION = "nobody can be messaged until someone mends the set-up"


_RATE_LIMITED = (20429, 45010, 45780, 50063, 50074)
_CONFIGURATION = (
    *(20003, 20005, 20006, 20008, 20403),
    *(45001, 45002, 45003, 45009, 45377),
    *(40152, 40154, 40155, 14240),
    *(50107, 50385, 50408, 50413, 50415, 50439),
)
_PERMANENT = (
    *(20001, 20004, 20404, 20413, 20422),
    *(19025, 45004, 45006, 45008, 45351, 45354, 45355, 45358, 45359, 45362),
    *(45366, 45367, 45376, 80102),
    *(50303, 50304, 50350, 50377, 50407, 50409, 50414, 50416, 50437, 50438, 50451),
    *(50503, 50504, 50507, 50508, 50526, 50527, 50528, 50529, 50540, 50541),
)
_AMBIGUOUS = (
    *(20162, 20409, 20500, 20503),
    *(45005, 45007, 45350, 45352, 45353, 45356, 45357, 45360, 45361, 45363),
    *(45369, 45370, 45371, 45372, 45373, 45374, 45770, 45771),
    *(50349, 50353, 50391, 50419, 50433),
)
_CODES: Mapping[int, Verdict] = MappingProxyType(
    {
        **dict.fromkeys(_RATE_LIMITED, Verdict.RATE_LIMITED),
        **dict.fromkeys(_CONFIGURATION, Verdict.CONFIGURATION),
        **dict.fromkeys(_PERMANENT, Verdict.PERMANENT),
        **dict.fromkeys(_AMBIGUOUS, Verdict.AMBIGUOUS),
    }
)
_AMBIGUOUS_STATUS = frozenset({408, 409, 425})


def judge(reply: Reply) -> Verdict:
    """Return what a reply means that is no success."""
    if reply.status == 429:
        return Verdict.RATE_LIMITED
    known = _CODES.get(reply.code or 0)
    if known is not None:
        return known
    if reply.status in (401, 403):
        return Verdict.CONFIGURATION
    if 400 <= reply.status < 500 and reply.status not in _AMBIGUOUS_STATUS:
        return Verdict.PERMANENT
    return Verdict.AMBIGUOUS


def say_refusal(reply: Reply) -> str:
    """Return the refusal in a few words: Twilio's code and message, or the status."""
    message = mask_text(str(reply.json().get("message") or reply.json().get("title") or "").strip())
    if reply.code is not None:
        return f"{reply.code} {message}".strip()
    return f"HTTP {reply.status} {message}".strip()
