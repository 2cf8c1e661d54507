"""The ways to write a value in a test file, the one that is most like the old one first."""

import json
import re
from collections.abc import Iterator

from runner.model.document import Document, Entry, MappingNode, Node, ScalarNode, SequenceNode

# What a reader would not see, or YAML and TOML do not take as it is.
_UNSEEN = re.compile(
    "[\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff\ufffe\uffff]"
)
_HEADER = re.compile(r"\|[+-]?[ \t]*(?:#[^\r\n]*)?(?=\r?\n)")


def spellings(document: Document, node: ScalarNode, value: str | int) -> Iterator[str]:
    """Yield the candidates; whether one means the value there is for the caller to check."""
    if isinstance(value, int):
        yield str(value)
    elif document.format == "yaml":
        yield from _in_yaml(document, node, value)
    else:
        yield from _in_toml(node, value)


def _in_yaml(document: Document, node: ScalarNode, text: str) -> Iterator[str]:
    raw, one_line = node.raw, "\n" not in text
    if raw.startswith(("|", ">")) or not one_line:
        entry = _entry_of(document.root, node)
        if entry is not None:
            yield _block(document, node, text, entry.key.span.column + 1)
    if one_line and raw[:1] not in ("|", ">", "'", '"'):
        yield text
    if one_line and raw.startswith("'"):
        yield "'" + text.replace("'", "''") + "'"
    yield quoted(text)


def _block(document: Document, node: ScalarNode, text: str, indent: int) -> str:
    """Return the text as a block, with the ends of lines that the file has."""
    header = _HEADER.match(node.raw)
    lines = text.removesuffix("\n").split("\n")
    body = "\n".join(" " * indent + line if line else "" for line in lines)
    block = f"{header.group() if header else '|'}\n{body}"
    return block.replace("\n", "\r\n") if "\r\n" in document.text else block


def _in_toml(node: ScalarNode, text: str) -> Iterator[str]:
    one_line = "\n" not in text
    if node.raw.startswith('"""') or not one_line:
        lines = (quoted(line)[1:-1] for line in text.split("\n"))
        yield '"""\n' + "\n".join(lines) + '"""'
    if one_line and node.raw.startswith("'") and "'" not in text:
        yield f"'{text}'"
    yield quoted(text)


def quoted(text: str) -> str:
    """Return the text in double quotes, as both YAML and TOML read them."""
    written = json.dumps(text, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", written)


def _entry_of(node: Node, wanted: ScalarNode) -> Entry | None:
    """Return the key and value of which this is the value."""
    below: tuple[Node, ...] = ()
    match node:
        case MappingNode():
            for entry in node.entries:
                if entry.node is wanted:
                    return entry
            below = tuple(entry.node for entry in node.entries)
        case SequenceNode():
            below = node.items
    return next((found for each in below if (found := _entry_of(each, wanted))), None)
