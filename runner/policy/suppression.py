"""Who must not be messaged: how addresses on the list are written, and which answers add to it."""

import re

from runner.model.channel import CHANNELS

OPTED_OUT = ("21610",)
"""Twilio's codes for a recipient who has sent STOP. https://www.twilio.com/docs/api/errors/21610"""
_CODE = re.compile(r"[0-9]{5}\b")


def says_opted_out(reason: str) -> bool:
    """Tell whether a failure's reason, which begins with Twilio's code, is an opt-out."""
    found = _CODE.match(reason)
    return found is not None and found.group() in OPTED_OUT


def forms_of(address: str) -> tuple[str, ...]:
    """Return every form in which an address may meet us; a bare number stands for all channels."""
    if not address.startswith("+"):
        return (address,)
    prefixes = [channel.prefix for channel in CHANNELS.values() if channel.phone]
    return tuple(f"{prefix}{address}" for prefix in prefixes)


def word_reason(source: str, reason: str) -> str:
    """Return what the list says of an address: where it came from, and why."""
    return f"{source}: {reason}" if reason else source
