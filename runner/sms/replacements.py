"""What can stand for a character outside GSM-7 without a reader's minding.

In the spirit of Twilio's Smart Encoding (https://www.twilio.com/docs/messaging/services#smart-encoding),
but narrower: a replacement looks the same or shows nothing, as the original does, and never changes
a number, a word or a name. So “ becomes ", but á stays á, ½ stays ½ and ² stays ².
"""

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from runner.sms import gsm7

_LOOK_ALIKES: Final = {
    '"': (
        "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
        "\N{DOUBLE LOW-9 QUOTATION MARK}\N{DOUBLE HIGH-REVERSED-9 QUOTATION MARK}"
        "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}"
        "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
        "\N{DOUBLE PRIME}\N{MODIFIER LETTER DOUBLE PRIME}\N{MODIFIER LETTER DOUBLE APOSTROPHE}"
        "\N{HEAVY DOUBLE TURNED COMMA QUOTATION MARK ORNAMENT}"
        "\N{HEAVY DOUBLE COMMA QUOTATION MARK ORNAMENT}"
        "\N{REVERSED DOUBLE PRIME QUOTATION MARK}\N{DOUBLE PRIME QUOTATION MARK}"
    ),
    "'": (
        "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
        "\N{SINGLE LOW-9 QUOTATION MARK}\N{SINGLE HIGH-REVERSED-9 QUOTATION MARK}"
        "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
        "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
        "\N{PRIME}\N{MODIFIER LETTER PRIME}\N{MODIFIER LETTER APOSTROPHE}"
        "\N{MODIFIER LETTER TURNED COMMA}\N{MODIFIER LETTER REVERSED COMMA}"
        "\N{HEAVY SINGLE TURNED COMMA QUOTATION MARK ORNAMENT}"
        "\N{HEAVY SINGLE COMMA QUOTATION MARK ORNAMENT}"
        "\N{GRAVE ACCENT}\N{ACUTE ACCENT}"
    ),
    "-": (
        "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}"
        "\N{HYPHEN BULLET}\N{BULLET}\N{MINUS SIGN}"
    ),
    "/": "\N{FRACTION SLASH}\N{DIVISION SLASH}",
    ":": "\N{RATIO}\N{MODIFIER LETTER COLON}",
    "*": "\N{ASTERISK OPERATOR}\N{LOW ASTERISK}",
    "|": "\N{DIVIDES}",
    "~": "\N{TILDE OPERATOR}\N{SMALL TILDE}",
    "^": "\N{MODIFIER LETTER CIRCUMFLEX ACCENT}",
    "x": "\N{MULTIPLICATION SIGN}",
    ",": "\N{IDEOGRAPHIC COMMA}",
    ".": "\N{IDEOGRAPHIC FULL STOP}",
    " ": "\t\N{OGHAM SPACE MARK}",
    "\n": "\N{LINE TABULATION}\N{NEXT LINE}\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}",
    "": (
        "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}\N{WORD JOINER}"
        "\N{ZERO WIDTH NO-BREAK SPACE}\N{SOFT HYPHEN}\N{COMBINING GRAPHEME JOINER}"
        "\N{MONGOLIAN VOWEL SEPARATOR}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
        "\N{ARABIC LETTER MARK}\N{LEFT-TO-RIGHT EMBEDDING}\N{RIGHT-TO-LEFT EMBEDDING}"
        "\N{POP DIRECTIONAL FORMATTING}\N{LEFT-TO-RIGHT OVERRIDE}\N{RIGHT-TO-LEFT OVERRIDE}"
        "\N{LEFT-TO-RIGHT ISOLATE}\N{RIGHT-TO-LEFT ISOLATE}\N{FIRST STRONG ISOLATE}"
        "\N{POP DIRECTIONAL ISOLATE}\N{FUNCTION APPLICATION}\N{INVISIBLE TIMES}"
        "\N{INVISIBLE SEPARATOR}\N{INVISIBLE PLUS}"
        "\N{VARIATION SELECTOR-15}\N{VARIATION SELECTOR-16}"
    ),
}
"""What stands for each of the characters after it."""

_GREEK_CAPITALS: Final = dict(
    zip(
        "\N{GREEK CAPITAL LETTER ALPHA}\N{GREEK CAPITAL LETTER BETA}"
        "\N{GREEK CAPITAL LETTER EPSILON}\N{GREEK CAPITAL LETTER ZETA}"
        "\N{GREEK CAPITAL LETTER ETA}\N{GREEK CAPITAL LETTER IOTA}"
        "\N{GREEK CAPITAL LETTER KAPPA}\N{GREEK CAPITAL LETTER MU}"
        "\N{GREEK CAPITAL LETTER NU}\N{GREEK CAPITAL LETTER OMICRON}"
        "\N{GREEK CAPITAL LETTER RHO}\N{GREEK CAPITAL LETTER TAU}"
        "\N{GREEK CAPITAL LETTER UPSILON}\N{GREEK CAPITAL LETTER CHI}",
        "ABEZHIKMNOPTYX",
        strict=True,
    )
)
"""The alphabet has only those Greek capitals that look like no Latin one: it was made for this."""

_SINGLE: Final = {
    **{character: plain for plain, listed in _LOOK_ALIKES.items() for character in listed},
    **_GREEK_CAPITALS,
}

_SAME_BUT_FOR_STYLE: Final = ("<wide>", "<narrow>", "<small>", "<noBreak>", "<font>", "<compat>")
"""Unicode's kinds of characters that are another one in another width, weight or spacing."""


@lru_cache(maxsize=4096)
def replacement_for(cluster: str) -> str | None:
    """Return what can stand for a grapheme cluster in GSM-7, "" if it can go, None if nothing can.

    A letter that is written as two code points becomes the one code point for the same letter.
    """
    return _joined(unicodedata.normalize("NFC", cluster), _of_character)


def _of_character(character: str) -> str | None:
    plain = _of_listed(character)
    if plain is None and unicodedata.decomposition(character).startswith(_SAME_BUT_FOR_STYLE):
        return _joined(unicodedata.normalize("NFKC", character), _of_listed)
    return plain


def _of_listed(character: str) -> str | None:
    return character if character in gsm7.COST else _SINGLE.get(character)


def _joined(text: str, of: Callable[[str], str | None]) -> str | None:
    """Return the replacements of all the characters, or None if one of them has none."""
    parts = [of(character) for character in text]
    return None if None in parts else "".join(part for part in parts if part)
