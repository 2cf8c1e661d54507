"""FP602: a link of a public shortener, which carriers filter because spam hides behind it.

https://www.twilio.com/docs/api/errors/30007
https://www.twilio.com/docs/messaging/features/link-shortening
"""

import re
from collections.abc import Iterator
from functools import cache

from runner.model.delivery import Delivery
from runner.model.document import MappingNode, ScalarNode, walk_scalars
from runner.model.playbook import Environment, Playbook
from runner.model.problem import Problem, Severity
from runner.rules.texts import Texts, related_row, rendered, text_span

_SHORTENERS = (
    *("adf.ly", "bit.do", "bit.ly", "bl.ink", "buff.ly", "clck.ru", "cutt.ly", "dlvr.it"),
    *("goo.gl", "is.gd", "j.mp", "lnkd.in", "mcaf.ee", "ow.ly", "qr.ae", "rb.gy", "rebrand.ly"),
    *("s.id", "short.io", "shorte.st", "shorturl.at", "soo.gd", "surl.li", "t.co", "t.ly"),
    *("tiny.cc", "tiny.one", "tinyurl.com", "trib.al", "u.to", "urlz.fr", "v.gd"),
)


@cache
def _pattern() -> re.Pattern[str]:
    """Return what a link of theirs looks like; to compile it takes longer than to check a text."""
    return re.compile(
        rf"(?<![\w.@-])(?:https?://)?(?:www\.)?({'|'.join(map(re.escape, _SHORTENERS))})"
        r"/(?:[^\s<>\"'{}]*[^\s<>\"'{}.,;:!?)])?",
        re.IGNORECASE,
    )


def _links(text: str) -> Iterator[re.Match[str]]:
    if "/" in text:
        yield from _pattern().finditer(text)


def check(playbook: Playbook) -> Iterator[Problem]:
    """Warn of each that stands in the message, its templates or the playbook's variables."""
    for node in _nodes(playbook):
        text = node.value if isinstance(node.value, str) else ""
        for found in _links(text):
            yield _problem(node, found)


def check_rendered(
    playbook: Playbook, environment: Environment, delivery: Delivery
) -> Iterator[Problem]:
    """Warn of one that comes from elsewhere: the recipient, or the environment's variables."""
    del environment
    links = tuple(_links(rendered(delivery, "Body")))
    if not links:  # the templates are not read again for every recipient
        return
    written = " ".join(str(node.value) for node in _nodes(playbook)).lower()
    for found in links:
        domain = found.group(1).lower()
        if domain not in written:
            yield Problem(
                text_span(playbook),
                "FP602",
                f"a link of {domain} comes into this text, and carriers filter those",
                _REMEDY,
                Severity.WARNING,
                related_row(playbook, delivery),
            )


_REMEDY = "write the whole address, or use a short domain of your own"


def _problem(node: ScalarNode, found: re.Match[str]) -> Problem:
    return Problem(
        node.part(found.start(), found.end()),
        "FP602",
        f"carriers filter messages with links of {found.group(1).lower()}, which anybody can make",
        _REMEDY,
        Severity.WARNING,
    )


def _nodes(playbook: Playbook) -> Iterator[ScalarNode]:
    """Yield whatever can become part of the message, template files included."""
    yield from Texts(playbook).nodes
    message = playbook.root.get("message")
    for name in ("subject", "content_variables"):
        below = message.get(name) if isinstance(message, MappingNode) else None
        if below is not None:
            yield from (node for _, node in walk_scalars(below))
    variables = playbook.root.get("vars")
    if variables is not None:
        yield from (node for _, node in walk_scalars(variables))
