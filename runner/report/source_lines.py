"""The lines that findings point at, read in one pass over each file."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from runner.model.place import Span
from runner.model.problem import Problem

SourceLines: TypeAlias = Mapping[tuple[str, int], str]

# Recipients are personal data: neither their rows nor a hash of one goes into a report.
_RECIPIENTS = frozenset({".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".parquet"})


def read_source_lines(problems: Iterable[Problem]) -> SourceLines:
    """Return the first line of every finding by file and number, without its end.

    A line that cannot be read or holds recipients is left out.
    """
    wanted: dict[str, set[int]] = {}
    for problem in problems:
        wanted.setdefault(problem.span.file, set()).add(problem.span.line)
    return {
        (file, number): line
        for file, numbers in wanted.items()
        if Path(file).suffix.lower() not in _RECIPIENTS
        for number, line in _read(file, numbers)
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


def _read(file: str, numbers: set[int]) -> Iterator[tuple[int, str]]:
    """Yield the lines; they end where `runner.load.source` ends them: LF, CRLF or CR."""
    path = Path(file)
    try:
        if not path.is_file():  # a pipe would keep us waiting
            return
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            for number, line in enumerate(islice(stream, max(numbers)), start=1):
                if number in numbers:
                    yield number, line.removesuffix("\n")
    except OSError:
        return
