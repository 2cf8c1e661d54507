"""FP603: wording that an environment requires."""

from typing import Any

import pytest

_PROJECT = "environments: {{ one: {{ policy: {{ required_text: [{}] }} }} }}\n"


@pytest.mark.parametrize(
    ("rule", "body", "found"),
    [
        ("{ any_of: [Reply STOP] }", "Hi", 1),
        ("{ any_of: [Reply STOP] }", "Hi. reply stop to end", 0),
        ("{ any_of: [Reply STOP, Responda STOP] }", "Hola. Responda STOP", 0),
        ("{ any_of: [Reply STOP], channels: [whatsapp] }", "Hi", 0),
        ("{ any_of: [Reply STOP], channels: [sms] }", "Hi", 1),
        ("{ any_of: [Reply STOP], countries: [US] }", "Hi", 1),
        ("{ any_of: [Reply STOP], countries: [DE] }", "Hi", 0),
        ("{ any_of: [A] }, { any_of: [B], countries: [US, CA] }", "Hi", 2),
    ],
)
def test_a_text_has_the_wording_of_its_channel_and_country(
    desk: Any, rule: str, body: str, found: int
) -> None:
    """Where the number does not say which country, those that it may be in count."""
    desk.write(_PROJECT.format(rule), "flexplay.yaml")
    desk.body(body)
    problems = desk.find("FP603")
    assert len(problems) == found
    assert all(problem.severity == "error" and problem.related for problem in problems)


def test_every_branch_of_a_template_is_judged(desk: Any) -> None:
    """What is rendered counts: one language of two lacks the wording."""
    desk.write(_PROJECT.format("{ any_of: [STOP] }"), "flexplay.yaml")
    samples = "".join(
        f'  - {{ id: "{lang}", lang: {lang}, phone: "+13115552368" }}\n' for lang in ("en", "de")
    )
    desk.body("\"{{ 'Reply STOP' if recipient.lang == 'en' else 'Hallo' }}\"", samples)
    (found,) = desk.find("FP603")
    assert found.related[0].span.line > found.span.line + 4


_EN = "{ any_of: [Reply STOP], languages: [en] }"
_ES = "{ any_of: [Responda ALTO], languages: [es] }"


@pytest.mark.parametrize(
    ("language", "body", "found"),
    [
        ("language: es-MX", "Hola. Responda ALTO", 0),
        ("lang: ES", "Hola. Responda ALTO", 0),
        ("lang: es_MX", "Hola. Reply STOP", 1),
        ("lang: en", "Hi. Responda ALTO", 1),
        ("lang: est", "Tere. Responda ALTO", 0),
        ("lang: fr", "Bonjour", 1),
        ("lang: fr", "Bonjour. Reply STOP", 0),
        ("x: y", "Hi", 1),
        ("x: y", "Hi. responda alto", 0),
    ],
)
def test_the_wording_is_in_the_recipients_language(
    desk: Any, language: str, body: str, found: int
) -> None:
    """With a language that no rule is for, or none at all, that of any language suffices."""
    desk.write(_PROJECT.format(f"{_EN}, {_ES}"), "flexplay.yaml")
    desk.body(body, f'  - {{ id: "1", {language}, phone: "+13115552368" }}\n')
    assert len(desk.find("FP603")) == found


def test_wording_for_a_language_adds_to_wording_for_all(desk: Any) -> None:
    """The sender's name in every text, and how to opt out in each one's language."""
    desk.write(_PROJECT.format(f"{{ any_of: [Clinic] }}, {_ES}"), "flexplay.yaml")
    desk.body("Hola", '  - { id: "1", lang: es, phone: "+13115552368" }\n')
    found = desk.find("FP603")
    assert len(found) == 2
    assert any("requires for es" in each.message for each in found)
