"""Says in people's words why a text is not TOML."""

import re

from runner.load.findings import write_quoted
from runner.load.source import Source
from runner.load.toml_guard import Overview
from runner.model.problem import Problem

_PLACE = re.compile(r"(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_TWICE = ("Cannot overwrite", "Cannot declare", "Cannot mutate", "Duplicate inline table key")
_WORDINGS = (
    (
        "Expected newline or end",
        "something follows the value on this line",
        "write one name = value on a line, and put text, odd dates and times in quotes",
    ),
    ("Expected '='", "a key and its value are joined by an equals sign", 'write name = "value"'),
    (
        "Invalid statement",
        "a line starts with a key, a [table] or a comment (#)",
        "write a key; one of other characters than a to z, digits, - and _ goes in quotes",
    ),
    (
        "Invalid initial character for a key",
        "a key is letters, digits, - and _, or in quotes",
        "put the key in quotes; leave out a comma before }",
    ),
    ("Expected ']' at the end", "the [ of this table is not closed", "write ] after its name"),
    ("Expected ']]' at the end", "the [[ of this table is not closed", "write ]] after its name"),
    (
        "Unclosed inline table",
        "an inline table { } stands on one line, with commas between its entries",
        "write } on the same line, or make it a [table]",
    ),
    (
        "Unescaped '\\'",
        "a backslash in double quotes starts an escape, and this is none",
        r"write \\ for a backslash, or put the text in single quotes",
    ),
    (
        "not a Unicode scalar",
        "this escape names half of a character",
        r"write the character itself instead of its \u",
    ),
    ("Invalid hex value", "this escape lacks digits", r"write \u and four digits"),
)


def is_duplicate(error: ValueError) -> bool:
    """Whether the parser says that something is defined twice."""
    return str(error).startswith(_TWICE)


def explain_error(source: Source, error: ValueError, overview: Overview) -> Problem:
    """Return the finding about what `tomllib` could not read."""
    found = _PLACE.fullmatch(str(error))
    if found is None:
        return _explain_number(source, error)
    words, line, column = found.groups()
    index = _index(source.text, int(line), int(column)) if line else len(source.text)
    if is_duplicate(error):
        message = "a key or table on this line is defined already"
        return _problem(source, index, message, "keep one of the two", code="FP006")
    quoted = words == "Unterminated string" or words.startswith("Expected '\"") or "\"'" in words
    if (quoted or words.endswith("character '\\n'")) and overview.unclosed_quote is not None:
        message = "this quote is never closed"
        remedy = "write the closing quote where the text ends"
        return _problem(source, overview.unclosed_quote, message, remedy)
    if words == "Unclosed array" or (
        words == "Invalid value" and not line and overview.unclosed_bracket is not None
    ):
        place = index if line or overview.unclosed_bracket is None else overview.unclosed_bracket
        message = "this list is not closed, or lacks a comma"
        return _problem(source, place, message, "write ] at its end, a comma between two items")
    if "character '" in words:
        return _explain_character(source, index)
    return _explain_words(source, index, words)


def _explain_words(source: Source, index: int, words: str) -> Problem:
    line = source.text[source.line_start(index) : source.line_end(index)]
    if source.text.startswith("{{", index - 1) or words == "Invalid value":
        return _explain_value(source, index)
    if words.startswith("Expected '='") and re.match(r"\s*[\w-]+\s*:", line):
        message = "TOML joins a key and its value with =, not with a colon"
        return _problem(source, index, message, 'write name = "value"')
    for start, message, remedy in _WORDINGS:
        if words.startswith(start) or start in words:
            return _problem(source, index, message, remedy)
    return _problem(source, index, f"this is not TOML: {words[:1].lower()}{words[1:]}")


def _explain_value(source: Source, index: int) -> Problem:
    """Explain a value that is no value: most often a text without quotes."""
    if source.text.startswith("{{", index - 1):
        index -= 1
    end = source.line_end(index)
    rest = re.sub(r"(^|\s+)#.*", "", source.text[index:end]).rstrip()
    if not rest.isprintable():
        return _explain_character(source, index)
    if not rest:
        message = "a value is missing after the equals sign"
        return _problem(source, index, message, 'write "" for an empty text')
    message = "text must be in quotes"
    return Problem(source.span(index, index + len(rest)), "FP004", message, write_quoted(rest))


def _explain_character(source: Source, index: int) -> Problem:
    char = source.text[index : index + 1]
    if char in ("\n", "\r"):
        message = "the quote on this line is not closed"
        remedy = 'write the closing quote; text of several lines stands between """ and """'
        return _problem(source, index, message, remedy)
    message = f"the character U+{ord(char or chr(0)):04X} cannot stand in a TOML file"
    return _problem(source, index, message, "delete it")


def _explain_number(source: Source, error: ValueError) -> Problem:
    """Explain what only Python refuses: a number of thousands of digits."""
    found = re.search(r"[0-9][0-9_]{4000,}", source.text)
    if found is None:
        return _problem(source, 0, f"this is not TOML: {error}")
    message = "this number has thousands of digits"
    return _problem(source, found.start(), message, "put it in quotes if it is text")


def _index(text: str, line: int, column: int) -> int:
    """Return the index of the parser's line and column; its lines end at line feeds only."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return min(start + column - 1, len(text))


def _problem(
    source: Source, index: int, message: str, remedy: str = "", *, code: str = "FP004"
) -> Problem:
    end = min(index + 1, source.line_end(index))
    return Problem(source.span(index, end), code, message, remedy)
