"""FP303: no text of more than 1,600 characters is sent by SMS or WhatsApp."""

from typing import Any

import pytest

SIDES = '  - address: "{0}+13115552368"\n    proxy_address: "{0}+19255551234"\n'


@pytest.mark.parametrize(("channel", "prefix"), [("sms", ""), ("whatsapp", "whatsapp:")])
def test_the_limit_is_1600(desk: Any, channel: str, prefix: str) -> None:
    """1,600 characters pass, 1,601 are refused."""
    for size, wanted in ((1600, 0), (1601, 1)):
        desk.one(f"{{ type: {channel} }}", SIDES.format(prefix), f"  body: {'x' * size}\n")
        found = desk.find("FP303")
        assert len(found) == wanted
    assert "1,601 characters" in found[0].message
    assert found[0].remedy == "shorten it by 1"
    assert found[0].severity == "error"


def test_other_channels_take_more(desk: Any) -> None:
    """A chat message may have 32 KB."""
    desk.one("{ type: chat }", "  - identity: ann\n", f"  body: {'x' * 2000}\n")
    assert desk.find("FP303") == ()
