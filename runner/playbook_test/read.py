"""Document -> Suite, or everything that is wrong with the shape of a file of tests."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from runner.find_files import TEST_SUFFIXES, playbook_names
from runner.model.document import (
    Document,
    Entry,
    MappingNode,
    Node,
    Plain,
    ScalarNode,
    SequenceNode,
    to_plain,
)
from runner.model.document import Path as DataPath
from runner.model.playbook_test import Case, Suite
from runner.model.problem import Problem, Related
from runner.playbook_test.request_path import read_path
from runner.render.origins import REQUEST_FIELDS
from runner.schema.check import check_schema, published_check

_OUTCOMES = frozenset({"held", "held_until", "expired", "rejected"})
_TIMES = frozenset({"now", "held_until"})


def check_suite(document: Document) -> Suite | tuple[Problem, ...]:
    """Return the tests that the document holds, or what is wrong with it."""
    root = document.root
    problems = published_check("playbook-test").problems(to_plain(root), root)
    if problems or not isinstance(root, MappingNode):
        return problems
    tests = tuple(_tests(root))
    found = sorted((*_check_names(tests), *_check_values(root, root)), key=lambda each: each.span)
    if found:
        return tuple(found)
    playbook = _playbook_of(document.file, root)
    if isinstance(playbook, Problem):
        return (playbook,)
    return Suite(document, playbook, tuple(_make_case(levels) for levels in tests))


Levels = tuple[MappingNode, ...]
"""The file, a test of it and, where the test has cases, one of these: the last word counts."""


def _tests(root: MappingNode) -> Iterator[Levels]:
    for test in _items(root.get("tests")):
        cases = _items(test.get("cases"))
        if not cases:
            yield root, test
        for case in cases:
            yield root, test, case


def _items(node: Node | None) -> tuple[MappingNode, ...]:
    items = node.items if isinstance(node, SequenceNode) else ()
    return tuple(item for item in items if isinstance(item, MappingNode))


def _name_of(levels: Levels) -> str:
    names = (level.get("name") for level in levels[1:])
    return ": ".join(str(to_plain(name)) for name in names if name is not None)


def recipients_in(document: Document) -> Iterator[Node]:
    """Yield the recipients that stand in a file of tests, whatever its shape."""
    levels = [document.root] if isinstance(document.root, MappingNode) else []
    while levels:
        level = levels.pop()
        recipient = level.get("recipient")
        if recipient is not None:
            yield recipient
        levels += [*_items(level.get("tests")), *_items(level.get("cases"))]


def _check_names(tests: Sequence[Levels]) -> Iterator[Problem]:
    first: dict[str, Node] = {}
    for levels in tests:
        name, node = _name_of(levels), cast("Node", levels[-1].get("name"))
        known = first.setdefault(name, node)
        if known is not node:
            related = (Related(known.span, "the first with this name"),)
            why = f'two tests are called "{name}"'
            remedy = "call one of them after what tells it from the other"
            yield Problem(node.span, "FP803", why, remedy, related=related)


def _check_values(node: Node, root: MappingNode, path: DataPath = ()) -> Iterator[Problem]:
    """Yield what no schema can say of times, regular expressions and paths."""
    if isinstance(node, SequenceNode):
        for index, item in enumerate(node.items):
            yield from _check_values(item, root, (*path, index))
    if not isinstance(node, MappingNode):
        return
    for entry in node.entries:
        name = str(entry.key.value)
        below = (*path, name)
        if name in ("vars", "recipient"):
            continue
        if path[-1:] == ("requests",) and path[-2:-1] == ("expect",):
            yield from _check_path(entry)
        if name in _TIMES and isinstance(entry.node, ScalarNode):
            yield from _check_time(entry.node, name)
        if name == "matches" and check_schema({"pattern": to_plain(entry.node)}, root, path):
            why = "matches must be a regular expression"
            yield Problem(entry.node.span, "FP106", why, "check its brackets")
        yield from _check_values(entry.node, root, below)


def _check_time(node: ScalarNode, name: str) -> Iterator[Problem]:
    if read_instant(str(node.value)) is None:
        why = f"{name} must be a date and time that there is"
        yield Problem(node.span, "FP106", why, "write it like 2026-03-31T09:30:00+02:00")


def read_instant(text: str) -> datetime | None:
    """Return the instant that is written; None if there is none such, as on 30 February."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _check_path(entry: Entry) -> Iterator[Problem]:
    text = str(entry.key.value)
    path = read_path(text)
    if path is None or path[0] not in REQUEST_FIELDS:
        why = f"{text} is no field of a request"
        fields = ", ".join(REQUEST_FIELDS)
        yield Problem(entry.key.span, "FP804", why, f"it begins with one of: {fields}")


