"""Foreign text in Markdown: nothing in it acts."""

import html
import re

from runner.report.visible import make_visible

# What means something inside of a cell; HTML is escaped as such.
_MARKS = re.compile(r"([\\`*_\[\]|~$])")
_MENTION = "@<!-- -->"  # GitHub tells nobody who is named so


def escape_markdown(text: str) -> str:
    """Return Markdown that shows exactly this text, also in a table's cell, and calls nobody."""
    shown = html.escape(make_visible(text), quote=False)
    return _MARKS.sub(r"\\\1", shown).replace("@", _MENTION)
