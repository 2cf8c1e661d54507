"""How an author says a path, and which stretch of the file a finding points at."""

from runner.model.document import MappingNode, Node, Path, node_at
from runner.model.place import Span


def name_path(path: Path) -> str:
    """Return the path as an author says it: `participants[0].address`."""
    said = ""
    for step in path:
        said += f"[{step}]" if isinstance(step, int) else f".{step}" if said else step
    return said or "the file"


def key_span(node: Node, key: str) -> Span:
    """Return the place of a key, or of the whole value if it has no such key."""
    entry = node.entry(key) if isinstance(node, MappingNode) else None
    return entry.key.span if entry else node.span


def label_span(root: Node, path: Path, node: Node) -> Span:
    """Return the place of the key above a value; for the whole file, of its first key."""
    if isinstance(node, MappingNode) and not path and node.entries:
        return node.entries[0].key.span
    parent = node_at(root, path[:-1]) if path else node
    if path and isinstance(parent, MappingNode):
        return key_span(parent, str(path[-1]))
    return _first_key(node)


def _first_key(node: Node) -> Span:
    return node.entries[0].key.span if isinstance(node, MappingNode) and node.entries else node.span


def value_span(root: Node, path: Path, node: Node) -> Span:
    """Return the place of a value, or of its key where the value runs over several lines."""
    one_line = node.span.line == node.span.end_line
    return node.span if one_line else label_span(root, path, node)
