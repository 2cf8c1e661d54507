"""What is known of the recipients' fields and of the variables, and where it is declared."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from runner.model.document import Entry, MappingNode, Node, ScalarNode, SequenceNode, to_plain
from runner.model.place import Span
from runner.model.playbook import Playbook

_APPLICATORS = ("allOf", "anyOf", "oneOf")
_BRANCHES = ("if", "then", "else")
_OPENING = ("additionalProperties", "unevaluatedProperties")
_REFERENCES = ("$ref", "$dynamicRef", "dependentSchemas", "patternProperties")


@dataclass(slots=True)
class Known:
    """The names that a mapping may have, with their places, and what is known below them.

    `declared` says that this is meant as the list of all names, `open` that others are allowed.
    """

    places: dict[str, Span] = field(default_factory=dict)
    below: dict[str, "Known"] = field(default_factory=dict)
    declared: bool = False
    open: bool = False

    @property
    def closed(self) -> bool:
        """Whether there are no other names."""
        return self.declared and not self.open

    def has(self, name: str) -> bool:
        """Tell whether there may be something of this name."""
        return name in self.places

    def close_to(self, name: str) -> str | None:
        """Return the name that the author may have meant."""
        close = difflib.get_close_matches(name, self.places, n=1)
        return close[0] if close else None


def known_by_schema(schema: MappingNode | None) -> Known:
    """Return what `recipients.schema` tells; it is closed if it declares properties.

    JSON Schema itself allows what is not declared. Who declares fields means these fields, unless
    they say `additionalProperties`.
    """
    known = Known()
    if schema is not None:
        _gather(schema, known)
    return known


def known_by_samples(playbook: Playbook) -> Known:
    """Return the fields that the samples have."""
    known = Known(declared=bool(playbook.samples))
    for sample in playbook.samples:
        for entry in sample.entries:
            known.places.setdefault(str(entry.key.value), entry.key.span)
    return known


def known_by_vars(playbook: Playbook) -> Known:
    """Return the playbook's own variables."""
    known = Known()
    for entry in _entries(playbook.root.get("vars")):
        known.places[str(entry.key.value)] = entry.key.span
    return known


def lacks(data: object, parts: Iterable[str]) -> int | None:
    """Return how many steps down the first missing name is; None if it is there, or unknowable."""
    for index, part in enumerate(parts):
        if not isinstance(data, Mapping):
            return None
        if part not in data:
            return index
        data = data[part]
    return None


def _gather(schema: MappingNode, known: Known) -> None:
    for entry in _entries(schema.get("properties")):
        name = str(entry.key.value)
        known.declared = True
        known.places.setdefault(name, entry.key.span)
        if isinstance(entry.node, MappingNode) and entry.node.get("properties"):
            known.below[name] = known_by_schema(entry.node)
    for node in _items(schema.get("required")):
        known.places.setdefault(str(node.value), node.span)
    if any(schema.get(name) is not None for name in _REFERENCES) or _is_open(schema):
        known.open = True
    for below in _parts(schema):
        _gather(below, known)


def _is_open(schema: MappingNode) -> bool:
    found = (schema.get(name) for name in _OPENING)
    return any(node is not None and to_plain(node) is not False for node in found)


def _parts(schema: MappingNode) -> Iterator[MappingNode]:
    for name in _APPLICATORS:
        node = schema.get(name)
        if isinstance(node, SequenceNode):
            yield from (item for item in node.items if isinstance(item, MappingNode))
    for name in _BRANCHES:
        node = schema.get(name)
        if isinstance(node, MappingNode):
            yield node


def _entries(node: Node | None) -> tuple[Entry, ...]:
    return node.entries if isinstance(node, MappingNode) else ()


def _items(node: Node | None) -> Iterator[ScalarNode]:
    if isinstance(node, SequenceNode):
        yield from (item for item in node.items if isinstance(item, ScalarNode))
