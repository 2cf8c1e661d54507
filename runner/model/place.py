"""Where something stands in a file that a person wrote."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text in a file.

    Lines and columns count characters from 1. The end is exclusive: it is the place of the first
    character that no longer belongs to the span, as in SARIF and in the language server protocol.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
