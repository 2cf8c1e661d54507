"""FP303: a text that Twilio refuses for its length.

A body for SMS and WhatsApp has at most 1,600 characters; more is error 21617.
https://www.twilio.com/docs/api/errors/21617
"""

from collections.abc import Iterator

from runner.model.delivery import Delivery
from runner.model.playbook import Environment, Playbook
from runner.model.problem import Problem
from runner.rules.texts import related_row, rendered, text_span

LONGEST_TEXT = 1600
_CHANNELS = frozenset({"sms", "whatsapp"})


def check(playbook: Playbook, environment: Environment, delivery: Delivery) -> Iterator[Problem]:
    """Refuse it."""
    del environment
    size = len(rendered(delivery, "Body"))
    if playbook.channel.type in _CHANNELS and size > LONGEST_TEXT:
        yield Problem(
            text_span(playbook),
            "FP303",
            f"this text has {size:,} characters, and Twilio takes 1,600",
            f"shorten it by {size - LONGEST_TEXT:,}",
            related=related_row(playbook, delivery),
        )
