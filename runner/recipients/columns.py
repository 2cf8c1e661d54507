"""The columns of a source, looked at before any of its rows."""

import difflib
from collections.abc import Iterator, Mapping, Sequence

from runner.model.errors import Findings
from runner.model.place import Span
from runner.model.problem import Problem
from runner.schema.mending import same_word


def check_columns(
    names: Sequence[str],
    places: Mapping[str, Span],
    whole: Span,
    required: tuple[str, ...],
    delimiter: str = "",
) -> None:
    """Look whether all required columns are there.

    `whole` is the place of all the names. With a delimiter they stand in a file's first line, which
    may have been forgotten.

    Raises:
        Findings: a column is missing: one finding each, not one a row.
    """
    if delimiter and _lacks_header(names, required):
        why = f"the first line names none of the columns {', '.join(required)}"
        remedy = f"put this line above it: {delimiter.join(required)}"
        raise Findings((Problem(whole, "FP211", why, remedy),))
    missing = [name for name in required if name not in names]
    if missing:
        raise Findings(tuple(_missing(missing, names, places, whole)))


def _missing(
    missing: list[str], names: Sequence[str], places: Mapping[str, Span], whole: Span
) -> Iterator[Problem]:
    for name in missing:
        close = same_word(name, names) or next(
            iter(difflib.get_close_matches(name, names, n=1)), ""
        )
        span = places[close] if close else whole
        there = f', there is "{close}"' if close else ""
        why = f'the column "{name}" is missing{there}'
        remedy = f"call it {name}" if close else f"add a column {name}"
        yield Problem(span, "FP211", why, remedy)


def _lacks_header(names: Sequence[str], required: tuple[str, ...]) -> bool:
    """Tell whether the first line looks like a recipient instead of the columns' names."""
    return len(required) > 1 and not any(
        difflib.get_close_matches(name, names, n=1) for name in required
    )
