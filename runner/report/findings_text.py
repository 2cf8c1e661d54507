"""Findings for people: place, reason, the line itself with carets, and what to type instead."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from runner.model.place import Span
from runner.model.problem import Problem, Severity
from runner.report.excerpt import make_excerpt
from runner.report.paint import BOLD, BOLD_CYAN, BOLD_RED, BOLD_YELLOW, DIM, paint
from runner.report.source_lines import NO_TEXTS, SourceLines, marked_range, read_source_lines
from runner.report.visible import make_visible

_MEND = "mend with: flexplay validate --fix"
_COLOURS = {
    Severity.ERROR: BOLD_RED,
    Severity.WARNING: BOLD_YELLOW,
    Severity.INFO: BOLD_CYAN,
}


def report_findings(
    problems: Iterable[Problem],
    *,
    colour: bool = False,
    width: int = 120,
    texts: Mapping[str, str] = NO_TEXTS,
) -> Iterator[str]:
    """Yield the lines that show the findings, a blank line after each.

    `colour` adds ANSI colours, which say nothing that the words do not say. Lines of files are cut
    to `width` cells; `texts` are files that do not stand on the disk.
    """
    found = list(problems)
    page = _Page(read_source_lines(found, texts), colour, width)
    for problem in found:
        yield from _show_finding(problem, page)
        yield ""


def concise_finding(problem: Problem, *, colour: bool = False) -> str:
    """Return a finding on one line."""
    place = paint(_place(problem.span), BOLD, colour=colour)
    kind = f"{problem.severity} {problem.code}"
    kind = paint(kind, _COLOURS[problem.severity], colour=colour)
    return f"{place}: {kind}: {make_visible(problem.message)}"


def summarize(problems: Iterable[Problem], files: int) -> str:
    """Return the last line: how many findings of which severity, in how many files."""
    found = list(problems)
    checked = _count(files, "file")
    if not found:
        return f"No problems in {checked}."
    counts = Counter(problem.severity for problem in found)
    parts = [_count(counts[severity], severity) for severity in Severity if counts[severity]]
    fixable = sum(bool(problem.edits) for problem in found)
    kinds = ", ".join(parts) + (f"; {fixable} fixable" if fixable else "")
    touched = len({problem.span.file for problem in found})
    # A template or a recipients' file may be touched that was not asked for.
    where = f"{touched} of {checked}" if touched <= files else _count(touched, "file")
    return f"Found {_count(len(found), 'problem')} ({kinds}) in {where}."


def summarize_fixes(
    fixed: Collection[Problem], files: Collection[str], refused: Collection[Problem]
) -> str:
    """Return the line that says what `--fix` did."""
    if not fixed and not refused:
        return "There was nothing to mend."
    said = f"Fixed {_count(len(fixed), 'problem')} in {_count(len(files), 'file')}."
    if refused:
        mends = _count(len(refused), "mend")
        said += f" Took {mends} back that would have brought new errors."
    return said


@dataclass(frozen=True, slots=True)
class _Page:
    """What findings are shown on."""

    lines: SourceLines
    colour: bool
    width: int


def _show_finding(problem: Problem, page: _Page) -> Iterator[str]:
    yield concise_finding(problem, colour=page.colour)
    line = page.lines.get((problem.span.file, problem.span.line), "")
    remedy = _remedy(problem)
    if line.strip() and "\0" not in line:  # a NUL: not a text, or one in UTF-16
        yield from _show_line(problem, line, page)
    elif remedy:
        yield f"  = {remedy}"
    for related in problem.related:
        yield f"  ::: {_place(related.span)}  {make_visible(related.message)}"


def _show_line(problem: Problem, line: str, page: _Page) -> Iterator[str]:
    number = str(problem.span.line)
    gutter = " " * len(number)
    excerpt = make_excerpt(line, *marked_range(line, problem.span), page.width - len(number) - 3)
    remedy = _remedy(problem)
    beside = excerpt.start + excerpt.width + len(remedy) + len(number) + 4 <= page.width
    goes_on = "…" if problem.span.end_line > problem.span.line else ""
    marks = "^" * excerpt.width + goes_on + (f" {remedy}" if beside and remedy else "")
    marks = paint(marks, _COLOURS[problem.severity], colour=page.colour)
    bar = paint("|", DIM, colour=page.colour)
    yield f"{gutter} {bar}"
    yield f"{paint(number, DIM, colour=page.colour)} {bar} {excerpt.text}"
    yield f"{gutter} {bar} {' ' * excerpt.start}{marks}"
    if remedy and not beside:
        yield f"{gutter} = {remedy}"


def _remedy(problem: Problem) -> str:
    remedy = make_visible(problem.remedy)
    return f"{remedy}  ({_MEND})".lstrip() if problem.edits else remedy


def _place(span: Span) -> str:
    return f"{make_visible(span.file)}:{span.line}:{span.column}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
