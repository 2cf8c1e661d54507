"""Bounds on templates: hostile ones are refused in little time and memory, others never notice.

A template's tree is checked for size and depth, then changed so that whatever can grow or repeat
asks a `Meter` first: through hidden filters, whose names no template can write.
"""

from typing import TypeGuard, cast

from jinja2 import Environment, nodes
from jinja2.exceptions import TemplateSyntaxError

LONGEST_SOURCE = 100_000
MOST_NODES = 5_000
DEEPEST_SOURCE = 80

COUNT, SPEND, WEIGH = "(count)", "(spend)", "(weigh)"
JOIN, READ, SHOW, IN = "(join)", "(read)", "(show)", "(in)"

_MANY_OUTPUTS = 50
_LOOP_DEPTH = 5  # Python compiles fewer than 20 loops in one another


class TemplateTooLarge(TemplateSyntaxError):
    """A template is too long or too deeply nested to be compiled."""


def check_source(source: str, name: str | None, filename: str | None) -> None:
    """Refuse a template file or text that is too long to be one.

    Raises:
        TemplateTooLarge: it is.
    """
    if len(source) > LONGEST_SOURCE:
        why = f"it has more than {LONGEST_SOURCE:,} characters"
        raise TemplateTooLarge(why, 1, name, filename)


def check_tree(tree: nodes.Node, name: str | None, filename: str | None) -> None:
    """Refuse a tree that Jinja or Python could not compile in reasonable time.

    Raises:
        TemplateTooLarge: it has too many nodes, or they are nested too deeply.
    """
    waiting = [(tree, 0)]
    seen = 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        line = getattr(node, "lineno", 1) or 1
        step = _LOOP_DEPTH if isinstance(node, nodes.For) else 1
        if depth > DEEPEST_SOURCE:
            why = f"it is nested more than {DEEPEST_SOURCE} deep"
            raise TemplateTooLarge(why, line, name, filename)
        if seen > MOST_NODES:
            why = f"it has more than {MOST_NODES:,} names, texts and operators"
            raise TemplateTooLarge(why, line, name, filename)
        waiting += [(child, depth + step) for child in node.iter_child_nodes()]


def bound_tree(tree: nodes.Template, *, leaf: bool) -> None:
    """Change the tree so that it pays for what it does.

    `leaf` says that this is a text of the playbook: run once, unlike an included file.
    """
    outputs = sum(len(node.nodes) for node in tree.find_all(nodes.Output))
    if not leaf:
        tree.body.insert(0, _charge(tree.body, 1))
    _Rewriter(everywhere=not leaf or outputs > _MANY_OUTPUTS).rewrite_body(tree)
    tree.set_environment(cast("Environment", tree.environment))


class _Rewriter:
    """Rewrites a tree from the leaves up. `_inside` counts what may run more than once."""

    def __init__(self, *, everywhere: bool) -> None:
        self._inside = 1 if everywhere else 0

    def rewrite_body(self, node: nodes.Node) -> None:
        """Rewrite everything below the node."""
        for field, value in node.iter_fields():
            if isinstance(value, nodes.Node):
                setattr(node, field, self._rewrite(value))
            elif isinstance(value, list):
                value[:] = [
                    self._rewrite(item) if isinstance(item, nodes.Node) else item for item in value
                ]

    def _rewrite(self, node: nodes.Node) -> nodes.Node:
        repeated = isinstance(
            node,
            (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block, nodes.AssignBlock),
        )
        weight = weight_of(node) if repeated else 0
        self._inside += repeated
        self.rewrite_body(node)
        self._inside -= repeated
        match node:
            case nodes.For():
                return _bound_loop(node, weight)
            case nodes.Macro() | nodes.CallBlock() | nodes.Block():
                if not getattr(node, "required", False):
                    node.body.insert(0, _charge_of(weight, node.lineno))
                return node
            case nodes.Output():
                return self._bound_output(node)
            case nodes.Expr():
                return _bound_expression(node)
        return node

    def _bound_output(self, node: nodes.Output) -> nodes.Output:
        if self._inside:
            node.nodes = [hidden(SHOW, item) if _is_shown(item) else item for item in node.nodes]
        return node


def _is_shown(node: nodes.Node) -> TypeGuard[nodes.Expr]:
    return not isinstance(node, nodes.TemplateData)


def _bound_loop(node: nodes.For, weight: int) -> nodes.For:
    """Let each round pay; in a recursive loop the body pays, since it knows of every round."""
    if not node.recursive:
        items = cast("nodes.Expr", node.iter)
        node.iter = hidden(COUNT, items, nodes.Const(weight, lineno=node.lineno))
    elif node.test is None:
        node.body.insert(0, _charge_of(weight, node.lineno))
    else:
        paid = cast("nodes.Expr", _charge_of(weight, node.lineno).node)
        node.test = nodes.And(paid, node.test, lineno=node.lineno)
    return node


def _bound_expression(node: nodes.Expr) -> nodes.Expr:
    match node:
        case nodes.Concat():
            return hidden(JOIN, nodes.List(node.nodes, lineno=node.lineno))
        case nodes.Getitem(arg=arg) if not isinstance(arg, (nodes.Const, nodes.Slice)):
            node.arg = hidden(READ, arg)
        case nodes.Compare():
            return _bound_comparison(node)
        case _ if _makes_data(node):
            return hidden(WEIGH, node)
    return node


def _makes_data(node: nodes.Expr) -> bool:
    match node:
        case nodes.List() | nodes.Dict() | nodes.Tuple(ctx="load"):
            return not _is_constant(node)
        case nodes.Getitem(arg=nodes.Slice()):
            return True
    return False


def _bound_comparison(node: nodes.Compare) -> nodes.Expr:
    first = node.ops[0]
    if len(node.ops) == 1 and first.op in ("in", "notin"):
        if _is_constant(first.expr):
            return node
        found = hidden(IN, node.expr, first.expr)
        return found if first.op == "in" else nodes.Not(found, lineno=node.lineno)
    operands = [node.expr, *(operand.expr for operand in node.ops)]
    if any(isinstance(operand, nodes.Const) for operand in operands) and len(operands) == 2:
        return node
    node.expr = hidden(READ, node.expr)
    for operand in node.ops:
        operand.expr = hidden(READ, operand.expr)
    return node


def _is_constant(node: nodes.Node) -> bool:
    constant = (nodes.Const, nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair)
    return isinstance(node, constant) and all(map(_is_constant, node.iter_child_nodes()))


def hidden(name: str, value: nodes.Expr, *arguments: nodes.Expr) -> nodes.Filter:
    """Return the value put through a filter that no template can name."""
    return nodes.Filter(value, name, list(arguments), [], None, None, lineno=value.lineno)


def is_hidden(name: str) -> bool:
    """Tell whether a filter is one of ours that no template can name."""
    return name.startswith("(")


def _charge(body: list[nodes.Node], line: int) -> nodes.ExprStmt:
    return _charge_of(sum(map(weight_of, body)), line)


def _charge_of(weight: int, line: int) -> nodes.ExprStmt:
    spend = hidden(SPEND, nodes.Const(weight, lineno=line))
    spend.lineno = line
    return nodes.ExprStmt(spend, lineno=line)


def weight_of(tree: nodes.Node) -> int:
    """Return the steps of running this once; the texts between count by their length."""
    waiting = [tree]
    weight = 0
    while waiting:
        node = waiting.pop()
        weight += 1 + (len(node.data) // 50 if isinstance(node, nodes.TemplateData) else 0)
        waiting += node.iter_child_nodes()
    return weight
