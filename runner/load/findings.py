"""The findings that YAML and TOML share, and how findings quote what the author wrote."""

from runner.load.source import Source
from runner.model.place import Span
from runner.model.problem import Problem, Related

DEEPEST = 64


def duplicate_key(source: Source, name: str, first: Span, second: Span) -> Problem:
    """Return the finding about a key that occurs twice."""
    return Problem(
        second,
        "FP006",
        f"the key {shorten(name)} occurs a second time; the first is on line {first.line}",
        "keep one of the two lines",
        related=(Related(first, f"{source.file} has {shorten(name)} here already"),),
    )


def shorten(text: str) -> str:
    """Return the text in quotes, cut when it is too long for a message."""
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'


def write_quoted(text: str) -> str:
    """Return the remedy that shows the text in quotes, as long as it is short enough to show."""
    return f"write {quote(text)}" if len(text) <= 200 else "put the text in quotes"


def quote(text: str) -> str:
    """Return the text as it stands in quotes, in YAML and in TOML."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def empty_file(source: Source) -> Problem:
    """Return the finding about a file without data."""
    message = "the file is empty, or holds only comments"
    remedy = "flexplay init writes a playbook to start from"
    return Problem(source.span(0, 0), "FP005", message, remedy)


def too_deep(source: Source, index: int) -> Problem:
    """Return the finding about data that nests deeper than `DEEPEST`."""
    message = f"the data is nested more than {DEEPEST} levels deep"
    remedy = "a playbook needs a handful of levels; check for a bracket too many"
    return Problem(source.span(index, index + 1), "FP007", message, remedy)
