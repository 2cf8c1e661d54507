"""An exception from a template as a finding at its own line and column."""

import difflib
import re
from pathlib import Path
from types import TracebackType
from typing import Literal, TypeGuard

from jinja2.sandbox import SandboxedEnvironment

from runner.model.document import ScalarNode
from runner.model.place import Span
from runner.model.problem import Problem
from runner.render.analysis import read_template
from runner.render.environment import (
    MissingName,
    SecurityError,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplateSyntaxError,
    TemplateTooLarge,
    TooMuch,
    known_functions,
)
from runner.render.expressions import Function
from runner.render.file_node import file_node
from runner.render.folder_loader import TemplateOutside, file_of
from runner.render.names import find_name
from runner.render.null_value import NullValue

_TEMPLATE_MARKS = frozenset({"__jinja_template__", "__jinja_exception__"})
_UNKNOWN = re.compile(r"No (filter|test) named '(.*?)'")
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # the line ends that Jinja counts
_OWNERS = {"Recipient": "recipient", "Vars": "vars", "Playbook": "playbook"}


def explain(node: ScalarNode, error: Exception, environment: SandboxedEnvironment) -> Problem:
    """Return the finding for what went wrong while compiling or rendering this leaf."""
    match error:
        case MissingName():
            return _missing_name(node, error, environment)
        case TemplateTooLarge():
            return _too_much(_line_span(node, error.lineno, error.filename, environment), error)
        case TooMuch() | RecursionError() | MemoryError() | OverflowError():
            return _too_much(_place(node, error, environment), error)
        case TemplateNotFound():
            return _missing_template(node, error, environment)
        case TemplateSyntaxError() | TemplateRuntimeError():
            unknown = _UNKNOWN.search(str(error))
            if unknown:
                return _unknown_name(node, error, unknown, environment)
    return _failed(node, error, environment)


def unknown_function(function: Function, known: frozenset[str]) -> Problem:
    """Return the finding for a filter or test that does not exist."""
    why = f"there is no {function.kind} {function.name}"
    close = difflib.get_close_matches(function.name, sorted(known), n=1)
    if function.name == "random":
        remedy = "a message must be the same each time, so templates know nothing random"
    elif close:
        remedy = f"write {close[0]}"
    else:
        remedy = f"take it out, or use another {function.kind} of Jinja"
    return Problem(function.span, "FP209", why, remedy)


def _unknown_name(
    node: ScalarNode, error: Exception, found: re.Match[str], environment: SandboxedEnvironment
) -> Problem:
    """Return the finding at the name itself, the first at or after the line that Jinja says."""
    kind: Literal["filter", "test"] = "filter" if found[1] == "filter" else "test"
    line, file = _line_of(error)
    if isinstance(error, TemplateSyntaxError):
        line, file = error.lineno, error.filename
    place = _line_span(node, line, file, environment)
    text = _file_node(file, environment) if _is_file(file) else node
    functions = read_template(text, environment).functions
    named = [each for each in functions if (each.kind, each.name) == (kind, found[2])]
    later = [each for each in named if each.span >= place]
    known = known_functions(environment)[kind]
    return unknown_function((later or named or [Function(kind, found[2], place)])[0], known)


def _unreadable(
    node: ScalarNode, error: TemplateSyntaxError, environment: SandboxedEnvironment
) -> Problem:
    return Problem(
        _line_span(node, error.lineno, error.filename, environment),
        "FP202",
        f"the template cannot be read: {_clean(error.message or 'syntax error')}",
        "check the braces, quotes and the name of the tag on this line",
    )


def _failed(node: ScalarNode, error: Exception, environment: SandboxedEnvironment) -> Problem:
    if isinstance(error, TemplateSyntaxError):
        return _unreadable(node, error, environment)
    if isinstance(error, SecurityError):
        why = "the template tries something that templates may not do"
        return Problem(_place(node, error, environment), "FP206", f"{why}: {_clean(str(error))}")
    if isinstance(error, NullValue):
        why = "a value is null here, and would read as None"
        remedy = 'fill it in, or give a default: {{ recipient.name or "there" }}'
        return Problem(_place(node, error, environment), "FP205", why, remedy)
    said = _clean(str(error)) or type(error).__name__
    return Problem(_place(node, error, environment), "FP205", f"the template fails: {said}")


