"""Addresses as they may be written down: enough to recognise, not enough to call."""

import re

_DOTS = "•••••"
_ADDRESS = re.compile(
    r"\+[0-9][0-9 ().-]{6,18}[0-9]|\b[0-9]{10,15}\b|[^\s@:<>()\"']+@[^\s@<>()\"']+\.[a-zA-Z]{2,}"
)


def mask_address(address: str) -> str:
    """Return the address with its middle hidden: `+1•••••2368`, `a•••••@example.org`."""
    prefix, colon, rest = address.rpartition(":")
    if "@" in rest:
        name, _, domain = rest.partition("@")
        return f"{prefix}{colon}{name[:1]}{_DOTS}@{domain}"
    if rest.startswith("+") and len(rest) > 7:
        return f"{prefix}{colon}{rest[:2]}{_DOTS}{rest[-4:]}"
    return f"{prefix}{colon}{rest[:1]}{_DOTS}{rest[-2:] if len(rest) > 6 else ''}"


def mask_text(text: str) -> str:
    """Return a text of somebody else's with the addresses in it masked.

    Twilio's error messages can quote the recipient; they are printed and written down.
    """
    return _ADDRESS.sub(lambda found: mask_address(found[0]), text)


def mask_sid(sid: str) -> str:
    """Return a SID short enough to read: `AC…4f2c`."""
    return f"{sid[:2]}…{sid[-4:]}" if len(sid) > 8 else sid
