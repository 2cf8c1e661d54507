"""Who must not be messaged: how addresses on the list are written, and which answers add to it."""

import re

from runner.model.channel import CHANNELS

OPTED_OUT = frozenset({21610, 63014})
"""Twilio's codes for a recipient who does not want to be messaged: has sent STOP, or has blocked
the sender or taken their consent back on the channel.

https://www.twilio.com/docs/api/errors/21610 and https://www.twilio.com/docs/api/errors/63014
"""
_CODE = re.compile(r"[0-9]{5}\b")


def opt_out_code(reason: str) -> int:
    """Return the code of a failure's reason, which begins with Twilio's, if it is an opt-out."""
    found = _CODE.match(reason)
    code = int(found.group()) if found else 0
    return code if code in OPTED_OUT else 0


def forms_of(address: str) -> tuple[str, ...]:
    """Return every form in which an address may meet us; a bare number stands for all channels."""
    if not address.startswith("+"):
        return (address,)
    prefixes = [channel.prefix for channel in CHANNELS.values() if channel.phone]
    return tuple(f"{prefix}{address}" for prefix in prefixes)


def word_opt_out(run: str, code: int) -> str:
    """Return what the list says of somebody whom Twilio says that they have opted out."""
    return word_reason(f"Twilio, run {run}", f"opted out ({code})")


def word_reason(source: str, reason: str) -> str:
    """Return what the list says of an address: where it came from, and why."""
    return f"{source}: {reason}" if reason else source
