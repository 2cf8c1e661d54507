"""FP321: a message whose author is the customer.

A conversation delivers a message to everybody but its author, so nobody would receive this one.
https://www.twilio.com/docs/conversations/using-whatsapp-conversations
"""

from collections.abc import Iterator

from runner.model.delivery import Delivery
from runner.model.document import node_at
from runner.model.playbook import Environment, Playbook
from runner.model.problem import Problem
from runner.render.address import strip_phone
from runner.rules.texts import related_row, rendered


def check(playbook: Playbook, environment: Environment, delivery: Delivery) -> Iterator[Problem]:
    """Refuse it, also where the two are only written differently."""
    del environment
    author = _bare(rendered(delivery, "Author"))
    if author and author == _bare(delivery.customer.name):
        yield Problem(
            node_at(playbook.root, ("message", "author")).span,
            "FP321",
            "the author is the customer, and Twilio does not deliver a message to its author",
            "write who the message is from, such as Clinic",
            related=related_row(playbook, delivery),
        )


def _bare(name: str) -> str:
    return strip_phone(name.strip()).casefold()
