"""Foreign text on one line of a terminal or log: nothing in it acts, everything in it is seen."""

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\N{SYMBOL FOR DELETE}"}
_BREAKS = dict.fromkeys((0x85, 0x2028, 0x2029), "\N{SYMBOL FOR NEWLINE}")
_C1 = (code for code in range(0x80, 0xA0) if code != 0x85)
# They turn round the order of what follows: https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
_TURNING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
# What stands for the undecodable bytes of a file's name cannot be printed.
_SURROGATES = range(0xD800, 0xE000)
_VISIBLE = str.maketrans(
    _PICTURES
    | _BREAKS
    | dict.fromkeys((*_C1, *_TURNING, *_SURROGATES), "\N{REPLACEMENT CHARACTER}")
)


def make_visible(text: str) -> str:
    """Return the text with a picture for each character that would move the cursor or break lines.

    Every character becomes exactly one, so that columns stay.
    """
    return text.translate(_VISIBLE)
