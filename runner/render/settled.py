"""Leaves that are the same for every recipient: `{{ vars.queue_sid }}` is worked out once.

Only what is one name of `vars`, `env` or `playbook` and nothing else counts, and only a value that
nobody can change. A leaf that fails is left as it is: it fails for every recipient, and says so.
"""

from dataclasses import replace

from jinja2 import nodes

from runner.render.guards import path_of
from runner.render.template import Context, Leaf
from runner.render.tree import Branch, LeafFailed, render_leaf

_SHARED = frozenset({"vars", "env", "playbook"})


def settle(branch: Branch, context: Context) -> Branch:
    """Return the branch in which the leaves that no recipient can change have their value.

    `context` need not have a recipient.
    """
    match branch:
        case Leaf():
            return _settle_leaf(branch, context)
        case dict():
            return {name: settle(each, context) for name, each in branch.items()}
        case _:
            return tuple(settle(each, context) for each in branch)


def _settle_leaf(leaf: Leaf, context: Context) -> Leaf:
    if leaf.constant or not _is_shared(leaf):
        return leaf
    try:
        value = render_leaf(leaf, context)
    except LeafFailed:
        return leaf
    if not isinstance(value, (str, int, float, bool, type(None))):
        return leaf
    return replace(leaf, render=lambda _: value)


def _is_shared(leaf: Leaf) -> bool:
    """Tell whether the leaf is one name that all recipients share."""
    body = leaf.environment.parse(str(leaf.node.value)).body
    if len(body) != 1 or not isinstance(body[0], nodes.Output) or len(body[0].nodes) != 1:
        return False
    path = path_of(body[0].nodes[0])
    return path is not None and path[0] in _SHARED
