"""FP312: a content variable for which this recipient has nothing.

A template whose placeholder gets no value is not sent.
https://www.twilio.com/docs/api/errors/63028
"""

import json
from collections.abc import Iterator

from runner.model.delivery import Delivery
from runner.model.playbook import Environment, Playbook
from runner.model.problem import Problem
from runner.rules.content_variables import variable_nodes
from runner.rules.texts import related_row, rendered


def check(playbook: Playbook, environment: Environment, delivery: Delivery) -> Iterator[Problem]:
    """Refuse a variable that is rendered to null or to nothing that can be read."""
    del environment
    given = json.loads(rendered(delivery, "ContentVariables") or "{}")
    for name, node in variable_nodes(playbook):
        if not str(given.get(name) or "").strip():
            yield Problem(
                node.span,
                "FP312",
                f'the content variable "{name}" is empty, so the template cannot be sent',
                "fill it in the data, or give a value for its absence: "
                '{{ recipient.name or "customer" }}',
                related=related_row(playbook, delivery),
            )
