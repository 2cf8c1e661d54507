"""FP501: somebody's number or mail address in a file that is kept in git.

Only the customer's side counts: our own sender is no secret.
"""

import re
from collections.abc import Iterable, Iterator

from runner.model.document import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    node_at,
    walk_scalars,
)
from runner.model.mask import mask_address
from runner.model.place import Span
from runner.model.playbook import Playbook
from runner.model.problem import Problem, Severity
from runner.rules.fiction import is_fictitious_number, is_reserved_domain

_NUMBER = re.compile(r"\+[0-9][0-9 ().\-]{5,20}[0-9]")
_BARE = re.compile(r"\(?[0-9][0-9 ().\-]{8,18}[0-9]")
_MAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64}@((?:[\w\-]+\.)+[^\W\d_]{2,})")
_PHONE_FIELD = re.compile(r"(?i)(?:^|_)(?:phone|mobile|cell|tel|telephone|msisdn|number|address)")
_CUSTOMERS = ("customerAddress", "customers", "from")


def check(playbook: Playbook) -> Iterator[Problem]:
    """Warn of each in samples, participants and what the task says of the customer."""
    yield from _warn(_customers_side(playbook))


def check_rows(rows: Iterable[Node]) -> Iterator[Problem]:
    """Warn of each in recipients that stand in a file of tests."""
    yield from _warn(found for row in rows for found in _named(row))


def _warn(values: Iterable[tuple[str, ScalarNode]]) -> Iterator[Problem]:
    for name, node in values:
        for span, address in _find(name, node):
            what = "mail address" if "@" in address else "telephone number"
            yield Problem(
                span,
                "FP501",
                f"{mask_address(address)} looks like a real person's {what}",
                _REMEDIES[what],
                Severity.WARNING,
            )


_REMEDIES = {
    "mail address": "invent one, such as ann@example.com, or take it from the recipients",
    "telephone number": "invent one, such as +13115552368, or take it from the recipients",
}


def _customers_side(playbook: Playbook) -> Iterator[tuple[str, ScalarNode]]:
    """Yield the values that tell of a customer, each with the name of its field."""
    root = playbook.root
    for sample in playbook.samples:
        yield from _named(sample)
    participants = root.get("participants")
    for item in participants.items if isinstance(participants, SequenceNode) else ():
        if isinstance(item, MappingNode) and _is_customer(item):
            yield from _children(item, ("address", "identity"))
    attributes = node_at(root, ("routing", "properties", "attributes"))
    if isinstance(attributes, MappingNode):
        yield from _children(attributes, _CUSTOMERS)


def _is_customer(participant: MappingNode) -> bool:
    """Tell whether the mail goes to the participant; a copy may well go to ourselves."""
    level = participant.get("level")
    return not isinstance(level, ScalarNode) or level.value == "to"


def _children(node: MappingNode, names: tuple[str, ...]) -> Iterator[tuple[str, ScalarNode]]:
    for name in names:
        below = node.get(name)
        if below is not None:
            yield from _named(below, name)


def _named(node: Node, name: str = "") -> Iterator[tuple[str, ScalarNode]]:
    for path, scalar in walk_scalars(node):
        yield next((step for step in reversed(path) if isinstance(step, str)), name), scalar


def _find(name: str, node: ScalarNode) -> Iterator[tuple[Span, str]]:
    """Yield the addresses in a value that somebody may have."""
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        if _PHONE_FIELD.search(name) and _is_real_bare(node.raw):
            yield node.span, f"+{node.raw}"
        return
    if not isinstance(node.value, str):
        return
    for found in _MAIL.finditer(node.value):
        if not is_reserved_domain(found.group(1)):
            yield node.part(found.start(), found.end()), found.group()
    for found in _NUMBER.finditer(node.value):
        if not is_fictitious_number(found.group()):
            yield node.part(found.start(), found.end()), _digits(found.group())
    bare = _BARE.fullmatch(node.value.strip())
    if bare and _PHONE_FIELD.search(name) and _is_real_bare(bare.group()):
        yield node.span, _digits(bare.group())


def _digits(number: str) -> str:
    return "+" + re.sub(r"\D", "", number)


def _is_real_bare(number: str) -> bool:
    """Tell whether digits without a plus are somebody's number; ten are taken for American ones."""
    digits = re.sub(r"\D", "", number).removeprefix("00")
    if not 10 <= len(digits) <= 15:
        return False
    return not is_fictitious_number(f"1{digits}" if len(digits) == 10 else digits)
