"""The words by which a customer ends and resumes messages from one sender.

https://help.twilio.com/articles/223134027: they count where they are the whole message, in capitals
or not, and only for SMS.
"""

from runner.sandbox.state import World
from runner.sandbox.values import Participant

STOP_WORDS = frozenset(
    {"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"}
)
START_WORDS = frozenset({"START", "YES", "UNSTOP"})


def heed_stop_words(world: World, member: Participant, body: str) -> None:
    """Opt the customer out of their sender, or in again, if that is what they wrote."""
    pair = member.binding.pair if member.binding and member.binding.type == "sms" else None
    if pair is None:
        return
    word = body.strip().upper()
    if word in STOP_WORDS:
        world.records.opted_out.add(pair)
    elif word in START_WORDS:
        world.records.opted_out.discard(pair)
