"""Foreign text on one line of a terminal or log: nothing in it acts, everything in it is seen."""

import unicodedata

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\N{SYMBOL FOR DELETE}"}
_BREAKS = dict.fromkeys((0x85, 0x2028, 0x2029), "\N{SYMBOL FOR NEWLINE}")
_C1 = (code for code in range(0x80, 0xA0) if code != 0x85)
# They turn round the order of what follows: https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
_TURNING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
# What stands for the undecodable bytes of a file's name cannot be printed.
_SURROGATES = range(0xD800, 0xE000)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_CONTROLS = {"\t": "TAB", "\n": "LINE FEED", "\r": "CARRIAGE RETURN"}
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_VISIBLE = str.maketrans(
    _PICTURES | _BREAKS | dict.fromkeys((*_C1, *_TURNING, *_SURROGATES), _REPLACED)
)


def make_visible(text: str) -> str:
    """Return the text with a picture for each character that would move the cursor or break lines.

    Every character becomes exactly one, so that columns stay.
    """
    return text.translate(_VISIBLE)


def show_character(character: str) -> str:
    """Return a character as the reader sees it, or a name in its place if nothing would be seen.

    A joiner within an emoji is part of what is seen; one that stands alone is not.
    """
    shown = make_visible(character)
    seen = any(unicodedata.category(each) not in _UNSEEN for each in character)
    if seen or (_REPLACED not in shown and shown != character):
        return shown
    return f"[{' '.join(map(_code, character))}]"


def name_character(character: str) -> str:
    """Return what a character is called: `U+2019 RIGHT SINGLE QUOTATION MARK`."""
    return " + ".join(
        f"{_code(each)} {unicodedata.name(each, _CONTROLS.get(each, ''))}".rstrip()
        for each in character
    )


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"
