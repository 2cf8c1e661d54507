"""The requests of Twilio's page "Send Outbound Messages with Flex Conversations Channels".

`data/source_document.json` holds the objects of the page's code samples as the page writes them.
https://www.twilio.com/docs/flex/developer/conversations/send-outbound-messages-via-sms-and-whatsapp
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parent.parent
_PAGE = json.loads((Path(__file__).parent / "data" / "source_document.json").read_text("utf-8"))


def _posts(flexplay: Callable[..., Any], playbook: Path) -> list[dict[str, Any]]:
    ran = flexplay("run", playbook, "--dry-run", "--format", "json")
    assert ran.code == 0, ran.err
    (delivery,) = json.loads(ran.out)["deliveries"]
    return [request for request in delivery["requests"] if request["method"] == "POST"]


def _e164(channel: dict[str, Any]) -> dict[str, Any]:
    """Return the page's channel with its participants' addresses as Twilio takes them."""
    participants = [
        {**given, "address": given["address"].replace("-", "")} for given in channel["participants"]
    ]
    return {**channel, "participants": participants}


@pytest.mark.parametrize("kind", ["sms", "whatsapp"])
def test_the_page_is_expressed_to_the_letter(flexplay: Callable[..., Any], kind: str) -> None:
    """Both samples give the page's two requests, but for the correlation id and E.164."""
    interaction, message = _posts(flexplay, _ROOT / "playbooks" / f"outbound-{kind}.yaml")

    assert interaction["url"] == "https://flex-api.twilio.com/v1/Interactions"
    assert interaction["form"].keys() == {"Channel", "Routing"}
    assert json.loads(interaction["form"]["Channel"]) == _e164(_PAGE[kind]["channel"])
    routing = json.loads(interaction["form"]["Routing"])
    correlation = routing["properties"]["attributes"].pop("flexplay")
    assert routing == _PAGE[kind]["routing"]

    assert message["url"].startswith("https://conversations.twilio.com/v1/Conversations/CH")
    assert message["url"].endswith("/Messages")
    attributes = json.loads(message["form"].pop("Attributes"))
    assert attributes == {"flexplay": correlation}
    assert message["form"] == _PAGE["message"]


@pytest.mark.parametrize("kind", ["sms", "whatsapp"])
def test_without_correlation_nothing_is_added(
    flexplay: Callable[..., Any], kind: str, tmp_path: Path
) -> None:
    """`delivery.correlation: false` leaves the page's two forms as they are."""
    text = (_ROOT / "playbooks" / f"outbound-{kind}.yaml").read_text("utf-8")
    playbook = tmp_path / "plain.yaml"
    playbook.write_text(text + "delivery:\n  correlation: false\n", "utf-8")
    interaction, message = _posts(flexplay, playbook)
    assert json.loads(interaction["form"]["Routing"]) == _PAGE[kind]["routing"]
    assert message["form"] == _PAGE["message"]


def test_the_page_is_text_order_too(flexplay: Callable[..., Any]) -> None:
    """The JSON strings keep the page's order of keys, so a reviewer can read them side by side."""
    interaction, _ = _posts(flexplay, _ROOT / "playbooks" / "outbound-sms.yaml")
    assert json.dumps(json.loads(interaction["form"]["Channel"])) == json.dumps(
        _PAGE["sms"]["channel"]
    )
