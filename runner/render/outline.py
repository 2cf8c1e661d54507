"""Messages with the recipients' values left out, such as `Hi ‹name›, see you ‹time›`.

For all who shall see what is said without seeing to whom. The template runs on the recipient's own
values, so it takes the branches that the message takes; only what it would print of them is
replaced by its name. What cannot be told apart from a recipient's value is hidden too.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import nodes
from jinja2.runtime import BlockReference, Macro
from jinja2.runtime import Context as JinjaContext

from runner.model.document import Plain
from runner.model.playbook import Playbook
from runner.model.problem import Problem
from runner.render.bounds import hidden
from runner.render.environment import BoundedEnvironment
from runner.render.guards import path_of
from runner.render.parts import compile_message, compile_request
from runner.render.template import Context, Leaf
from runner.render.tree import Branch, LeafFailed, render_leaf, render_tree

HIDDEN = "‹…›"
_OUTLINE = "(outline)"
_PUBLIC = frozenset({"vars", "env", "playbook", "now", "loop"})
"""What templates see that is not the recipient's."""
_COUNTS = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
"""What of `loop` says how often, not what."""


class _Outlined(str):
    """What a macro or block wrote, in which the values are hidden already."""

    __slots__ = ()


class OutlineEnvironment(BoundedEnvironment):
    """Renders as `BoundedEnvironment` does, with the recipients' values hidden."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.filters[_OUTLINE] = _hide
        self._private: frozenset[str] = frozenset()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        self._forbid(_stored(tree) & _PUBLIC)
        _Hider(_PUBLIC - self._private).hide(tree)
        return tree

    def _forbid(self, names: frozenset[str]) -> None:
        """Trust a name no longer, in included files either, once a template gives it a value."""
        if names - self._private and self.cache is not None:
            self.cache.clear()
        self._private |= names

    def call(  # such names leave `self`, `context` and `obj` to the call's own arguments
        __self,  # noqa: N805
        __context: JinjaContext,  # noqa: PYI063
        __obj: Any,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Call what a template calls; what a macro writes is shown, for its values are hidden."""
        value = super().call(__context, __obj, *args, **kwargs)
        return _Outlined(value) if isinstance(__obj, Macro | BlockReference) else value


class Outline:
    """The message of a playbook without its recipients' values."""

    def __init__(self, branch: Branch) -> None:
        self._branch = branch

    def render(self, context: Context) -> dict[str, Any]:
        """Return the message's rendered fields; of what cannot be rendered, nothing is shown."""
        try:
            rendered: dict[str, Any] = render_tree(self._branch, context)
        except LeafFailed:
            return {"body": HIDDEN}
        return rendered


def make_outline(playbook: Playbook, folder: Path) -> Outline:
    """Return the outline of a playbook whose templates can be read."""
    problems: list[Problem] = []
    return Outline(compile_message(playbook, OutlineEnvironment(folder), problems, text=True))


class RequestOutline:
    """Everything but the message, without the recipients' values: each value is a text."""

    def __init__(self, branch: Branch) -> None:
        self._branch = branch

    def render(self, context: Context) -> Plain:
        """Return the parts under the playbook's names; what cannot be rendered is hidden."""
        return _render_each(self._branch, context)


def make_request_outline(playbook: Playbook, folder: Path) -> RequestOutline:
    """Return the outline of a playbook whose templates can be read."""
    problems: list[Problem] = []
    parts = compile_request(playbook, OutlineEnvironment(folder), problems, text=True)
    not_after = parts.pop("not_after", None)
    return RequestOutline(
        parts if not_after is None else {**parts, "delivery": {"not_after": not_after}}
    )


def _render_each(branch: Branch, context: Context) -> Plain:
    if isinstance(branch, Leaf):
        try:
            return str(render_leaf(branch, context))
        except LeafFailed:
            return HIDDEN
    if isinstance(branch, tuple):
        return [_render_each(item, context) for item in branch]
    return {key: _render_each(item, context) for key, item in branch.items()}


def _hide(value: Any, label: str) -> str:
    """Return the value's name in its place; an empty value shows nothing in the message either."""
    if isinstance(value, _Outlined):
        return str(value)
    return f"‹{label}›" if value != "" else ""


class _Hider:
    """Puts what a template prints through `_hide`; `public` names may be printed as they are."""

    def __init__(self, public: frozenset[str]) -> None:
        self._public = public

    def hide(self, tree: nodes.Node) -> None:
        """Change the tree, so that it prints no value of the recipient."""
        for output in tree.find_all(nodes.Output):
            output.nodes = [self._hidden(node) for node in output.nodes]
        for block in tree.find_all(nodes.FilterBlock):
            if not all(map(self._is_public, _arguments(block.filter))):
                block.filter = hidden(_OUTLINE, nodes.Const(""), nodes.Const(""))
                block.body = []

    def _hidden(self, node: nodes.Expr) -> nodes.Expr:
        match node:
            case nodes.TemplateData():
                return node
            case nodes.CondExpr():
                otherwise = None if node.expr2 is None else self._hidden(node.expr2)
                return nodes.CondExpr(
                    node.test, self._hidden(node.expr1), otherwise, lineno=node.lineno
                )
            case nodes.Concat():
                return nodes.Concat([self._hidden(part) for part in node.nodes], lineno=node.lineno)
        if self._is_public(node):
            return node
        return hidden(_OUTLINE, node, nodes.Const(_label(node), lineno=node.lineno))

    def _is_public(self, node: nodes.Node) -> bool:
        """Tell whether nothing of the recipient is in the value; a choice by one of them may be."""
        match node:
            case nodes.Name():
                return node.name in self._public - {"loop"}
            case nodes.Getattr(node=nodes.Name(name="loop")):
                return "loop" in self._public and node.attr in _COUNTS
            case nodes.Getattr() | nodes.Getitem():
                return self._is_public(node.node)
        return all(map(self._is_public, node.iter_child_nodes()))


def _arguments(node: nodes.Filter) -> Iterator[nodes.Node]:
    """Yield what the filters of a `{% filter … %}` are given beside the block's own text."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Filter):
            yield from _arguments(child)
        else:
            yield child


def _stored(tree: nodes.Node) -> frozenset[str]:
    """Return the names that a template gives values to."""
    names = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
    imported = {
        alias if isinstance(alias, str) else alias[-1]
        for node in tree.find_all(nodes.FromImport)
        for alias in node.names
    }
    targets = {node.target for node in tree.find_all(nodes.Import)}
    macros = {node.name for node in tree.find_all(nodes.Macro)}
    return frozenset(names | imported | targets | macros)


def _label(node: nodes.Node) -> str:
    return ", ".join(dict.fromkeys(_names(node))) or "…"


def _names(node: nodes.Node) -> Iterator[str]:
    """Yield the names that a value is made of; a field of the recipient by its own name."""
    path = path_of(node)
    if path is not None:
        yield ".".join(path[1:] if path[0] == "recipient" and path[1:] else path)
        return
    for child in node.iter_child_nodes():
        yield from _names(child)
