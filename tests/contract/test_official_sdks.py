"""Twilio's own libraries, for Python and for Node, drive the stand-in without knowing it.

Each is given an HTTP client that sends what is meant for Twilio's hosts to the stand-in's origin,
as docs/sandbox.md shows it. What they send and get is compared with Twilio's descriptions too, as
in every test.
"""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from runner.sandbox.server import SandboxServer
from runner.sandbox.state import World
from runner.sandbox.values import Settings

TESTS = Path(__file__).parents[1]
PAGE = json.loads((TESTS / "data" / "source_document.json").read_text("utf-8"))
# The page writes the customer's WhatsApp address with dashes, which is not E.164.
CUSTOMERS = {"sms": "+13115552368", "whatsapp": "whatsapp:+13115552368"}
HEX = "0123456789abcdef" * 2
PLACES = {"workspace_sid": f"WS{HEX}", "workflow_sid": f"WW{HEX}"}
ACCOUNT = "AC" + "0a" * 16


class Json:
    """A body of JSON, as the library wants it: something that has `to_dict`."""

    def __init__(self, **values: Any) -> None:
        self._values = values

    def to_dict(self) -> dict[str, Any]:
        """Return what is sent."""
        return self._values


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    """A stand-in where everything happens at once."""
    with SandboxServer(World(Settings(join_delay=0, delivered_delay=0))) as server:
        yield server


@pytest.fixture
def python(server: SandboxServer) -> Client:
    """Twilio's library for Python, pointed here by the code that the documentation shows."""
    page = (TESTS.parent / "docs" / "sandbox.md").read_text("utf-8")
    names: dict[str, Any] = {}
    exec(page.partition("```python\n")[2].partition("```")[0], names)  # noqa: S102 - our own page
    return names["sandbox_client"](server.url)


@pytest.fixture
def node(server: SandboxServer) -> Callable[[str], Any]:
    """Runs one of the scripts that use Twilio's library for Node, and gives what it prints."""
    if shutil.which("node") is None or not (TESTS / "node/node_modules/twilio").is_dir():
        pytest.skip("needs node and `npm ci` in tests/node")

    def run(script: str) -> Any:
        command = ["node", str(TESTS / "node" / script), server.url]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    return run


def _sample(kind: str) -> dict[str, Any]:
    """The page's code sample, with an address that Twilio takes."""
    channel = PAGE[kind]["channel"]
    participant = {**channel["participants"][0], "address": CUSTOMERS[kind]}
    return {
        "channel": {**channel, "participants": [participant]},
        "routing": PAGE[kind]["routing"],
    }


@pytest.mark.parametrize("kind", ["sms", "whatsapp"])
def test_the_pages_samples_in_python(server: SandboxServer, python: Client, kind: str) -> None:
    """An interaction, its conversation's SID out of a JSON string, a message, its receipt."""
    interaction = python.flex_api.v1.interaction.create(**_sample(kind))
    attributes = json.loads(interaction.routing["properties"]["attributes"])
    conversation = python.conversations.v1.conversations(attributes["conversationSid"])
    message = conversation.messages.create(
        author=PAGE["message"]["Author"], body=PAGE["message"]["Body"]
    )
    [member] = conversation.participants.list()
    assert member.messaging_binding["address"] == CUSTOMERS[kind]
    [receipt] = conversation.messages(message.sid).delivery_receipts.list()
    expected = ("delivered", 0) if kind == "sms" else ("failed", 63016)
    assert (receipt.status, receipt.error_code) == expected
    assert len(server.world.records.interactions) == 1


def test_the_pages_whatsapp_address_as_it_stands(python: Client) -> None:
    """It is refused, in the error that the library makes of Twilio's shape."""
    sample = {name: PAGE["whatsapp"][name] for name in ("channel", "routing")}
    with pytest.raises(TwilioRestException) as refused:
        python.flex_api.v1.interaction.create(**sample)
    assert (refused.value.status, refused.value.code) == (400, 45004)
    assert "whatsapp:+1311-555-2368" in refused.value.msg


