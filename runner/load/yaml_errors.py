"""Says in people's words why a text is not YAML."""

import re
from dataclasses import dataclass

from runner.load.findings import write_quoted
from runner.load.source import Source
from runner.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Fault:
    """What the parser met: its words, the index, and the construct that it was in."""

    problem: str
    index: int
    context: str = ""
    context_index: int | None = None


@dataclass(frozen=True, slots=True)
class _Wording:
    """How a fault is put when the parser's words contain `problem` and `context`."""

    problem: str
    context: str
    message: str
    remedy: str
    at_context: bool = False


_INDENT = "indent it by as many spaces as the lines that it belongs with"
_WORDINGS = (
    _Wording(
        "found unexpected end of stream",
        "quoted scalar",
        "this quote is never closed",
        "write the closing quote where the text ends",
        at_context=True,
    ),
    _Wording(
        "found unexpected document indicator",
        "quoted scalar",
        "this quote is never closed",
        "write the closing quote where the text ends",
        at_context=True,
    ),
    _Wording(
        "escape",
        "scalar",
        "a backslash in double quotes starts an escape, and this is none",
        r"write \\ for a backslash, or put the text in single quotes",
    ),
    _Wording(
        "hexdecimal",
        "scalar",
        "this escape lacks digits",
        r"write \u and four digits, or the character itself",
    ),
    _Wording(
        "',' or ']'",
        "flow sequence",
        "this list is not closed, or lacks a comma",
        "write ] where the list ends, and a comma between two items",
        at_context=True,
    ),
    _Wording(
        "',' or '}'",
        "flow mapping",
        "this mapping is not closed, or lacks a comma",
        "write } where the mapping ends, and a comma between two entries",
        at_context=True,
    ),
    _Wording(
        "did not find expected node content",
        "node",
        "a list [ or mapping { is not closed before the file goes on",
        "write ] or } where it ends; text that starts with [ or { goes in quotes",
    ),
    _Wording(
        "could not find expected ':'",
        "simple key",
        "this line has no colon, and is not part of the text above it",
        'write it as "name: value", or indent it if it goes on with the line above',
        at_context=True,
    ),
    _Wording(
        "block sequence entries are not allowed",
        "",
        "a list item (- ) cannot start here",
        "start the list on a line of its own; text that starts with a dash goes in quotes",
    ),
    _Wording(
        "mapping keys are not allowed",
        "",
        "a question mark and a space start a key in YAML",
        "put the text in quotes",
    ),
    _Wording(
        "expected '-' indicator",
        "block collection",
        "this line stands among the items of a list, but does not start with a dash",
        f"start it with a dash and a space, or {_INDENT}",
    ),
    _Wording(
        "comment or line break",
        "block scalar",
        "text cannot stand on the line of the | or >",
        "start the text on the next line, indented",
    ),
    _Wording(
        "indentation",
        "block scalar",
        "the first lines of this text are indented differently",
        "indent all lines of the text by the same number of spaces",
    ),
    _Wording(
        "<document start>",
        "",
        "this line is indented less than the lines before it",
        _INDENT,
    ),
    _Wording(
        "alphabetic or numeric character",
        "anchor",
        "& starts the name of an anchor in YAML",
        "put the text in quotes",
        at_context=True,
    ),
    _Wording(
        "alphabetic or numeric character",
        "alias",
        "* starts the name of an alias in YAML",
        "put the text in quotes",
        at_context=True,
    ),
    _Wording("tag", "", "! starts a tag in YAML, and this is none", "put the text in quotes"),
    _Wording(
        "YAML document",
        "",
        "this file asks for another version of YAML",
        "leave the line that starts with %YAML out",
    ),
)
_TEMPLATE = re.compile(r"(?:^|[:\-?,\[{]\s*)(\{[{%#])")
_SPECIAL = {
    "@": "at sign",
    "`": "backtick",
    "%": "percent sign",
    "]": "bracket",
    "}": "brace",
    ",": "comma",
}


