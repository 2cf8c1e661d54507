"""The lines that findings point at, read in one pass over each file."""

from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TextIO, TypeAlias

from runner.model.place import Span
from runner.model.problem import Problem
from runner.rules.secret_in_file import has_secret

SourceLines: TypeAlias = Mapping[tuple[str, int], str]

NO_TEXTS: Mapping[str, str] = MappingProxyType({})

# Recipients are personal data: neither their rows nor a hash of one goes into a report.
_RECIPIENTS = frozenset({".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".parquet"})
_HIDDEN = "FP502"


def read_source_lines(
    problems: Iterable[Problem], texts: Mapping[str, str] = NO_TEXTS
) -> SourceLines:
    """Return the first line of every finding by file and number, without its end.

    A line that cannot be read, or holds a secret or recipients, is left out. `texts` are read in
    the place of the files that they are the content of.
    """
    found = tuple(problems)
    secret = {
        (problem.span.file, line)
        for problem in found
        if problem.code == _HIDDEN
        for line in range(problem.span.line, problem.span.end_line + 1)
    }
    wanted: dict[str, set[int]] = {}
    for problem in found:
        wanted.setdefault(problem.span.file, set()).add(problem.span.line)
    return {
        (file, number): line
        for file, numbers in wanted.items()
        if Path(file).suffix.lower() not in _RECIPIENTS
        for number, line in _read(file, numbers, texts.get(file))
        if (file, number) not in secret and not has_secret(line)
    }


def marked_range(line: str, span: Span) -> tuple[int, int]:
    """Return the part of its first line that the span covers, without the blanks at its end."""
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    return start, max(start, min(end, len(line)))


def last_line(span: Span) -> int:
    """Return the last line of which the span covers something, its end being exclusive."""
    ends_before = span.end_column == 1 and span.end_line > span.line
    return span.end_line - 1 if ends_before else span.end_line


def _read(file: str, numbers: set[int], text: str | None) -> Iterator[tuple[int, str]]:
    """Yield the lines; they end where `runner.load.source` ends them: LF, CRLF or CR."""
    if text is not None:
        yield from _pick(StringIO(text, newline=None), numbers)
        return
    path = Path(file)
    try:
        if not path.is_file():  # a pipe would keep us waiting
            return
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            yield from _pick(stream, numbers)
    except OSError:
        return


def _pick(stream: TextIO, numbers: set[int]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(islice(stream, max(numbers)), start=1):
        if number in numbers:
            yield number, line.removesuffix("\n")
