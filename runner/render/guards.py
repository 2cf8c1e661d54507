"""What a test proves: below `{% if recipient.room is defined %}` the room is there."""

from typing import TypeAlias

from jinja2 import nodes

Parts: TypeAlias = tuple[str, ...]

_NOTHING: frozenset[Parts] = frozenset()


def path_of(node: nodes.Node | None) -> Parts | None:
    """Return the parts of a name whose every step is written out, else None.

    `recipient.a`, `recipient["a"]` and `recipient.get("a")` are the same.
    """
    match node:
        case nodes.Name(ctx="load"):
            return (node.name,)
        case nodes.Getattr():
            return _below(node.node, node.attr)
        case nodes.Getitem(arg=nodes.Const(value=str() as key)):
            return _below(node.node, key)
        case nodes.Call(node=nodes.Getattr(attr="get") as called, kwargs=[]):
            if node.dyn_args is None and node.dyn_kwargs is None and len(node.args) in (1, 2):
                asked, *otherwise = node.args
                plain = all(isinstance(value, nodes.Const) for value in otherwise)
                if isinstance(asked, nodes.Const) and isinstance(asked.value, str) and plain:
                    return _below(called.node, asked.value)
    return None


def _below(owner: nodes.Node, name: str) -> Parts | None:
    above = path_of(owner)
    return None if above is None else (*above, name)


def is_guarding(node: nodes.Filter | nodes.Test) -> bool:
    """Tell whether the filter or test may be given what does not exist."""
    if isinstance(node, nodes.Test):
        return node.name in ("defined", "undefined")
    return node.name in ("default", "d")


def implied(test: nodes.Node, *, truth: bool) -> frozenset[Parts]:
    """Return the names that exist if the test comes out as `truth`."""
    match test:
        case nodes.Not():
            return implied(test.node, truth=not truth)
        case nodes.And() | nodes.Or():
            left, right = implied(test.left, truth=truth), implied(test.right, truth=truth)
            return left | right if isinstance(test, nodes.And) is truth else left & right
        case nodes.Test(name="defined" | "undefined"):
            path = path_of(test.node)
            return frozenset({path}) if path and (test.name == "defined") is truth else _NOTHING
        case nodes.Compare():
            return _compared(test, truth=truth)
    return _truthful(test) if truth else _NOTHING


def _truthful(test: nodes.Node) -> frozenset[Parts]:
    """Return what exists if this value is true: what `default` or `get` found must be there."""
    if isinstance(test, nodes.Filter):
        inner = path_of(test.node)
        if is_guarding(test):
            return frozenset({inner}) if inner else _NOTHING
        return _truthful(test.node) if test.node is not None else _NOTHING
    path = path_of(test)
    return frozenset({path}) if path else _NOTHING


def _compared(test: nodes.Compare, *, truth: bool) -> frozenset[Parts]:
    """Return what a comparison proves.

    `"a" in x` says so itself. Comparing `x.a | default("")` is how one asks whether it is there,
    whichever way it is asked.
    """
    operator = test.ops[0]
    if operator.op in ("in", "notin") and (operator.op == "in") is truth:
        owner, key = path_of(operator.expr), test.expr
        if owner and isinstance(key, nodes.Const) and isinstance(key.value, str):
            return frozenset({(*owner, key.value)})
    operands = (test.expr, *(operand.expr for operand in test.ops))
    found = (_truthful(operand) for operand in operands if not isinstance(operand, nodes.Name))
    return frozenset().union(*found)
