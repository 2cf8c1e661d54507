"""What makes a finding the same finding in the next version of its file."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from runner.model.problem import Problem
from runner.report.file_naming import Naming, slashed
from runner.report.source_lines import SourceLines, marked_range, read_source_lines


def make_fingerprints(problems: Sequence[Problem], shown: Naming = slashed) -> tuple[str, ...]:
    """Return 32 hexadecimal digits for each finding, no two alike.

    They hold on to the code, the file and the text of the line, so they stay when lines above come
    or go and when a later flexplay words the message differently. What is still alike is numbered
    from the top.
    """
    lines = read_source_lines(problems)
    seen: Counter[str] = Counter()
    found = []
    for problem in problems:
        parts = _identity(problem, lines, shown)
        number = seen[parts]
        seen[parts] += 1
        digest = hashlib.sha256(f"{number} {parts}".encode())
        found.append(digest.hexdigest()[:32])
    return tuple(found)


def _identity(problem: Problem, lines: SourceLines, shown: Naming) -> str:
    line = lines.get((problem.span.file, problem.span.line), "")
    start, end = marked_range(line, problem.span)
    return json.dumps([problem.code, shown(problem.span.file), line.strip(), line[start:end]])
