"""A WhatsApp text as WhatsApp shows it: `*bold*`, `_italic_`, `~struck~` and monospace.

https://faq.whatsapp.com/539178204879377
"""

import re
from collections.abc import Iterator

from runner.report.html import Html, element, flow, join

_MONOSPACE = re.compile(r"```(?=\S)(.+?)(?<=\S)```", re.DOTALL)
_ELEMENTS = {"*": "strong", "_": "em", "~": "s"}
_STYLED = re.compile(r"(?<![\w*_~])([*_~])(?=[^\s*_~])([^\n]*?)(?<=[^\s])\1(?![\w])")


def styled(body: str) -> Html:
    """Return the text with its styles; a mark that stands alone stays as it is written."""
    return join(_with_monospace(body))


def _with_monospace(body: str) -> Iterator[Html]:
    at = 0
    for found in _MONOSPACE.finditer(body):
        yield join(_with_styles(body[at : found.start()]))
        yield element("code", {}, flow(found[1]))
        at = found.end()
    yield join(_with_styles(body[at:]))


def _with_styles(body: str) -> Iterator[Html]:
    at = 0
    for found in _STYLED.finditer(body):
        yield flow(body[at : found.start()])
        yield element(_ELEMENTS[found[1]], {}, join(_with_styles(found[2])))
        at = found.end()
    yield flow(body[at:])
