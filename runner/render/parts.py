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
    branches = compile_request(playbook, environment, problems)
    if isinstance(playbook.root.get("message"), MappingNode):
        branches["message"] = compile_message(playbook, environment, problems)
    if playbook.recipients:
        branches["key"] = compile_tree(playbook.recipients.key, environment, problems, text=True)
    return branches


def compile_request(
    playbook: Playbook,
    environment: SandboxedEnvironment,
    problems: list[Problem],
    *,
    text: bool = False,
) -> dict[str, Branch]:
    """Return all but message and key, compiled; with `text`, each of the values becomes text."""
    root = playbook.root
    delivery = root.get("delivery")
    nodes = {name: root.get(name) for name in _PARTS}
    nodes["not_after"] = delivery.get("not_after") if isinstance(delivery, MappingNode) else None
    return {
        name: compile_tree(node, environment, problems, text=text)
        for name, node in nodes.items()
        if node is not None
    }


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
