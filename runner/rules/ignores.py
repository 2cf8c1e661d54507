"""FP701, FP702, FP703: comments that silence a finding, and what is wrong with them.

    # flexplay: ignore FP301 (the client wants real quotation marks)
    body: “Hello”

A comment covers its own line or, where it stands alone, the next line that is no comment. On the
line of a key or above it, it covers a text of several lines too, since no comment can stand in
there. The one for `body` or `template` covers the message's template files as well.

What keeps a message from being rendered cannot be ignored: files that cannot be read (FP0xx), a
wrong shape (FP1xx), templates and recipients that fail (most of FP2xx). Nothing could be sent.
"""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runner.model.document import Document, MappingNode, Node, ScalarNode, SequenceNode
from runner.model.place import Span
from runner.model.problem import Problem, Severity
from runner.rules.comments import Comment, read_comments
from runner.rules.explanations import known_codes

_OURS = re.compile(r"#+\s*flexplay\s*:\s*(?P<rest>.*)", re.IGNORECASE)
_IGNORE = re.compile(
    r"ignore\s+(?P<codes>[\w]+(?:\s*,\s*\w+)*)\s*(?:\((?P<reason>[^()]*(?:\([^()]*\)[^()]*)*)\))?\s*",
    re.IGNORECASE,
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_CODE = re.compile(r"\w+")
_IGNORABLE = re.compile(r"FP(?:207|208|22[01]|[3-6][0-9]{2})")
_FORM = "write # flexplay: ignore FP301 (reason)"


@dataclass(frozen=True, slots=True)
class _Ignore:
    """One code of a comment, and the lines of the file that it covers, both ends included."""

    code: str
    span: Span
    first: int
    last: int
    templates: bool

    def hides(self, problem: Problem, file: str) -> bool:
        if problem.code != self.code:
            return False
        if problem.span.file != file:
            return self.templates
        return self.first <= problem.span.line <= self.last


def apply_ignores(
    document: Document, problems: Iterable[Problem], *, complete: bool = True
) -> tuple[Problem, ...]:
    """Return the findings that no comment hides, and what is wrong with the comments.

    Args:
        document: the playbook or project file that the findings are about.
        problems: its findings, those in its template files included.
        complete: whether these are all that there can be. If not, a comment that hides nothing is
            passed over: what it hides may not have been looked for.
    """
    found = tuple(problems)
    ignores: list[_Ignore] = []
    faults: list[Problem] = []
    for comment in read_comments(document):
        _read(comment, document, ignores, faults)
    used = {ignore for ignore in ignores for each in found if ignore.hides(each, document.file)}
    kept = [each for each in found if not any(one.hides(each, document.file) for one in used)]
    if complete and not any(_keeps_from_rendering(problem) for problem in found):
        faults += [_unused(ignore) for ignore in ignores if ignore not in used]
    return tuple(sorted((*kept, *faults), key=lambda problem: problem.span))


def _read(
    comment: Comment, document: Document, ignores: list[_Ignore], faults: list[Problem]
) -> None:
    ours = _OURS.fullmatch(comment.text)
    if ours is None:
        return
    parsed = _IGNORE.fullmatch(ours["rest"])
    if parsed is None:
        faults.append(Problem(comment.span, "FP701", "this comment cannot be understood", _FORM))
        return
    if not (parsed["reason"] or "").strip():
        why = "an ignore needs a reason, for whoever reads it later"
        remedy = f"write # flexplay: ignore {parsed['codes']} (reason)"
        faults.append(Problem(comment.span, "FP701", why, remedy))
        return
    lines = _covered(comment, document)
    base = ours.start("rest") + parsed.start("codes")
    for code in _CODE.finditer(parsed["codes"]):
        span = _part(comment.span, base + code.start(), base + code.end())
        fault = _check_code(code.group().upper(), span)
        if fault is None:
            ignores.append(_Ignore(code.group().upper(), span, *lines))
        else:
            faults.append(fault)


def _part(span: Span, start: int, end: int) -> Span:
    column = span.column
    return Span(span.file, span.line, column + start, span.line, column + end)


def _check_code(code: str, span: Span) -> Problem | None:
    if code not in known_codes():
        close = difflib.get_close_matches(code, known_codes(), n=1)
        remedy = f"did you mean {close[0]}?" if close else "flexplay explain lists the codes"
        return Problem(span, "FP703", f"there is no finding {code}", remedy)
    if not _IGNORABLE.fullmatch(code):
        about = {"FP7": "it is about ignores", "FP8": "it is about tests"}
        because = about.get(code[:3], "nothing could be sent")
        why = f"{code} cannot be ignored, since {because}"
        return Problem(span, "FP703", why, f"mend it: flexplay explain {code}")
    return None


def _unused(ignore: _Ignore) -> Problem:
    why = f"there is no {ignore.code} here to ignore"
    return Problem(ignore.span, "FP702", why, "take the comment out", Severity.WARNING)


def _keeps_from_rendering(problem: Problem) -> bool:
    ignorable = _IGNORABLE.fullmatch(problem.code)
    return problem.severity is Severity.ERROR and ignorable is None


def _covered(comment: Comment, document: Document) -> tuple[int, int, bool]:
    """Return the first and last line that a comment covers, and whether template files too."""
    line = comment.span.line
    if comment.alone:
        lines = _LINE_END.split(document.text)
        while line < len(lines) and lines[line].lstrip().startswith("#"):
            line += 1
        line += 1
    last = max((end for start, end in _blocks(document.root) if start == line), default=line)
    return min(comment.span.line, line), last, line in _text_lines(document.root)


def _blocks(node: Node) -> Iterator[tuple[int, int]]:
    """Yield the line of the key and the last line of every text of several lines."""
    match node:
        case MappingNode():
            for entry in node.entries:
                if isinstance(entry.node, ScalarNode):
                    yield entry.key.span.line, entry.node.span.end_line
                else:
                    yield from _blocks(entry.node)
        case SequenceNode():
            for item in node.items:
                yield from _blocks(item)
                if isinstance(item, ScalarNode):
                    yield item.span.line, item.span.end_line
        case ScalarNode():
            pass


def _text_lines(root: Node) -> set[int]:
    """Return the lines of the keys that the message's template files belong to."""
    message = root.get("message") if isinstance(root, MappingNode) else None
    entries = message.entries if isinstance(message, MappingNode) else ()
    return {entry.key.span.line for entry in entries if entry.key.value in ("body", "template")}
