"""A fault in one of the user's files: a value that is collected, never an exception that flies."""

from dataclasses import dataclass
from enum import StrEnum

from runner.model.place import Span


class Severity(StrEnum):
    """How much a finding matters. Only an error stops a run."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a finding: the other of two equal keys, a recipient's row."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text at `span` with `text`; part of a mend that changes nothing else."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: where, what, why, and what to write instead.

    `code` is stable (`FP` and three digits; `flexplay explain` knows each). `message` is one
    sentence without a full stop, `remedy` what to type instead, empty when nothing useful can be
    said. `edits` are what `--fix` does: only where the result means what the author meant.
    """

    span: Span
    code: str
    message: str
    remedy: str = ""
    severity: Severity = Severity.ERROR
    related: tuple[Related, ...] = ()
    edits: tuple[Edit, ...] = ()
