"""The channels as data."""

import json

from runner.model.channel import CHANNELS
from runner.schema.store import read_schema


def test_the_table_and_the_schema_know_the_same_channels() -> None:
    """A channel that one of them lacks could be written but not sent."""
    known = read_schema("playbook")["properties"]["channel"]["properties"]["type"]["enum"]
    assert sorted(CHANNELS) == sorted(known)


def test_open_conversations_are_looked_up_for_address_pairs_only() -> None:
    """sms, whatsapp, messenger and gbm have a pair; chat, web and email have none."""
    assert {name for name, channel in CHANNELS.items() if channel.pair} == {
        "sms",
        "whatsapp",
        "messenger",
        "gbm",
    }


def test_every_channel_has_a_branch_of_the_strict_schema() -> None:
    """A channel without a branch would be sent unchecked."""
    text = json.dumps(read_schema("interaction-request")["properties"]["Channel"]["allOf"])
    assert [name for name in CHANNELS if f'"{name}"' not in text] == []
