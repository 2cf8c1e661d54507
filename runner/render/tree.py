"""A part of the playbook with templates in it: compiled once, rendered for each recipient."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from jinja2.sandbox import SandboxedEnvironment

from runner.model.document import MappingNode, Node, ScalarNode, SequenceNode
from runner.model.problem import Problem
from runner.render.template import Context, Leaf, compile_leaf

Branch: TypeAlias = "Leaf | tuple[Branch, ...] | dict[str, Branch]"


@dataclass(frozen=True, slots=True)
class LeafFailed(Exception):
    """A leaf could not be rendered; `__cause__` is the template's own exception."""

    leaf: Leaf


def compile_tree(
    node: Node, environment: SandboxedEnvironment, problems: list[Problem], *, text: bool = False
) -> Branch:
    """Return the compiled part; what cannot be compiled is added to `problems`."""
    match node:
        case MappingNode():
            return {
                str(entry.key.value): compile_tree(entry.node, environment, problems, text=text)
                for entry in node.entries
            }
        case SequenceNode():
            return tuple(
                compile_tree(item, environment, problems, text=text) for item in node.items
            )
        case ScalarNode():
            leaf = compile_leaf(node, environment, text=text)
            if isinstance(leaf, Leaf):
                return leaf
            problems.append(leaf)
            return ()


def render_tree(branch: Branch, context: Context) -> Any:
    """Return the rendered data; a key whose expression is null is dropped.

    Raises:
        LeafFailed: a template failed.
    """
    if isinstance(branch, Leaf):
        return render_leaf(branch, context)
    if isinstance(branch, tuple):
        return [render_tree(item, context) for item in branch]
    rendered = {key: render_tree(item, context) for key, item in branch.items()}
    return {
        key: value
        for key, value in rendered.items()
        if value is not None or _is_constant(branch[key])
    }


def render_leaf(leaf: Leaf, context: Context) -> Any:
    """Return the leaf's value.

    Raises:
        LeafFailed: the template failed.
    """
    try:
        return leaf.render(context)
    except Exception as error:  # a template can raise anything: its filters are Python
        raise LeafFailed(leaf) from error


def leaves_of(branch: Branch) -> Iterator[Leaf]:
    """Yield every leaf below."""
    if isinstance(branch, Leaf):
        yield branch
        return
    for item in branch.values() if isinstance(branch, dict) else branch:
        yield from leaves_of(item)


def _is_constant(branch: Branch) -> bool:
    return isinstance(branch, Leaf) and branch.constant
