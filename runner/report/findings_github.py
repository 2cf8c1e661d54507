"""Findings on GitHub: annotations beside the lines of a pull request, and the job summary.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from runner.model.place import Span
from runner.model.problem import Problem, Severity
from runner.report.file_naming import Naming, slashed
from runner.report.findings_text import summarize
from runner.report.markdown import escape_markdown
from runner.report.source_lines import last_line
from runner.report.visible import make_visible

# A larger summary is not shown at all ("upload aborted, supports content up to a size of 1024k").
SUMMARY_LIMIT = 1 << 20

# GitHub keeps the first 10 of each kind that a step prints, and drops the others silently.
_SHOWN = 10
# The runner cuts messages here: _maxIssueMessageLength in github.com/actions/runner.
_LONGEST_MESSAGE = 4096
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
# Room for the line that says how many findings are left out.
_LAST_LINE = 200


def report_github(problems: Iterable[Problem], shown: Naming = slashed) -> str:
    """Return the workflow commands that annotate a pull request, the gravest finding first.

    There are at most 10 of each kind, since GitHub shows no more of one step. If that leaves some
    out, the last line, a notice, says how many.
    """
    found = by_gravity(problems)
    kept = list(_keep(found, notices=_SHOWN))
    if len(kept) < len(found):
        kept = list(_keep(found, notices=_SHOWN - 1))
    lines = [_annotation(problem, shown) for problem in kept]
    if len(kept) < len(found):
        more = f"and {len(found) - len(kept):,} more: see the job summary"
        lines.append(_command("notice", {"title": "flexplay"}, more))
    return "".join(f"{line}\n" for line in lines)


def github_summary(
    problems: Iterable[Problem],
    files: int,
    shown: Naming = slashed,
    blob: str = "",
    room: int = SUMMARY_LIMIT,
) -> str:
    """Return Markdown with every finding, in at most `room` bytes of UTF-8.

    What does not fit is counted in the last line. `blob` is the address that the names of files
    are appended to for links.
    """
    found = by_gravity(problems)
    head = f"### flexplay validate\n\n{escape_markdown(summarize(found, files))}\n"
    if found:
        head += "\n| | Place | Code | Finding |\n|---|---|---|---|\n"
    rows = [_row(problem, shown, blob) for problem in found]
    return _fit(head, rows, room)


def by_gravity(problems: Iterable[Problem]) -> list[Problem]:
    """Return the findings, errors first, otherwise in the order in which they came."""
    order = list(Severity)
    return sorted(problems, key=lambda problem: order.index(problem.severity))


def _keep(problems: Sequence[Problem], notices: int) -> Iterator[Problem]:
    """Yield the findings that GitHub will show."""
    left = {Severity.ERROR: _SHOWN, Severity.WARNING: _SHOWN, Severity.INFO: notices}
    for problem in problems:
        if left[problem.severity]:
            left[problem.severity] -= 1
            yield problem


def _annotation(problem: Problem, shown: Naming) -> str:
    properties = {
        "file": shown(problem.span.file),
        **_lines(problem.span),
        "title": problem.code,
    }
    return _command(_COMMANDS[problem.severity], properties, _message(problem, shown))


def _lines(span: Span) -> dict[str, str]:
    """Return the place; the runner refuses columns where the last line is not the first."""
    lines = {"line": str(span.line), "endLine": str(last_line(span))}
    if span.end_line > span.line:
        return lines
    return {**lines, "col": str(span.column), "endColumn": str(span.end_column)}


def _message(problem: Problem, shown: Naming) -> str:
    lines = [problem.message, problem.remedy]
    lines += [
        f"{shown(related.span.file)}:{related.span.line}: {related.message}"
        for related in problem.related
    ]
    message = "\n".join(make_visible(line) for line in lines if line)
    return message if len(message) <= _LONGEST_MESSAGE else message[: _LONGEST_MESSAGE - 1] + "…"


def _command(name: str, properties: dict[str, str], data: str) -> str:
    given = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items())
    return f"::{name} {given}::{_escape_data(data)}"


def _escape_data(text: str) -> str:
    """Escape a message as the runner unescapes it: github.com/actions/runner, ActionCommand.cs."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    """Escape a property, which may hold neither the sign between properties nor the one after."""
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


def _row(problem: Problem, shown: Naming, blob: str) -> str:
    finding = escape_markdown(problem.message)
    if problem.remedy:
        finding += f"<br>→ {escape_markdown(problem.remedy)}"
    for related in problem.related:
        finding += f"<br>{_place(related.span, shown, blob)} {escape_markdown(related.message)}"
    place = _place(problem.span, shown, blob)
    return f"| {problem.severity} | {place} | {problem.code} | {finding} |\n"


def _place(span: Span, shown: Naming, blob: str) -> str:
    file = shown(span.file)
    text = escape_markdown(f"{file}:{span.line}:{span.column}")
    # A name outside of the repository is absolute.
    return text if not blob or file.startswith("/") else f"[{text}]({_link(blob, file, span)})"


def _link(blob: str, file: str, span: Span) -> str:
    return f"{blob}/{quote(file, errors='surrogateescape')}#L{span.line}"


def _fit(head: str, rows: Sequence[str], room: int) -> str:
    sizes = [len(row.encode()) for row in rows]
    used = len(head.encode())
    if used + sum(sizes) <= room:
        return head + "".join(rows)
    kept = 0
    while kept < len(rows) and used + sizes[kept] + _LAST_LINE <= room:
        used += sizes[kept]
        kept += 1
    left = len(rows) - kept
    last = (
        f"\n**{left:,} more findings are left out**, since GitHub shows 1 MiB at most. "
        "`flexplay validate --format json` lists all.\n"
    )
    return head + "".join(rows[:kept]) + last if used + _LAST_LINE <= room else ""
