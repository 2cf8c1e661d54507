"""One finding instead of many: samples and environments repeat what is wrong with a template."""

import re
from collections.abc import Iterable
from dataclasses import replace

from runner.model.place import Span
from runner.model.problem import Problem

_MOST_ROWS = 3
_NUMBER = re.compile(r"[0-9][0-9,]*")


def merge_findings(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the findings, each place and fault once, in the order of the files.

    Findings that differ only in their numbers, their remedy and their second places are one: the
    first, with the second places of the first three. One that is true of every recipient needs no
    rows at all.
    """
    kept: dict[tuple[Span, str, str], Problem] = {}
    for problem in problems:
        key = (problem.span, problem.code, _NUMBER.sub("#", problem.message))
        first = kept.get(key)
        kept[key] = problem if first is None else _join(first, problem)
    return tuple(sorted(kept.values(), key=lambda problem: (problem.span, problem.code)))


def _join(first: Problem, other: Problem) -> Problem:
    edits = tuple(dict.fromkeys((*first.edits, *other.edits)))
    if not first.related or not other.related:
        return replace(first, related=(), edits=edits)
    related = tuple(dict.fromkeys((*first.related, *other.related)))[:_MOST_ROWS]
    return replace(first, related=related, edits=edits)
