"""The pages of `runner/explain`, one for every code: what a finding means and how to mend it."""

import re
from functools import cache
from pathlib import Path

_PAGES = Path(__file__).resolve().parent.parent / "explain"
_TITLE = re.compile(r"# (FP[0-9]{3}): (.+)")
_MOST_SIMILAR = 3


@cache
def known_codes() -> tuple[str, ...]:
    """Return every code that flexplay knows, sorted."""
    return tuple(sorted(path.stem for path in _PAGES.glob("FP*.md")))


def read_page(code: str) -> str:
    """Return the page of a known code as Markdown."""
    return (_PAGES / f"{code}.md").read_text(encoding="utf-8")


def page_title(code: str) -> str:
    """Return the page's title without the code."""
    found = _TITLE.match(read_page(code))
    return found.group(2) if found else ""


def similar_codes(wanted: str) -> tuple[str, ...]:
    """Return the known codes nearest to a number, or those whose titles have a word."""
    digits = re.sub(r"\D", "", wanted)
    if digits:
        near = sorted(known_codes(), key=lambda code: abs(int(code[2:]) - int(digits[:9])))
    else:
        near = [code for code in known_codes() if wanted.casefold() in page_title(code).casefold()]
    return tuple(sorted(near[:_MOST_SIMILAR]))
