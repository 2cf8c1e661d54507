"""ANSI colours, which say nothing that the words do not say.

https://ecma-international.org/publications-and-standards/standards/ecma-48/
"""

BOLD, DIM = "1", "2"
RED, GREEN, YELLOW, CYAN = "31", "32", "33", "36"
BOLD_RED, BOLD_YELLOW, BOLD_CYAN = "1;31", "1;33", "1;36"
UNDERLINED_YELLOW = "4;33"


def paint(text: str, style: str, *, colour: bool) -> str:
    """Return the text in a style; as it is where there are no colours, or nothing to colour."""
    return f"\x1b[{style}m{text}\x1b[0m" if colour and style and text else text
