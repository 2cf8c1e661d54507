"""The templated parts of a playbook, each compiled once."""

import os
from itertools import accumulate
from pathlib import Path

from jinja2.sandbox import SandboxedEnvironment

from runner.model.document import MappingNode, Mark, ScalarNode
from runner.model.place import Span
from runner.model.playbook import Playbook
from runner.model.problem import Problem
from runner.render.fault import explain
from runner.render.tree import Branch, compile_tree

_PARTS = ("participants", "channel", "routing", "interaction_context_sid", "webhook_ttid")


def compile_parts(
    playbook: Playbook, environment: SandboxedEnvironment, problems: list[Problem]
) -> dict[str, Branch]:
    """Return the compiled parts by name; what cannot be compiled is added to `problems`."""
    root = playbook.root
    branches = {
        name: compile_tree(node, environment, problems)
        for name in _PARTS
        if (node := root.get(name)) is not None
    }
    if isinstance(root.get("message"), MappingNode):
        branches["message"] = compile_message(playbook, environment, problems)
    delivery = root.get("delivery")
    not_after = delivery.get("not_after") if isinstance(delivery, MappingNode) else None
    if not_after is not None:
        branches["not_after"] = compile_tree(not_after, environment, problems)
    if playbook.recipients:
        branches["key"] = compile_tree(playbook.recipients.key, environment, problems, text=True)
    return branches


def compile_message(
    playbook: Playbook,
    environment: SandboxedEnvironment,
    problems: list[Problem],
    *,
    text: bool = False,
) -> Branch:
    """Return the compiled message; with `text`, each of its values becomes text."""
    message = playbook.root.get("message")
    branches: dict[str, Branch] = {}
    for entry in message.entries if isinstance(message, MappingNode) else ():
        name, node = str(entry.key.value), entry.node
        if name == "template" and isinstance(node, ScalarNode):
            name, node = "body", _read_template(node, playbook, environment, problems)
        as_text = text or name in ("author", "body", "subject")
        branches[name] = compile_tree(node, environment, problems, text=as_text)
    return branches


def _read_template(
    node: ScalarNode,
    playbook: Playbook,
    environment: SandboxedEnvironment,
    problems: list[Problem],
) -> ScalarNode:
    """Return the text of `message.template` as a node that knows the template file's lines."""
    name = str(node.value)
    try:
        loader = environment.loader
        text = loader.get_source(environment, name)[0] if loader else ""
    except Exception as error:  # noqa: BLE001 - the loader's exceptions are explained, all of them
        problems.append(explain(node, error, environment))
        return ScalarNode("", "", node.span)
    lines = text.split("\n")  # as the loader has read it, every line ends so
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    marks = tuple(Mark(start, index + 1, 1) for index, start in enumerate(starts))
    file = os.path.normpath(Path(playbook.file).parent / name)
    return ScalarNode(text, text, Span(file, 1, 1, len(lines), 1), marks)
