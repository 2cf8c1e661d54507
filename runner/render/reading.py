"""Everything that the templates of a playbook read, the files that they fetch included."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runner.model.document import Path as DataPath
from runner.model.document import ScalarNode, node_at, walk_scalars
from runner.model.playbook import Playbook
from runner.render.analysis import Fetch, Reading, read_template
from runner.render.environment import (
    BoundedEnvironment,
    TemplateNotFound,
    reading_environment,
)
from runner.render.file_node import file_node
from runner.render.folder_loader import file_of
from runner.render.template import has_template

_TEMPLATED: tuple[DataPath, ...] = (
    ("participants",),
    ("channel", "properties"),
    ("routing",),
    ("interaction_context_sid",),
    ("webhook_ttid",),
    ("message",),
    ("recipients", "key"),
    ("delivery", "not_after"),
)
_MOST_FILES = 500
_ESCAPED = re.compile(r"\[([*?[])\]")


@dataclass(frozen=True, slots=True)
class ReadText:
    """A template of the playbook or a file, and what it reads.

    `path` is where it stands in the playbook, or where the template that fetches it stands.
    `context` is false for a file that is imported without its importer's names.
    """

    node: ScalarNode
    path: DataPath
    reading: Reading
    context: bool = True


@dataclass(frozen=True, slots=True)
class ReadPlaybook:
    """All templates of a playbook. If not `complete`, a file's name could not be known."""

    texts: tuple[ReadText, ...]
    complete: bool

    def uses(self, owner: str) -> frozenset[str] | None:
        """Return the names read of `recipient` or `vars`; None if any of them may be."""
        names = [name.parts for text in self.texts for name in text.reading.names]
        if not self.complete or (owner,) in names:
            return None
        return frozenset(parts[1] for parts in names if parts[0] == owner)


_latest: list[tuple[Playbook, ReadPlaybook]] = []


def read_playbook(playbook: Playbook) -> ReadPlaybook:
    """Return what every template of the playbook reads.

    Several rules ask for it one after the other, and for each delivery, so the latest answers are
    kept: two, for two states of a playbook may be rendered side by side.
    """
    for known, read in _latest:
        if known is playbook:
            return read
    read = _read_templates(playbook)
    _latest[:] = [(playbook, read), *_latest[:1]]
    return read


def _read_templates(playbook: Playbook) -> ReadPlaybook:
    collector = _Collector(playbook)
    for path, node in _leaves(playbook):
        collector.add_leaf(path, node)
    return ReadPlaybook(tuple(collector.texts), collector.complete)


def _leaves(playbook: Playbook) -> Iterator[tuple[DataPath, ScalarNode]]:
    for start in _TEMPLATED:
        node = playbook.root
        found = node_at(node, start)
        if found is not node_at(node, start[:-1]):  # else there is nothing at this path
            yield from walk_scalars(found, start)


class _Collector:
    def __init__(self, playbook: Playbook) -> None:
        self.texts: list[ReadText] = []
        self.complete = True
        self._folder = Path(playbook.file).parent
        self._environment: BoundedEnvironment = reading_environment(self._folder)
        self._seen: set[tuple[str, DataPath, frozenset[str], bool]] = set()

    def add_leaf(self, path: DataPath, node: ScalarNode) -> None:
        if not isinstance(node.value, str):
            return
        if path == ("message", "template"):
            self._add_files(
                Fetch((node.value.replace("*", "[*]"),), frozenset(), context=True), path
            )
        elif has_template(node.value):
            self._add(node, path, frozenset(), context=True)

    def _add(
        self, node: ScalarNode, path: DataPath, bound: frozenset[str], *, context: bool
    ) -> None:
        reading = read_template(node, self._environment, bound)
        self.texts.append(ReadText(node, path, reading, context))
        for fetch in reading.fetches:
            self._add_files(fetch if context else _without_context(fetch), path)

    def _add_files(self, fetch: Fetch, path: DataPath) -> None:
        for pattern in fetch.patterns:
            for name in self._matching(pattern):
                key = (name, path, fetch.bound, fetch.context)
                if key in self._seen or len(self._seen) >= _MOST_FILES:
                    continue
                self._seen.add(key)
                node = self._read(name)
                if node is not None:
                    self._add(node, path, fetch.bound, context=fetch.context)

    def _matching(self, pattern: str) -> Iterator[str]:
        """Yield the file names that fit.

        A pattern whose file name begins with what is computed would fit other playbooks' files, so
        it fits none.
        """
        bare = _ESCAPED.sub("", pattern)
        if "*" not in bare:
            yield _ESCAPED.sub(r"\1", pattern)
        elif bare.rpartition("/")[2].startswith("*") or bare.startswith("/") or ".." in bare:
            self.complete = False
        else:
            for path in sorted(self._folder.glob(pattern)):
                if path.is_file():
                    yield path.relative_to(self._folder).as_posix()

    def _read(self, name: str) -> ScalarNode | None:
        loader = self._environment.loader
        try:
            found = loader.get_source(self._environment, name) if loader else ("", "", None)
        except TemplateNotFound:  # rendering says so
            return None
        return file_node(file_of(self._environment, str(found[1])), found[0])


def _without_context(fetch: Fetch) -> Fetch:
    return Fetch(fetch.patterns, fetch.bound, context=False)