def explain_control(source: Source, index: int) -> Problem:
    """Return the finding about a character that YAML does not allow in a file."""
    message = f"the character U+{ord(source.text[index]):04X} cannot stand in a YAML file"
    return Problem(source.span(index, index + 1), "FP004", message, "delete it")


def explain_fault(source: Source, fault: Fault) -> Problem:
    """Return the finding about what the parser could not read."""
    for index in (fault.index, fault.context_index):
        template = None if index is None else _find_template(source, index)
        if template is not None:
            return explain_template(source, template)
    block_node = "block node" in fault.context and "node content" in fault.problem
    if block_node or "cannot start any token" in fault.problem or "tab character" in fault.problem:
        return _explain_character(source, fault.index)
    if "mapping values are not allowed" in fault.problem:
        return _explain_colon(source, fault.index)
    # libyaml's words, and those of PyYAML's own parser
    if "did not find expected key" in fault.problem or "<block end>" in fault.problem:
        return _explain_no_key(source, fault.index)
    for wording in _WORDINGS:
        if wording.problem in fault.problem and wording.context in fault.context:
            return _word(source, wording, fault)
    return _problem(source, fault.index, f"this is not YAML: {fault.problem}")


def explain_template(source: Source, index: int) -> Problem:
    """Return the finding about a template that is not in quotes, which YAML takes for a mapping."""
    end = source.line_end(index)
    rest = source.text[index:end]
    if source.text[source.line_start(index) : index].rstrip().endswith(("[", ",")):
        closing = rest.find("}}")
        rest = rest if closing < 0 else rest[: closing + 2]
    rest = re.sub(r"\s+#.*", "", rest).rstrip()
    opening = rest[:2]
    message = f"a text that starts with {opening} must be in quotes"
    span = source.span(index, index + len(rest))
    return Problem(span, "FP004", message, write_quoted(rest))


def _find_template(source: Source, index: int) -> int | None:
    """Return where an unquoted value on the line of `index` starts like a template."""
    start = source.line_start(index)
    found = _TEMPLATE.search(source.text[start : source.line_end(index)])
    return start + found.start(1) if found and start + found.start(1) <= index else None


def _explain_character(source: Source, index: int) -> Problem:
    char = source.text[index : index + 1]
    if char == "\t":
        message = "a tab stands here, and YAML is indented with spaces only"
        return _problem(source, index, message, "replace the tab with spaces")
    rest = source.text[index : source.line_end(index)].rstrip()
    message = f"a text cannot start with the {_SPECIAL.get(char, 'character')} {char}"
    return _problem(source, index, message, write_quoted(rest))


def _explain_colon(source: Source, index: int) -> Problem:
    """Explain a colon that YAML takes for a key's: there is another one, or a lost line."""
    start = source.line_start(index)
    before = re.match(r"(\s*(?:- +)*[^\s:]+:[ \t]+)\S", source.text[start:index])
    if before is None:
        message = "a key cannot stand here: the line above it is not finished"
        remedy = f"end the line above with a colon or a value, and {_INDENT}"
        return _problem(source, index, message, remedy)
    rest = source.text[start + before.end(1) : source.line_end(index)].rstrip()
    message = "a second colon on one line: YAML takes what stands before it for a key"
    return _problem(source, index, message, write_quoted(rest))


def _explain_no_key(source: Source, index: int) -> Problem:
    before = source.text[source.line_start(index) : index].rstrip()
    if before.endswith(('"', "'")):
        message = "text goes on after the closing quote"
        remedy = "put all of the text in quotes, with the other kind of quotes around it"
        return _problem(source, index, message, remedy)
    message = "this line does not fit the lines before it"
    return _problem(source, index, message, f'write it as "name: value", and {_INDENT}')


def _word(source: Source, wording: _Wording, fault: Fault) -> Problem:
    index = fault.index
    if wording.at_context and fault.context_index is not None:
        index = fault.context_index
    return _problem(source, index, wording.message, wording.remedy)


def _problem(source: Source, index: int, message: str, remedy: str = "") -> Problem:
    index = min(index, len(source.text))
    end = min(index + 1, source.line_end(index))
    return Problem(source.span(index, end), "FP004", message, remedy)
