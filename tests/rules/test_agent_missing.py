"""FP405: routing names the queue and the worker."""

from typing import Any

import pytest

SIDES = '  - address: "+13115552368"\n    proxy_address: "+19255551234"\n'
WS = "    workspace_sid: WS0123456789abcdef0123456789abcdef\n"
WQ = "    queue_sid: WQ0123456789abcdef0123456789abcdef\n"
WK = "    worker_sid: WK0123456789abcdef0123456789abcdef\n"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "routing lacks queue_sid and worker_sid,"),
        (WQ, "routing lacks worker_sid,"),
        (WK, "routing lacks queue_sid,"),
    ],
)
def test_what_lacks_is_named(desk: Any, given: str, told: str) -> None:
    """The finding names what to add, at the key that it goes below."""
    desk.one("{ type: sms }", SIDES, "  body: Hi\n", f"routing:\n  properties:\n{WS}{given}")
    (found,) = desk.find("FP405")
    assert told in found.message
    assert desk.marked(found.span) == "properties"
    assert found.severity == "warning"


def test_both_are_enough_and_no_routing_is_another_finding(desk: Any) -> None:
    """Complete routing is silent, and so is its absence, of which FP404 speaks."""
    desk.one("{ type: sms }", SIDES, "  body: Hi\n", f"routing:\n  properties:\n{WS}{WQ}{WK}")
    assert desk.find("FP405") == ()
    desk.one("{ type: sms }", SIDES, "  body: Hi\n")
    assert desk.find("FP405") == ()
