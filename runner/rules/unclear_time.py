"""FP411, FP413: a recipient without a time zone where one is needed, and an end that is no instant.

Both would have to be guessed when the message is about to be sent; a guess could wake somebody up.
"""

from collections.abc import Iterator

from runner.model.delivery import Delivery
from runner.model.document import node_at
from runner.model.playbook import Environment, Playbook
from runner.model.problem import Problem
from runner.policy.judge import deadline_of
from runner.policy.objection import Objection
from runner.policy.whereabouts import needs_zone, recipient_zones
from runner.rules.texts import related_row


def check(playbook: Playbook, environment: Environment, delivery: Delivery) -> Iterator[Problem]:
    """Refuse what cannot be decided by a clock."""
    settings = playbook.delivery
    deadline = deadline_of(delivery, settings, environment)
    if isinstance(deadline, Objection):
        span = node_at(playbook.root, ("delivery", "not_after")).span
        row = related_row(playbook, delivery)
        yield Problem(span, "FP413", deadline.why, deadline.remedy, related=row)
    if not needs_zone(settings, environment):
        return
    zones = recipient_zones(delivery, environment)
    if isinstance(zones, Objection):
        yield Problem(delivery.place, "FP411", zones.why, zones.remedy)
