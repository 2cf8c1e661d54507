"""FP217, FP220, FP221: a key that cannot tell which messages have been sent."""

from collections.abc import Iterator
from pathlib import Path

from runner.model.document import ScalarNode, walk_scalars
from runner.model.playbook import Playbook
from runner.model.problem import Problem
from runner.render.analysis import printed_names
from runner.render.environment import BoundedEnvironment, make_environment
from runner.render.reading import ReadText, read_playbook
from runner.render.template import has_template

_ADDRESSES = frozenset({"address", "identity"})


def check(playbook: Playbook) -> Iterator[Problem]:
    """Look at `recipients.key`: what does it read, and is that what a message is about?"""
    if playbook.recipients is None:
        return
    node = playbook.recipients.key
    if not isinstance(node.value, str) or not has_template(node.value):
        yield _same_for_all(node)
        return
    read = read_playbook(playbook)
    texts = [text for text in read.texts if text.path == ("recipients", "key")]
    yield from _check_time(texts)
    fetching = any(text.reading.fetches for text in texts)
    names = [name.parts[0] for text in texts for name in text.reading.names]
    if not fetching and "recipient" not in names and "now" not in names:
        yield _same_for_all(node)
    environment = make_environment(Path(playbook.file).parent)
    if printed_names(node, environment) & _address_names(playbook, environment):
        why = "the key contains the customer's address, and keys are stored and shown"
        yield Problem(node.span, "FP217", why, "use an order or appointment number")


def _same_for_all(node: ScalarNode) -> Problem:
    why = "every recipient has the same key, so only the first would get the message"
    remedy = "make the key from the recipient, such as {{ recipient.order_id }}"
    return Problem(node.span, "FP220", why, remedy)


def _check_time(texts: list[ReadText]) -> Iterator[Problem]:
    for text in texts:
        for name in text.reading.names:
            if name.parts[0] == "now" and 0 not in name.optional:
                why = "the key depends on the time, so a second run would send everything again"
                remedy = "take the day from the recipient's data"
                yield Problem(name.spans[0], "FP221", why, remedy)


def _address_names(
    playbook: Playbook, environment: BoundedEnvironment
) -> frozenset[tuple[str, ...]]:
    """Return the recipient's fields that participants' addresses are made of."""
    participants = playbook.root.get("participants")
    found: set[tuple[str, ...]] = set()
    for path, node in walk_scalars(participants) if participants else ():
        if len(path) == 2 and path[1] in _ADDRESSES and isinstance(node.value, str):
            found |= printed_names(node, environment)
    return frozenset(parts for parts in found if parts[0] == "recipient" and len(parts) > 1)
