"""FP411 and FP413: what no clock can decide."""

from typing import Any

import pytest

_WINDOW = 'delivery: { window: { from: "09:00", to: "20:00" } }\n'
_END = 'delivery: { not_after: "{{ recipient.starts }}" }\n'


def _sample(**fields: str) -> str:
    given = {"id": "1", "phone": "+13115552368", **fields}
    return f"  - {{ {', '.join(f'{name}: {value!r}' for name, value in given.items())} }}\n"


@pytest.mark.parametrize(
    ("fields", "project", "why"),
    [
        ({}, "", "the recipient's time zone is not known"),
        ({"timezone": "CET"}, "", 'there is no time zone "CET"'),
        ({"timezone": "CET"}, "default_timezone: Europe/Paris", 'there is no time zone "CET"'),
        ({}, "default_timezone: Europe/Paris", None),
        ({"timezone": "Europe/Paris"}, "", None),
        ({"phone": "+4930123456"}, "", None),
    ],
)
def test_a_window_needs_the_recipients_zone(
    desk: Any, fields: dict[str, str], project: str, why: str | None
) -> None:
    """A zone of the row that is wrong is never passed over for a default."""
    desk.write(f"environments: {{ one: {{ {project} }} }}\n", "flexplay.yaml")
    desk.body("Hi", _sample(**fields), _WINDOW)
    assert [problem.message for problem in desk.find("FP411")] == ([why] if why else [])


def test_without_hours_nobody_needs_a_zone(desk: Any) -> None:
    """A playbook that is sent at any hour does not ask where people are."""
    desk.body("Hi", _sample(timezone="CET"))
    assert desk.find("FP411") == ()


@pytest.mark.parametrize(
    ("starts", "more", "why"),
    [
        ("2030-03-31T09:30:00Z", "", None),
        ("2030-03-31 09:30", "default_timezone: Europe/Paris", None),
        ("2030-03-31 09:30", "", "not_after has no offset"),
        ("soon", "", "not_after is no date and time"),
        ("", "", "not_after is empty"),
    ],
)
def test_an_end_is_an_instant(desk: Any, starts: str, more: str, why: str | None) -> None:
    """The finding stands at not_after, with the recipient's row."""
    desk.write(f"environments: {{ one: {{ {more} }} }}\n", "flexplay.yaml")
    desk.body("Hi", _sample(starts=starts), _END)
    found = desk.find("FP413")
    assert [problem.message[: len(why or "")] for problem in found] == ([why] if why else [])
    for problem in found:
        assert desk.marked(problem.span) == '"{{ recipient.starts }}"'
        assert len(problem.related) == 1


def test_a_message_may_have_no_end_on_purpose(desk: Any) -> None:
    """`or none` says so."""
    end = _END.replace("starts }}", "starts or none }}")
    desk.body("Hi", _sample(starts=""), end)
    assert desk.find("FP413") == ()
