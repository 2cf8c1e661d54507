"""Addresses as they may be written down: enough to recognise, not enough to call."""

_DOTS = "•••••"


def mask_address(address: str) -> str:
    """Return the address with its middle hidden: `+1•••••2368`, `a•••••@example.org`."""
    prefix, colon, rest = address.rpartition(":")
    if "@" in rest:
        name, _, domain = rest.partition("@")
        return f"{prefix}{colon}{name[:1]}{_DOTS}@{domain}"
    if rest.startswith("+") and len(rest) > 7:
        return f"{prefix}{colon}{rest[:2]}{_DOTS}{rest[-4:]}"
    return f"{prefix}{colon}{rest[:1]}{_DOTS}{rest[-2:] if len(rest) > 6 else ''}"


def mask_sid(sid: str) -> str:
    """Return a SID short enough to read: `AC…4f2c`."""
    return f"{sid[:2]}…{sid[-4:]}" if len(sid) > 8 else sid
