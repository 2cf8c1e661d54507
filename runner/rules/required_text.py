"""FP603: a text without the wording that is required on its channel and in its country.

Judged on the rendered text, so every language and every condition of a template counts.
https://www.twilio.com/en-us/legal/messaging-policy
"""

from collections.abc import Iterator

from runner.model.delivery import Delivery
from runner.model.playbook import Environment, Playbook, RequiredText
from runner.model.problem import Problem
from runner.policy.whereabouts import recipient_countries
from runner.rules.texts import related_row, rendered, text_span


def check(playbook: Playbook, environment: Environment, delivery: Delivery) -> Iterator[Problem]:
    """Refuse the text; a content template's own text is not seen here."""
    body = rendered(delivery, "Body").casefold()
    if not body:
        return
    for required in environment.policy.required_text:
        if _applies(required, delivery) and not _has_any(required, body):
            yield Problem(
                text_span(playbook),
                "FP603",
                f"this text lacks wording that {environment.name} requires{_where(required)}",
                f'add "{required.any_of[0]}"',
                related=related_row(playbook, delivery),
            )


def _applies(required: RequiredText, delivery: Delivery) -> bool:
    """Tell whether the wording is required here; where the country is not known, it is."""
    if required.channels and delivery.channel.type not in required.channels:
        return False
    countries = recipient_countries(delivery)
    return not (required.countries and countries) or bool({*countries} & {*required.countries})


def _has_any(required: RequiredText, body: str) -> bool:
    return any(phrase.casefold() in body for phrase in required.any_of)


def _where(required: RequiredText) -> str:
    parts = [", ".join(names) for names in (required.channels, required.countries) if names]
    return f" for {' in '.join(parts)}" if parts else ""
