"""Schema errors of which more can be said than what the schema knows; each has its own code."""

from typing import Any

from runner.model.document import MappingNode, Node, Path, ScalarNode, node_at
from runner.model.problem import Edit, Problem
from runner.schema.addresses import address_problem
from runner.schema.sids import sid_problem

_VARIABLES = ("message", "content_variables")
_ADDRESSES = frozenset({"address", "proxy_address"})
_LONGEST_NAME = 16


def refine(error: Any, node: Node, path: Path, root: Node, name: str) -> Problem | None:
    """Return the finding that says more than the schema can, or None."""
    if path[:2] == _VARIABLES:
        return _refine_variable(error, node, path, root)
    if error.validator != "pattern":
        return None
    if path[:1] == ("participants",) and path[-1] in _ADDRESSES:
        channel = node_at(root, ("channel", "type"))
        kind = str(channel.value) if isinstance(channel, ScalarNode) else ""
        return address_problem(node, error.instance, kind, name)
    wanted = str(error.schema.get("x-wanted", ""))
    return sid_problem(error.instance, wanted[:2], name, node.span)


def _refine_variable(error: Any, node: Node, path: Path, root: Node) -> Problem | None:
    if "propertyNames" in error.absolute_schema_path:
        return _long_name(str(error.instance), node)
    if error.validator == "maxProperties":
        return _too_many(error, root)
    if len(path) == len(_VARIABLES):
        return None
    if error.validator == "type":
        return _not_text(error.instance, node, str(path[-1]))
    if error.validator == "maxLength":
        size = len(error.instance)
        why = f'the content variable "{path[-1]}" has {size} characters, and may have 256'
        return Problem(node.span, "FP311", why, f"shorten it by {size - 256}")
    return None


def _long_name(name: str, node: Node) -> Problem:
    entry = node.entry(name) if isinstance(node, MappingNode) else None
    return Problem(
        entry.key.span if entry else node.span,
        "FP311",
        f"the name of this content variable has {len(name)} characters, and may have 16",
        f'use the name in the content template, such as "{name[:_LONGEST_NAME]}" or "1"',
    )


def _too_many(error: Any, root: Node) -> Problem:
    message = root.get("message") if isinstance(root, MappingNode) else None
    entry = message.entry("content_variables") if isinstance(message, MappingNode) else None
    count = len(error.instance)
    return Problem(
        entry.key.span if entry else root.span,
        "FP311",
        f"there are {count} content variables, and there may be 100",
        f"take out {count - 100}",
    )


def _not_text(value: object, node: Node, name: str) -> Problem:
    why = f'the content variable "{name}" is not text'
    if not isinstance(node, ScalarNode):
        return Problem(node.span, "FP311", why, "write a text in quotes")
    if isinstance(node.value, str):
        inner = node.value.strip().removeprefix("{{").removesuffix("}}").strip()
        return Problem(node.span, "FP311", why, f"write {{{{ ({inner}) | string }}}}")
    if value is None:
        return Problem(node.span, "FP311", why, "write the text that the customer shall read")
    quoted = f'"{node.raw}"'
    return Problem(node.span, "FP311", why, f"write {quoted}", edits=(Edit(node.span, quoted),))
