"""FP312: every content variable has a value for every recipient."""

from typing import Any

import pytest

SIDES = '  - address: "whatsapp:+13115552368"\n    proxy_address: "whatsapp:+19255551234"\n'
MESSAGE = (
    "  content_sid: HX0123456789abcdef0123456789abcdef\n"
    '  content_variables:\n    "1": "{{ recipient.name }}"\n'
)


@pytest.mark.parametrize(("value", "count"), [("null", 1), ('""', 1), ('" "', 1), ("Ann", 0)])
def test_null_and_blank_are_refused(desk: Any, value: str, count: int) -> None:
    """Null drops the variable and blank leaves it empty; the template needs it in both cases."""
    recipients = 'recipients: { key: "{{ recipient.id }}" }\n'
    samples = f'samples: [{{ id: "1", name: {value} }}]\n'
    desk.one("{ type: whatsapp }", SIDES, MESSAGE, recipients + samples)
    found = desk.find("FP312")
    assert len(found) == count
    assert [desk.marked(each.span) for each in found] == ['"{{ recipient.name }}"'] * count
    assert all(each.related[0].span.line == 12 for each in found)
