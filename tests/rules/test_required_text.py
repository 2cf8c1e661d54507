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
