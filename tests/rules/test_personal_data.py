"""FP501: real people's addresses do not belong in git."""

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("fields", "marked"),
    [
        ('phone: "+14155238886"', "+14155238886"),
        ('phone: "whatsapp:+1 (415) 523-8886"', "+1 (415) 523-8886"),
        ("phone: 14155238886", "14155238886"),
        ('mobile: "415-523-8886"', '"415-523-8886"'),
        ("mail: help@twilio.com", "help@twilio.com"),
        ('note: "call +14155238886 or x@example.com"', "+14155238886"),
        ('nested: { phone: "+14155238886" }', "+14155238886"),
    ],
)
def test_a_samples_address_is_marked_and_masked(desk: Any, fields: str, marked: str) -> None:
    """The caret stands under the address, and the message does not repeat it."""
    desk.body("Hi", f'  - {{ id: "1", a: "+13115552368", {fields} }}\n')
    (found,) = desk.find("FP501")
    assert desk.marked(found.span) == marked
    assert found.severity == "warning"
    assert "8886" in found.message or "h•••••@twilio.com" in found.message
    assert "4155238886" not in found.message
    assert "help@" not in found.message


@pytest.mark.parametrize(
    "fields",
    [
        'phone: "+13115552368"',
        "order: 14155238886",
        'id2: "4155238886"',
        "mail: ann@example.com",
        "mail: ann@clinic.test",
        'price: "1,234,567,890"',
        "when: 2026-01-31",
    ],
)
def test_invented_ones_and_other_numbers_pass(desk: Any, fields: str) -> None:
    """An order's number is no telephone number, and examples are what samples are for."""
    desk.body("Hi", f'  - {{ id: "1", {fields} }}\n')
    assert desk.find("FP501") == ()


def test_the_sender_is_ours(desk: Any) -> None:
    """Proxy address, sender's variable, body and the copy to ourselves are no personal data."""
    participants = '  - address: "+13115552368"\n    proxy_address: "+14155238886"\n'
    more = 'vars: { sender: "+14155238886" }\n'
    desk.one("{ type: sms }", participants, "  body: Call +14155238886\n", more)
    assert desk.find("FP501") == ()
    people = "".join(
        f"  - {{ level: {level}, name: A, address: {level}@twilio.com }}\n"
        for level in ("to", "bcc")
    )
    channel = "{ type: email, properties: { from: help@twilio.com, from_name: Help } }"
    desk.one(channel, people, "  subject: Hi\n  body: Hi\n")
    assert [desk.marked(each.span) for each in desk.find("FP501")] == ["to@twilio.com"]


def test_constants_of_the_customers_side_count(desk: Any) -> None:
    """A participant's address and the task's customerAddress are the customer's."""
    participants = '  - address: "+14155238886"\n    proxy_address: "+19255551234"\n'
    more = (
        "routing:\n  properties:\n    workspace_sid: WS0123456789abcdef0123456789abcdef\n"
        '    attributes: { customerAddress: "+14155238886", twilioNumber: "+14155238886" }\n'
    )
    desk.one("{ type: sms }", participants, "  body: Hi\n", more)
    assert [each.span.line for each in desk.find("FP501")] == [5, 12]
