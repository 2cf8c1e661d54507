"""Looks over a TOML text before it is parsed, for what would cost a parser too much.

`tomllib` recurses into nested arrays, and needs time that grows with the square of a dotted key.
"""

import re
from dataclasses import dataclass

from runner.load.findings import DEEPEST

# The quantifiers are possessive: an unclosed quote is looked over once, not again and again.
_TOKEN = re.compile(
    r'(?P<string>"""(?:[^"\\]++|\\.|"(?!""))*+"{3,5}'
    r"|'''(?:[^']++|'(?!''))*+'{3,5}"
    r'|"(?!"")(?:[^"\\\n]++|\\.)*+"'
    r"|'(?!'')[^'\n]*+')"
    r"|(?P<comment>\#[^\n]*+)"
    r"|(?P<mark>[\[\]{}.,=\n])"
    r"|(?P<quote>[\"'])",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the brackets, dots and quotes of a text tell.

    `too_deep` is where it nests too deep. `unclosed_quote` and `unclosed_bracket` are where a
    quote and a bracket open that nothing closes. All are None where there is nothing of the kind.
    """

    too_deep: int | None = None
    unclosed_quote: int | None = None
    unclosed_bracket: int | None = None


def survey(text: str) -> Overview:
    """Return the overview; as far as `tomllib` understands the text, both see the same tokens."""
    opened: list[int] = []
    dots = 0
    for token in _TOKEN.finditer(text):
        char = token.group()
        if token.lastgroup == "quote":
            return Overview(None, token.start(), opened[-1] if opened else None)
        if char == ".":
            dots += 1
        elif char in ("[", "{"):
            opened.append(token.start())
        elif char in ("]", "}"):
            del opened[-1:]
        if char in "[]{},=\n":
            dots = 0
        if len(opened) > DEEPEST or dots > DEEPEST:
            return Overview(token.start())
    return Overview(None, None, opened[-1] if opened else None)
