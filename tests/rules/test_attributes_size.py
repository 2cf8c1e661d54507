"""FP408, FP409: attributes within Twilio's limits, counted as they are sent."""

from typing import Any

ROUTING = """routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    attributes: { a: "{{ 'x' * %d }}" }
"""
CORRELATION = len(',"flexplay":"0123456789abcdef0123456789abcdef"')
BRACES = len('{"a":""}')


def test_a_task_has_4096_characters_at_most(desk: Any) -> None:
    """The id that flexplay adds counts too; one character more is refused."""
    fits = 4096 - BRACES - CORRELATION
    desk.body("Hi", more=ROUTING % fits)
    assert desk.find("FP408") == ()
    desk.body("Hi", more=ROUTING % (fits + 1))
    (found,) = desk.find("FP408")
    assert "4,097 characters" in found.message
    assert desk.marked(found.span) == "attributes"


def test_a_task_is_counted_in_characters_and_a_message_in_bytes(desk: Any) -> None:
    """An accent is one character of a task and two bytes of a message."""
    desk.body("Hi", more=(ROUTING % 3000).replace("'x'", "'é'"))
    assert desk.find("FP408") == ()
    desk.sms("  body: Hi\n  attributes: { a: \"{{ 'é' * 3000 }}\" }\n")
    (found,) = desk.find("FP409")
    assert f"{3000 * 2 + BRACES + CORRELATION:,} bytes" in found.message


def test_a_message_has_4096_bytes_at_most(desk: Any) -> None:
    """The last byte that fits is fine."""
    fits = 4096 - BRACES - CORRELATION
    desk.sms(f"  body: Hi\n  attributes: {{ a: \"{{{{ 'x' * {fits} }}}}\" }}\n")
    assert desk.find("FP409") == ()
    desk.sms(f"  body: Hi\n  attributes: {{ a: \"{{{{ 'x' * {fits + 1} }}}}\" }}\n")
    assert len(desk.find("FP409")) == 1
