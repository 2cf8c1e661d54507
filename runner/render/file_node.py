"""A template file as a leaf: its text, of which every character knows its place."""

from itertools import accumulate

from runner.model.document import Mark, ScalarNode
from runner.model.place import Span


def file_node(file: str, text: str) -> ScalarNode:
    """Return the text of a template file as a leaf that knows the file's lines."""
    lines = text.split("\n")  # as the loader has read it, every line ends so
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    marks = tuple(Mark(start, number, 1) for number, start in enumerate(starts, 1))
    return ScalarNode(text, text, Span(file, 1, 1, len(lines), len(lines[-1]) + 1), marks)
