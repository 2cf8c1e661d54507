"""FP302: more segments than the environment allows."""

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("text", "allowed", "told"),
    [
        ("x" * 461, 3, "4 segments of GSM-7, and default allows 3: 2 characters too many"),
        ("x" * 460, 3, "4 segments of GSM-7, and default allows 3: 1 character too many"),
        ("x" * 161, 1, "2 segments of GSM-7, and default allows 1: 1 character too many"),
        ("á" * 71, 1, "2 segments of UCS-2, and default allows 1: 1 character too many"),
        ("á" * 140, 2, "3 segments of UCS-2, and default allows 2: 6 characters too many"),
    ],
)
def test_the_finding_counts(desk: Any, text: str, allowed: int, told: str) -> None:
    """It says how many segments, of which encoding, and how many characters too many."""
    desk.write(
        f"environments: {{ default: {{ policy: {{ max_segments: {allowed} }} }} }}\n",
        "flexplay.yaml",
    )
    desk.body(text)
    (found,) = desk.find("FP302")
    assert told in found.message
    assert found.severity == "warning"
    assert desk.marked(found.span) == "body"


@pytest.mark.parametrize("text", ["x" * 459, "á" * 201])
def test_the_last_character_that_fits_is_fine(desk: Any, text: str) -> None:
    """Three segments are three segments."""
    desk.body(text)
    assert desk.find("FP302") == ()


def test_the_template_file_is_named(desk: Any) -> None:
    """A text in a file of its own is too long where the playbook names the file."""
    desk.sms("  template: long.j2\n")
    desk.write("x" * 500, "long.j2")
    (found,) = desk.find("FP302")
    assert desk.marked(found.span) == "long.j2"
    assert found.related[0].span.line == 13
