"""One expectation against what was rendered: equal, contains, does not contain, matches."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runner.model.document import MappingNode, Node, ScalarNode, SequenceNode, to_plain
from runner.model.place import Span
from runner.model.playbook_test import Mismatch
from runner.model.problem import Problem, Related
from runner.playbook_test.request_path import MISSING
from runner.schema.check import SchemaCheck
from runner.schema.type_words import show_value


@dataclass(frozen=True, slots=True)
class Subject:
    """What an expectation is about: its name in a message, and where the playbook says it.

    `case` is the name of the test, which every message begins with.
    """

    case: str
    name: str
    origin: Span | None = None

    def problem(self, span: Span, what: str, remedy: str = "") -> Problem:
        """Return the finding that the expectation at this place is not met."""
        related = (Related(self.origin, "it is written here"),) if self.origin else ()
        return Problem(span, "FP801", f"{self.case}: {what}", remedy, related=related)


def compare(node: Node, actual: Any, subject: Subject) -> Iterator[Mismatch]:
    """Yield what differs; `actual` is a value of the requests, or `MISSING`."""
    if isinstance(node, MappingNode):
        yield from _match(node, actual, subject)
    elif isinstance(node, ScalarNode) and not _is_equal(node.value, actual):
        yield _differs(node, actual, subject)


def _is_equal(expected: Any, actual: Any) -> bool:
    """Tell whether they are the same and of one kind; a last line break may be missing."""
    if isinstance(expected, str) and isinstance(actual, str):
        return actual in (expected, expected.removesuffix("\n"))
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    return bool(expected == actual)


def _differs(node: ScalarNode, actual: Any, subject: Subject) -> Mismatch:
    if actual is MISSING:
        problem = subject.problem(node.span, f"there is no {subject.name}")
        return Mismatch(problem, _write(node.value), "")
    problem = subject.problem(node.span, f"the {subject.name} is not as expected")
    expected = _write(node.value)
    if isinstance(actual, str):
        expected = expected.removesuffix("\n")
    plain = isinstance(actual, str) or (isinstance(actual, int) and not isinstance(actual, bool))
    return Mismatch(
        problem, expected, _write(actual), node if plain else None, actual if plain else ""
    )


def _write(value: Any) -> str:
    return str(show_value(value))


def _match(node: MappingNode, actual: Any, subject: Subject) -> Iterator[Mismatch]:
    if node.get("absent") is not None:
        if actual is not MISSING:
            problem = subject.problem(node.span, f"there is a {subject.name}")
            yield Mismatch(problem, actual=_write(actual))
        return
    text = "" if actual is MISSING else _write(actual)
    for wanted in _texts(node.get("contains")):
        if str(wanted.value) not in text:
            yield _unmatched(wanted, f'the {subject.name} lacks "{wanted.value}"', text, subject)
    for unwanted in _texts(node.get("not_contains")):
        if str(unwanted.value) in text:
            what = f'the {subject.name} has "{unwanted.value}" in it'
            yield _unmatched(unwanted, what, text, subject)
    for pattern in _texts(node.get("matches")):
        if not SchemaCheck({"pattern": to_plain(pattern)}).passes(text):
            what = f"the {subject.name} does not match {pattern.value}"
            yield _unmatched(pattern, what, text, subject)


def _unmatched(node: ScalarNode, what: str, actual: str, subject: Subject) -> Mismatch:
    return Mismatch(subject.problem(node.span, what), actual=actual)


def _texts(node: Node | None) -> tuple[ScalarNode, ...]:
    items = node.items if isinstance(node, SequenceNode) else (node,)
    return tuple(item for item in items if isinstance(item, ScalarNode))
