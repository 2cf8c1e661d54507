"""Where the text of a message stands in the author's files, and where its recipient does."""

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runner.load.source import make_source
from runner.model.delivery import Delivery
from runner.model.document import MappingNode, Mark, Node, ScalarNode
from runner.model.place import Span
from runner.model.playbook import Playbook
from runner.model.problem import Related
from runner.render.environment import TemplateNotFound, TemplateSyntaxError, reading_environment
from runner.render.names import Token, find_name, read_tokens

_FETCHES = frozenset({"include", "extends", "import", "from"})


@dataclass(frozen=True, slots=True)
class Literal:
    """A stretch of text that stands in a template as it is sent: outside of all tags."""

    node: ScalarNode
    start: int
    text: str


class Texts:
    """The body of a playbook, or its template file, and every template that these fetch."""

    def __init__(self, playbook: Playbook) -> None:
        self._folder = Path(playbook.file).parent
        self._environment = reading_environment(self._folder)
        self.nodes: tuple[ScalarNode, ...] = tuple(self._collect(playbook))

    def literals(self) -> Iterator[Literal]:
        """Yield what stands outside of all tags, in the order of the files."""
        for node in self.nodes:
            for token in self._tokens(node):
                if token.kind == "data":
                    yield Literal(node, token.start, token.text)

    def name_span(self, name: str) -> Span | None:
        """Return where the templates use the field `name` of the recipient or of vars."""
        for node in self.nodes:
            found = find_name(str(node.value), self._environment, name, attribute=True)
            if found is not None:
                return node.part(found.start, found.end)
        return None

    def recipient_fields(self) -> tuple[str, ...]:
        """Return the fields of the recipient that the templates read, each once."""
        found: list[str] = []
        for node in self.nodes:
            tokens = self._tokens(node)
            for first, second, third in zip(tokens, tokens[1:], tokens[2:], strict=False):
                if first.text == "recipient" and second.text in (".", "["):
                    found.append(third.text.strip("\"'"))
        return tuple(dict.fromkeys(found))

    def _tokens(self, node: ScalarNode) -> list[Token]:
        try:
            return list(read_tokens(str(node.value), self._environment))
        except TemplateSyntaxError:  # a finding of its own
            return []

    def _collect(self, playbook: Playbook) -> Iterator[ScalarNode]:
        """Yield the first text and then whatever it fetches, each file once."""
        body = _child(playbook.root.get("message"), "body")
        template = _child(playbook.root.get("message"), "template")
        waiting = [body] if body else []
        names = [str(template.value)] if template else []
        seen: set[str] = set()
        while waiting or names:
            if not waiting:
                name = names.pop(0)
                if name in seen:
                    continue
                seen.add(name)
                waiting = [node] if (node := self._read(name)) else []
                continue
            node = waiting.pop()
            yield node
            names += self._fetched(node)

    def _fetched(self, node: ScalarNode) -> Iterator[str]:
        """Yield the files that a template fetches; of a computed name, all that fit."""
        tokens = self._tokens(node)
        for first, second in itertools.pairwise(tokens):
            if first.kind == "block_begin" and second.text in _FETCHES:
                yield from self._files(tokens[tokens.index(second) + 1 :])

    def _files(self, tokens: list[Token]) -> Iterator[str]:
        pattern = ""
        for token in tokens:
            if token.kind == "block_end" or token.text in ("ignore", "with", "without", "import"):
                break
            if token.kind == "string":
                pattern += token.text[1:-1]
            elif not pattern.endswith("*") and token.text != "~":
                pattern += "*"
        if "*" not in pattern:
            yield pattern
        elif pattern.strip("*./"):
            for path in sorted(self._folder.glob(pattern.lstrip("/"))):
                yield path.relative_to(self._folder).as_posix()

    def _read(self, name: str) -> ScalarNode | None:
        loader = self._environment.loader
        try:
            text = loader.get_source(self._environment, name)[0] if loader else ""
        except TemplateNotFound:  # a finding of its own
            return None
        file = os.path.normpath(self._folder / name)
        starts = make_source(file, text).starts
        marks = tuple(Mark(start, line, 1) for line, start in enumerate(starts, 1))
        return ScalarNode(text, text, Span(file, 1, 1, len(starts), 1), marks)


def text_span(playbook: Playbook) -> Span:
    """Return the place of the text as a whole: the key of a body, the name of a template file."""
    message = playbook.root.get("message")
    template = _child(message, "template")
    if template is not None:
        return template.span
    entry = message.entry("body") if isinstance(message, MappingNode) else None
    return entry.key.span if entry else playbook.root.span


def related_row(playbook: Playbook, delivery: Delivery) -> tuple[Related, ...]:
    """Return the recipient's row as a second place; nothing where the playbook is one message."""
    if delivery.place == playbook.root.span:
        return ()
    return (Related(delivery.place, "for this recipient"),)


def rendered(delivery: Delivery, field: str) -> str:
    """Return a field of the message as it would be sent, empty where there is none."""
    return dict(delivery.message).get(field, "")


def _child(node: Node | None, name: str) -> ScalarNode | None:
    below = node.get(name) if isinstance(node, MappingNode) else None
    return below if isinstance(below, ScalarNode) else None
