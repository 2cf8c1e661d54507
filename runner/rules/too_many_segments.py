"""FP302: an SMS of more segments than the environment allows.

Every segment is paid for, and carriers drop long messages more often.
https://www.twilio.com/docs/glossary/what-sms-character-limit
"""

from collections.abc import Iterator

from runner.model.delivery import Delivery
from runner.model.playbook import Environment, Playbook
from runner.model.problem import Problem, Severity
from runner.rules.texts import related_row, rendered, text_span
from runner.sms.segments import count_segments

_ROOM = {"GSM-7": (160, 153), "UCS-2": (70, 67)}


def check(playbook: Playbook, environment: Environment, delivery: Delivery) -> Iterator[Problem]:
    """Warn, and say by how many characters the text is too long."""
    body = rendered(delivery, "Body")
    allowed = environment.policy.max_segments
    cost = count_segments(body)
    if playbook.channel.type != "sms" or cost.segments <= allowed:
        return
    alone, joined = _ROOM[cost.encoding]
    over = max(cost.units - (alone if allowed == 1 else joined * allowed), 1)
    yield Problem(
        text_span(playbook),
        "FP302",
        f"this text is {cost.segments} segments of {cost.encoding}, and {environment.name} allows "
        f"{allowed}: {over} character{'' if over == 1 else 's'} too many",
        f"shorten it by {over}, or raise policy.max_segments of {environment.name}",
        Severity.WARNING,
        related_row(playbook, delivery),
    )
