"""The alphabet in which an SMS is cheapest.

The tables are those of GSM 03.38 as Twilio reads it: https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding.
"""

from typing import Final

BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The characters that cost one septet, in the order of their codes (the escape code left out)."""

EXTENSION: Final = "\f^{}\\[~]|€"
"""The characters that cost two septets: an escape and a code."""

COST: Final = {**dict.fromkeys(BASIC, 1), **dict.fromkeys(EXTENSION, 2)}
"""How many septets each character of the alphabet costs."""

_BASIC_ASCII = bytes(ord(c) for c in BASIC if c.isascii())


def septets(text: str) -> int | None:
    """Return how many septets the text costs in GSM-7, or None if GSM-7 cannot carry it."""
    # Bytes of ASCII are never part of another character in UTF-8, so that what is left over is
    # text again: this takes the ordinary characters out at the speed of a copy.
    rest = text.encode("utf-8", "surrogatepass").translate(None, _BASIC_ASCII)
    total = len(text)
    if rest:
        for character in rest.decode("utf-8", "surrogatepass"):
            cost = COST.get(character)
            if cost is None:
                return None
            total += cost - 1
    return total
