"""FP414: time zones that do not exist."""

from typing import Any

import pytest


@pytest.mark.parametrize(
    "more",
    [
        "delivery: { timezone: ZONE }\n",
        'delivery: { window: { from: "09:00", to: "20:00", timezone: ZONE } }\n',
    ],
)
def test_a_playbooks_zones_exist(desk: Any, more: str) -> None:
    """A misspelt zone is shown with the one that was meant."""
    desk.body("Hi", more=more.replace("ZONE", "Europe/Berlin"))
    assert desk.find("FP414") == ()
    desk.body("Hi", more=more.replace("ZONE", "Europe/Berlni"))
    (found,) = desk.find("FP414")
    assert found.message == 'there is no time zone "Europe/Berlni", did you mean "Europe/Berlin"?'
    assert desk.marked(found.span) == "Europe/Berlni"


def test_recipient_is_a_zone_of_a_window(desk: Any) -> None:
    """It is a word of ours, not a place."""
    desk.body(
        "Hi", more='delivery: { window: { from: "09:00", to: "20:00", timezone: recipient } }'
    )
    assert desk.find("FP414") == ()


def test_a_projects_default_exists(desk: Any) -> None:
    """In each environment; other keys are not zones."""
    one = "    default_timezone: Mars/Base\n    vars: { timezone: Mars/Base }\n"
    text = f"environments:\n  one:\n{one}"
    desk.write(text, "flexplay.yaml")
    (found,) = desk.find("FP414", "flexplay.yaml")
    assert (found.span.line, found.remedy) == (3, "write a name such as Europe/Berlin")
