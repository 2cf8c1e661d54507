"""Where the value of every variable comes from: playbook, environment, send file, command line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from runner.load.file import load_file
from runner.model.document import Document, MappingNode, Node, Plain, node_at, to_plain
from runner.prepare import Loaded


@dataclass(frozen=True, slots=True)
class Origin:
    """A value, and the place that gives it: `file:line`, or `--var`."""

    value: Plain
    place: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable; the last of its origins counts, and overrides those before it."""

    name: str
    origins: tuple[Origin, ...]


def explain_variables(
    loaded: Loaded, given: Mapping[str, Plain], given_by: str = "--var"
) -> tuple[Variable, ...]:
    """Return every variable by name; `given_by` says where the given ones come from."""
    layers = [
        dict(_origins(loaded.playbook.root, ("vars",))),
        dict(_environment_origins(loaded)),
        {name: Origin(value, given_by) for name, value in given.items()},
    ]
    names = sorted({name for layer in layers for name in layer})
    return tuple(
        Variable(name, tuple(layer[name] for layer in layers if name in layer)) for name in names
    )


def _environment_origins(loaded: Loaded) -> Iterator[tuple[str, Origin]]:
    document = load_file(loaded.project_file) if loaded.project_file else ()
    if isinstance(document, Document):
        yield from _origins(document.root, ("environments", loaded.environment.name, "vars"))


def _origins(root: Node, path: tuple[str, ...]) -> Iterator[tuple[str, Origin]]:
    found = node_at(root, path)
    if found is node_at(root, path[:-1]) or not isinstance(found, MappingNode):
        return
    for entry in found.entries:
        span = entry.key.span
        place = f"{span.file}:{span.line}"
        yield str(entry.key.value), Origin(to_plain(entry.node), place)