def _too_much(span: Span, error: Exception) -> Problem:
    match error:
        case TooMuch():
            what = str(error)
        case TemplateTooLarge():
            what = f"too much work: {error.message}"
        case OverflowError():
            what = "too much: a number is too large to calculate with"
        case _:
            what = "too much work: it calls or includes itself too often"
    remedy = "use shorter texts and lists, and fewer loops in one another"
    return Problem(span, "FP206", f"the template asks for {what}", remedy)


def _missing_name(
    node: ScalarNode, error: MissingName, environment: SandboxedEnvironment
) -> Problem:
    owner = _OWNERS.get(type(error.owner).__name__, "")
    line, file = _line_of(error)
    shown = f"{owner}.{error.name}" if owner else error.name
    text = _file_node(file, environment) if _is_file(file) else node
    token = find_name(
        str(text.value), environment, error.name, attribute=_is_attribute(error), line=line
    )
    place = _line_span(node, line, file, environment)
    span = text.part(token.start, token.end) if token else place
    return Problem(span, "FP201", f"{shown} does not exist", _remedy(error, owner))


def _is_attribute(error: MissingName) -> bool:
    return "is undefined" not in str(error)


def _remedy(error: MissingName, owner: str) -> str:
    if not owner or not isinstance(error.owner, dict):
        return "templates know recipient, vars, env, playbook.name and now"
    close = difflib.get_close_matches(error.name, error.owner, n=1)
    if close:
        return f"write {owner}.{close[0]}"
    names = ", ".join(sorted(error.owner)) or "nothing"
    return f"{owner} has: {names}"


def _missing_template(
    node: ScalarNode, error: TemplateNotFound, environment: SandboxedEnvironment
) -> Problem:
    name = str(error.name or "")
    span = _text_span(node, name) or _place(node, error, environment)
    if isinstance(error, TemplateOutside):
        why = "lies outside the playbook's folder"
        return Problem(
            span, "FP204", f"the template {name} {why}", "move it below the playbook's folder"
        )
    why = str(error) if "UTF-8" in str(error) else f"there is no template {name} here"
    return Problem(span, "FP203", why, "the path is relative to the playbook's folder")


def _text_span(node: ScalarNode, text: str) -> Span | None:
    start = str(node.value).find(text) if text else -1
    return node.part(start, start + len(text)) if start >= 0 else None


def _place(node: ScalarNode, error: Exception, environment: SandboxedEnvironment) -> Span:
    line, file = _line_of(error)
    return _line_span(node, line, file, environment)


def _line_span(
    node: ScalarNode, line: int, file: str | None, environment: SandboxedEnvironment
) -> Span:
    """Return the place of a line of the template, without the blanks around it."""
    text = _file_node(file, environment) if _is_file(file) else node
    lines = _LINES.findall(str(text.value)) or [""]
    index = min(max(line, 1), len(lines)) - 1
    start = sum(len(each) for each in lines[:index])
    left = len(lines[index]) - len(lines[index].lstrip())
    return text.part(start + left, start + max(len(lines[index].rstrip()), left))


def _is_file(file: str | None) -> TypeGuard[str]:
    return bool(file) and file != "<template>"


def _file_node(file: str, environment: SandboxedEnvironment) -> ScalarNode:
    """Return the text of an included file as a leaf, named as the user would write it."""
    return file_node(file_of(environment, file), Path(file).read_text(encoding="utf-8-sig"))


def _line_of(error: Exception) -> tuple[int, str | None]:
    """Return the template's line and file in the exception's innermost template frame."""
    found: tuple[int, str | None] = (1, None)
    trace: TracebackType | None = error.__traceback__
    while trace:
        name = trace.tb_frame.f_code.co_filename
        if not _TEMPLATE_MARKS.isdisjoint(trace.tb_frame.f_globals) or name == "<template>":
            found = (trace.tb_lineno, name)
        trace = trace.tb_next
    return found


def _clean(message: str) -> str:
    return message.rstrip(".").replace("\n", " ")
