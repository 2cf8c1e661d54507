"""FP603: a text without the wording that is required on its channel and in its country.

Judged on the rendered text, so every language and every condition of a template counts.
https://www.twilio.com/en-us/legal/messaging-policy
"""

from collections.abc import Iterable, Iterator

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
    for required in _demands(environment.policy.required_text, delivery):
        if not _has_any(required, body):
            yield Problem(
                text_span(playbook),
                "FP603",
                f"this text lacks wording that {environment.name} requires{_where(required)}",
                f'add "{required.any_of[0]}"',
                related=related_row(playbook, delivery),
            )


def _demands(rules: Iterable[RequiredText], delivery: Delivery) -> Iterator[RequiredText]:
    """Yield what the text must have.

    Of rules for languages those of the recipient's; where it is unknown, or no rule is for it, the
    wording of any language suffices.
    """
    found = [rule for rule in rules if _applies(rule, delivery)]
    yield from (rule for rule in found if not rule.languages)
    spoken = [rule for rule in found if rule.languages]
    own = [rule for rule in spoken if _speaks(rule, delivery.language)]
    if spoken and not own:
        phrases = tuple(phrase for rule in spoken for phrase in rule.any_of)
        own = [RequiredText(phrases, spoken[0].channels, spoken[0].countries)]
    yield from own


def _applies(required: RequiredText, delivery: Delivery) -> bool:
    """Tell whether the wording is required here; where the country is not known, it is."""
    if required.channels and delivery.channel.type not in required.channels:
        return False
    countries = recipient_countries(delivery)
    return not (required.countries and countries) or bool({*countries} & {*required.countries})


def _speaks(required: RequiredText, language: str) -> bool:
    """Tell whether the rule is for the language: `es` is for es-MX and es_MX, too."""
    own = f"{language.casefold().replace('_', '-')}-"
    return any(own.startswith(f"{name.casefold()}-") for name in required.languages)


def _has_any(required: RequiredText, body: str) -> bool:
    return any(phrase.casefold() in body for phrase in required.any_of)


def _where(required: RequiredText) -> str:
    named = (required.channels, required.countries, required.languages)
    parts = [", ".join(names) for names in named if names]
    return f" for {' in '.join(parts)}" if parts else ""
