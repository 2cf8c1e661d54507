"""Telephone numbers as Twilio takes them."""

import re

_DECORATION = re.compile(r"[\s\-.()\[\]]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def strip_phone(address: str) -> str:
    """Return the address without the blanks, dashes, dots and brackets that people write.

    A prefix such as `whatsapp:` stays. What is no number afterwards is returned as it was, so that
    the finding shows what the author wrote.
    """
    prefix, colon, number = address.rpartition(":")
    bare = _DECORATION.sub("", number)
    return f"{prefix}{colon}{bare}" if is_phone(bare) else address


def is_phone(number: str) -> bool:
    """Tell whether this is a telephone number in E.164 form."""
    return bool(_E164.fullmatch(number))
