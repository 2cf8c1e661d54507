"""FP601: a text without the opt-out wording that the environment asks for.

https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
"""

from collections.abc import Iterator

from runner.model.delivery import Delivery
from runner.model.playbook import Environment, Playbook
from runner.model.problem import Problem, Severity
from runner.rules.texts import related_row, rendered, text_span


def check(playbook: Playbook, environment: Environment, delivery: Delivery) -> Iterator[Problem]:
    """Warn where none of the phrases stands in the text; a content template is not seen here."""
    body = rendered(delivery, "Body").casefold()
    phrases = environment.policy.opt_out
    if body and phrases and not any(phrase.casefold() in body for phrase in phrases):
        yield Problem(
            text_span(playbook),
            "FP601",
            f"this text does not say how to opt out, as {environment.name} asks",
            f'add "{phrases[0]}"',
            Severity.WARNING,
            related_row(playbook, delivery),
        )
