"""A recipient: a row of data that knows where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from runner.model.document import Plain
from runner.model.place import Span
from runner.model.problem import Problem

CODE, REASON, EXTRA = "flexplay_code", "flexplay_reason", "flexplay_extra_cells"
OURS = frozenset({CODE, REASON, EXTRA})
"""The columns that a rejects file has beside its own; they are passed over when it is read."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One row.

    `cells` gives the places of the row's values, `columns` those of the header's names; both are
    empty where the source has no such thing.
    """

    fields: Mapping[str, Plain]
    place: Span
    cells: Mapping[str, Span] = field(default_factory=dict)
    columns: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that cannot be used, with the values as they were written."""

    fields: Mapping[str, Plain]
    place: Span
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row as its file holds it: values not yet converted."""

    fields: Mapping[str, Plain]
    place: Span
    cells: Mapping[str, Span]
    missing: tuple[str, ...] = ()
