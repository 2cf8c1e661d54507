"""What e-mail needs is asked for in people's words, by the schemas."""

from typing import Any

import pytest

CHANNEL = "{ type: email, properties: { from: support@example.com, from_name: Support } }"
ANN = "  - { level: to, name: Ann, address: ann@example.org }\n"
MESSAGE = "  subject: Hi\n  body: Hello\n"


def _errors(desk: Any) -> list[tuple[str, str]]:
    return [(each.code, each.message) for each in desk.all() if each.severity == "error"]


def _write(desk: Any, channel: str = CHANNEL, people: str = ANN, message: str = MESSAGE) -> None:
    routing = "routing: { properties: { workspace_sid: WS0123456789abcdef0123456789abcdef } }\n"
    desk.one(channel, people, message, routing)


def test_a_complete_one_has_no_errors(desk: Any) -> None:
    """The example that the others break one by one is right."""
    _write(desk)
    assert _errors(desk) == []


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        (CHANNEL.replace("from: support@example.com, ", ""), '"from" is missing'),
        (CHANNEL.replace(", from_name: Support", ""), '"from_name" is missing'),
        ("{ type: email }", '"properties" is missing in channel'),
    ],
)
def test_the_sender_is_asked_for(desk: Any, channel: str, told: str) -> None:
    """Twilio requires both from and from_name."""
    _write(desk, channel)
    ((code, message),) = _errors(desk)
    assert code == "FP101"
    assert told in message


def test_somebody_must_be_addressed(desk: Any) -> None:
    """Copies alone reach nobody."""
    _write(desk, people=ANN.replace("to,", "cc,"))
    assert _errors(desk) == [("FP107", "participants lacks a participant with level: to")]


def test_the_subject_is_asked_for(desk: Any) -> None:
    """Customers do not open mail without one."""
    _write(desk, message="  body: Hello\n")
    assert _errors(desk) == [("FP101", '"subject" is missing in message')]


def test_the_subject_has_256_characters_at_most(desk: Any) -> None:
    """Counted as rendered, template or not."""
    for subject, wanted in (("x" * 256, []), ("\"{{ 'x' * 257 }}\"", ["FP107"])):
        _write(desk, message=f"  subject: {subject}\n  body: Hello\n")
        assert [code for code, _ in _errors(desk)] == wanted
