"""FP502: a password, token or key in a file that is kept in git.

It stays in the history after it is deleted, so it must be revoked as well.
https://www.twilio.com/docs/iam/api-keys
"""

import re
from collections.abc import Iterator

from runner.load.source import make_source
from runner.model.document import Document
from runner.model.playbook import Playbook
from runner.model.problem import Problem

# What repeats is bounded everywhere, or a long line would be gone through again and again.
_NAMED = re.compile(
    r"""(?:auth_?token|secret|password|passwd|pwd|api_?key|token)[\w.-]{0,60}
    ["']?[ \t]{0,20}[:=][ \t]{0,20}["']?
    (?P<secret>[^\s"'{}<>$*/#,\[\]()]{1,500})
    ["']?[ \t]{0,20}(?=[,}\]#\r\n]|\Z)""",
    re.IGNORECASE | re.VERBOSE,
)
_NAME_END = re.compile(r"[\w.-]{0,60}\Z")
_NAME_START = re.compile(r"[\w.-]*")
_URL = re.compile(
    r"\b[a-z][a-z0-9+.-]{0,30}://[^\s/:@\"'{}<>]{0,200}:(?P<secret>[^\s/@\"'{}<>$*]{1,200})@"
)
_PAIR = re.compile(
    r"\b(?:AC[0-9a-fA-F]{32}:|SK[0-9a-fA-F]{32}\b(?:[^\n]{0,200}\n)??[^\n]{0,200}?)"
    r"(?<![\w-])(?P<secret>[0-9a-zA-Z]{32})(?![\w-])"
)
_SHAPES = re.compile(
    r"(?P<secret>\bSG\.[\w-]{16,}\.[\w-]{16,}|\bAKIA[0-9A-Z]{16}\b"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----)"
)
_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
_HEX = re.compile(r"[0-9a-fA-F]{32}")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_MASK = re.compile(r"[xX•.*]{4,}|…")
_PASSWORD = re.compile(r"(?i)passw|pwd")
_REMEDY = (
    "take it out and revoke it; flexplay reads credentials from the environment: "
    "TWILIO_API_KEY and TWILIO_API_SECRET"
)


def check(playbook: Playbook) -> Iterator[Problem]:
    """Refuse secrets anywhere in the playbook, comments included."""
    yield from check_document(playbook.document)


def check_document(document: Document) -> Iterator[Problem]:
    """Refuse secrets anywhere in a file; the finding never shows one."""
    source = make_source(document.file, document.text)
    told = -1
    for start, end, what in sorted(_find(document.text)):
        if start >= told:
            told = end
            why = f"{what} is a secret, and stands here for everybody who reads the repository"
            yield Problem(source.span(start, end), "FP502", why, _REMEDY)


def has_secret(line: str) -> bool:
    """Tell whether a line must not be shown: a secret stands in it."""
    return next(_find(line), None) is not None


def _find(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _NAMED.finditer(text):
        name = _name(text, found.start())
        if _is_secret(name, found["secret"]):
            yield *found.span("secret"), f"the value of {name}"
    for pattern, what in (
        (_URL, "this URL's password"),
        (_PAIR, "what stands beside the API key"),
        (_SHAPES, "this key"),
    ):
        for found in pattern.finditer(text):
            if not _MASK.search(found["secret"]):
                yield *found.span("secret"), what


def _name(text: str, index: int) -> str:
    """Return the whole of the name that a word at `index` is part of."""
    before = _NAME_END.search(text[max(index - 60, 0) : index])
    after = _NAME_START.match(text, index, index + 100)
    return (before.group() if before else "") + (after.group() if after else "")


def _is_secret(name: str, value: str) -> bool:
    """Tell whether a value beside such a name is one, not a SID, a variable's name or a mask."""
    if _SID.fullmatch(value) or _VARIABLE.fullmatch(value) or _MASK.search(value):
        return False
    if _HEX.fullmatch(value):
        return True
    mixed = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    return mixed and len(value) >= (6 if _PASSWORD.search(name) else 16)
