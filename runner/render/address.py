"""Telephone numbers as Twilio takes them, from what people write.

https://www.twilio.com/docs/glossary/what-e164
"""

import re

_DECORATION = re.compile(r"[\s\-.()\[\]\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")
_WRITTEN = re.compile(
    r"[\s\-.()\[\]/+0-9\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2060\ufeff]+"
)


def strip_phone(address: str) -> str:
    """Return the address without the blanks, dashes, dots and brackets that people write.

    A prefix such as `whatsapp:` stays. What is no number afterwards is returned as it was, so that
    the finding shows what the author wrote.
    """
    prefix, colon, number = address.rpartition(":")
    bare = _DECORATION.sub("", number)
    return f"{prefix}{colon}{bare}" if is_phone(bare) else address


def normalise_phone(address: str, region: str = "") -> str:
    """Return the address with its number in E.164, by Google's metadata where it is needed.

    With a region, numbers are read as they are dialled there: `030 123456`, `0049 30 123456`,
    `tel:030123456`. `+49 (0)30` loses its zero everywhere. A prefix such as `whatsapp:` stays. What
    is no number is returned as it was.
    """
    prefix, colon, written = address.rpartition(":")
    found = _DECORATION.sub("", written)
    if not is_phone(found) or _TRUNK_ZERO.search(written):
        found = _read(written, region)
    if not is_phone(found):
        return address
    return found if prefix.strip().casefold() == "tel" else f"{prefix}{colon}{found}"


def _read(written: str, region: str) -> str:
    """Return the number in E.164, empty if it is none: letters and extensions are not dialled."""
    if not _WRITTEN.fullmatch(written) or not (region or written.lstrip().startswith("+")):
        return ""
    from runner.render.phone_numbers import read_number  # noqa: PLC0415 - heavy, rarely needed

    return read_number(written, region)


def is_phone(number: str) -> bool:
    """Tell whether this is a telephone number in E.164 form."""
    return bool(_E164.fullmatch(number))
