"""FP311: content variables that Twilio does not take.

At most 100 of them, names of at most 16 and values of at most 256 characters, all of them text.
https://www.twilio.com/docs/api/errors/50529
"""

from collections.abc import Iterator

from runner.model.document import MappingNode, Path, Plain, ScalarNode, to_plain
from runner.model.playbook import Playbook
from runner.model.problem import Problem
from runner.schema.check import SchemaCheck
from runner.schema.store import read_schema


def check(playbook: Playbook) -> Iterator[Problem]:
    """Refuse those that are wrong as they are written; templates are looked at when rendered."""
    message = playbook.root.get("message")
    node = message.get("content_variables") if isinstance(message, MappingNode) else None
    if isinstance(node, MappingNode):
        schema = read_schema("message-request")["properties"]["ContentVariables"]
        given = {str(entry.key.value): _constant(to_plain(entry.node)) for entry in node.entries}
        yield from SchemaCheck(schema).problems(given, playbook.root, _below)


def _constant(value: Plain) -> Plain:
    """Return the value, or a harmless one in place of a template."""
    return "" if isinstance(value, str) and "{" in value else value


def _below(path: Path) -> Path:
    return ("message", "content_variables", *path)


def variable_nodes(playbook: Playbook) -> Iterator[tuple[str, ScalarNode]]:
    """Yield the content variables of the playbook by name."""
    message = playbook.root.get("message")
    node = message.get("content_variables") if isinstance(message, MappingNode) else None
    for entry in node.entries if isinstance(node, MappingNode) else ():
        if isinstance(entry.node, ScalarNode):
            yield str(entry.key.value), entry.node