def test_a_whole_life_in_python(server: SandboxServer, python: Client) -> None:
    """Create, join, message, receipt, invite, transfer, agent, close: and it is over for good."""
    created = python.flex_api.v1.interaction.create(**_sample("sms"))
    channel = python.flex_api.v1.interaction(created.sid).channels(created.channel["sid"])
    assert channel.fetch().status == "active"
    sid = json.loads(created.routing["properties"]["attributes"])["conversationSid"]
    conversation = python.conversations.v1.conversations(sid)
    message = conversation.messages.create(author="Clinic", body="Hi", attributes='{"a":1}')
    [receipt] = conversation.messages(message.sid).delivery_receipts.list()
    assert receipt.fetch().status == "delivered"
    invite = channel.invites.create(routing={"properties": PLACES})
    assert invite.routing["properties"]["workspace_sid"] == PLACES["workspace_sid"]
    transfer = channel.transfers.create(body=Json(type="cold", to=f"WQ{HEX}"))
    assert channel.transfers(transfer.sid).update(body=Json(status="completed")).type == "cold"
    agent = channel.participants.create(type="agent", media_properties={})
    assert channel.participants(agent.sid).update(status="closed").sid == agent.sid
    assert channel.update(status="closed", routing={"status": "closed"}).status == "closed"
    assert conversation.fetch().state == "closed"
    with pytest.raises(TwilioRestException) as refused:
        conversation.messages.create(body="Too late")
    assert refused.value.code == 50377
    tasks = python.taskrouter.v1.workspaces(PLACES["workspace_sid"]).tasks
    assert [task.assignment_status for task in tasks.list()] == ["completed"]
    assert server.world.records.pairs == {}


def test_pages_and_lookups_in_python(python: Client) -> None:
    """The library follows `next_page_url`; numbers, templates and queues can be looked up."""
    for number in range(5):
        python.conversations.v1.conversations.create(unique_name=f"c{number}")
    names = {each.unique_name for each in python.conversations.v1.conversations.list(page_size=2)}
    assert names == {f"c{number}" for number in range(5)}
    [number] = python.incoming_phone_numbers.list(phone_number="+19255551234")
    assert python.incoming_phone_numbers(number.sid).fetch().phone_number == "+19255551234"
    assert python.api.accounts(ACCOUNT).fetch().status == "active"
    assert python.content.v1.contents(f"HX{HEX}").approval_fetch().fetch().whatsapp["status"]
    workspace = python.taskrouter.v1.workspaces(f"WS{HEX}")
    for part in (workspace.workflows, workspace.task_queues, workspace.workers):
        [first] = part.list()
        assert part(first.sid).fetch().friendly_name == first.friendly_name
    assert workspace.real_time_statistics().fetch().total_tasks == 0


def test_a_customer_who_is_elsewhere_in_python(python: Client) -> None:
    """The library's error carries 50416 and names the conversation."""
    binding = {
        "messaging_binding_address": CUSTOMERS["sms"],
        "messaging_binding_proxy_address": "+19255551234",
    }
    first, second = (python.conversations.v1.conversations.create() for _ in range(2))
    first.participants.create(**binding)
    with pytest.raises(TwilioRestException) as refused:
        second.participants.create(**binding)
    assert (refused.value.code, refused.value.status) == (50416, 409)
    assert first.sid in refused.value.msg
    address = CUSTOMERS["sms"]
    [found] = python.conversations.v1.participant_conversations.list(address=address)
    assert (found.conversation_sid, found.conversation_state) == (first.sid, "active")
    assert second.delete()


def test_the_pages_samples_in_node(server: SandboxServer, node: Callable[[str], Any]) -> None:
    """The code of the page itself, for SMS and for WhatsApp, and its curl call in the library."""
    told = node("source_document.cjs")
    assert [each["status"] for each in told["receipts"]] == ["delivered", "failed"]
    assert [each["errorCode"] for each in told["receipts"]] == [0, 63016]
    assert told["refused"] == {"status": 400, "code": 45004}
    assert len(server.world.records.interactions) == 2


def test_a_whole_life_in_node(server: SandboxServer, node: Callable[[str], Any]) -> None:
    """The same life as in Python, told by its stations."""
    assert node("life.cjs") == {
        "channel": "active",
        "participants": ["+13115552368"],
        "receipt": "delivered",
        "invited": f"WS{HEX}",
        "transfer": ["cold", "completed"],
        "agent": "agent",
        "closed": ["closed", "closed"],
        "late": 50377,
        "tasks": ["completed"],
        "pages": 5,
    }
    assert server.world.records.pairs == {}