def _playbook_of(file: str, root: MappingNode) -> str | Problem:
    """Return the playbook's path, which is there."""
    node = root.get("playbook")
    folder = Path(file).parent
    if isinstance(node, ScalarNode):
        path = folder / str(node.value)
        if path.is_file():
            return str(path)
        why = f"there is no playbook {path}"
        return Problem(node.span, "FP804", why, "the path is relative to this file")
    for name in playbook_names(file):
        if Path(name).is_file():
            return name
    stem = next((Path(name).name for name in playbook_names(file)), f"NAME{TEST_SUFFIXES[0]}")
    why = f"there is no playbook {stem} beside these tests"
    first = root.entries[0].key.span
    return Problem(first, "FP804", why, "name it: playbook: path/to/playbook.yaml")


def _make_case(levels: Levels) -> Case:
    environment, now, sample = (_last(levels, name) for name in ("environment", "now", "sample"))
    variables = {entry.key.value: to_plain(entry.node) for entry in _entries(levels, "vars")}
    without = [to_plain(node) for level in levels if (node := level.get("without"))]
    expected, requests = _merge_expectations(levels)
    return Case(
        name=_name_of(levels),
        place=cast("Node", levels[-1].get("name")).span,
        environment=environment,
        now=read_instant(str(now.value)) if now else None,
        variables=cast("dict[str, Plain]", variables),
        sample=sample,
        recipient=tuple(_entries(levels, "recipient")),
        without=frozenset(name for names in without for name in cast("list[str]", names)),
        expected=expected,
        requests=requests,
    )


def _last(levels: Levels, name: str) -> ScalarNode | None:
    found = [node for level in levels if isinstance(node := level.get(name), ScalarNode)]
    return found[-1] if found else None


def _entries(levels: Levels, name: str) -> list[Entry]:
    """Return the entries of a mapping that each level may add to; the last word on a key counts."""
    merged: dict[Any, Entry] = {}
    for level in levels:
        node = level.get(name)
        for entry in node.entries if isinstance(node, MappingNode) else ():
            merged[entry.key.value] = entry
    return list(merged.values())


def _merge_expectations(levels: Levels) -> tuple[dict[str, Entry], dict[str, Entry]]:
    """Return the expectations by name, and those of the requests' fields by path.

    A level that says what becomes of the message (it is rejected, held, has expired) takes back
    what the levels above said of that.
    """
    expected: dict[str, Entry] = {}
    requests: dict[str, Entry] = {}
    for level in levels:
        node = level.get("expect")
        given = {str(e.key.value): e for e in node.entries} if isinstance(node, MappingNode) else {}
        if given:
            expected.pop("rejected", None)
        if given.keys() & _OUTCOMES:
            expected = {name: entry for name, entry in expected.items() if name not in _OUTCOMES}
        fields = given.pop("requests", None)
        expected |= given
        if fields is not None and isinstance(fields.node, MappingNode):
            requests |= {str(entry.key.value): entry for entry in fields.node.entries}
    return expected, requests
