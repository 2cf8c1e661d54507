"""Rendered data -> the two forms that are posted, exactly."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.channel import CHANNELS
from runner.model.delivery import Customer
from runner.render.forms import (
    customer_of,
    make_interaction,
    make_message,
    write_form,
    write_json,
)

_PAIR = {"address": "+1 311-555-2368", "proxy_address": "+1 (925) 555.1234"}


def _interaction(rendered: dict[str, Any], channel: str = "sms", correlation: str = "") -> Any:
    return make_interaction({"participants": [_PAIR], **rendered}, CHANNELS[channel], correlation)


def test_the_smallest_interaction() -> None:
    """Types are filled in from the channel, the agent initiates, numbers are E.164."""
    assert _interaction({}) == {
        "Channel": {
            "type": "sms",
            "initiated_by": "agent",
            "properties": {"type": "sms"},
            "participants": [
                {"address": "+13115552368", "proxy_address": "+19255551234", "type": "sms"}
            ],
        }
    }


def test_what_the_author_says_wins() -> None:
    """A participant's or the properties' own type is passed on as written."""
    form = _interaction(
        {
            "participants": [{**_PAIR, "type": "other"}],
            "channel": {"type": "sms", "properties": {"type": "mine", "x": 1}},
        }
    )
    assert form["Channel"]["participants"][0]["type"] == "other"
    assert form["Channel"]["properties"] == {"type": "mine", "x": 1}


@pytest.mark.parametrize("channel", ["chat", "web", "email", "messenger", "gbm"])
def test_only_telephone_channels_strip_addresses(channel: str) -> None:
    """An address of another channel is passed on untouched."""
    form = _interaction({}, channel)
    assert form["Channel"]["participants"][0]["address"] == "+1 311-555-2368"


def test_the_correlation_id_is_added_to_what_is_there() -> None:
    """Task and message attributes keep the author's own keys."""
    routing = {"properties": {"workspace_sid": "WS1", "attributes": {"customerName": "Ann"}}}
    form = _interaction({"routing": routing}, correlation="c0ffee")
    assert form["Routing"]["properties"]["attributes"] == {
        "customerName": "Ann",
        "flexplay": "c0ffee",
    }
    message = make_message({"message": {"body": "Hi", "attributes": {"a": 1}}}, "c0ffee")
    assert message == {"Body": "Hi", "Attributes": {"a": 1, "flexplay": "c0ffee"}}
    assert routing["properties"]["attributes"] == {"customerName": "Ann"}


def test_without_correlation_nothing_is_added() -> None:
    """The forms hold what the playbook says and no more."""
    routing = {"properties": {"workspace_sid": "WS1"}}
    assert _interaction({"routing": routing})["Routing"] == routing
    assert make_message({"message": {"body": "Hi"}}, "") == {"Body": "Hi"}


def test_the_two_ids_are_sent_only_where_they_are_given() -> None:
    """Their fields are named as Twilio names them."""
    form = _interaction({"interaction_context_sid": "HQ1", "webhook_ttid": "flex_1"})
    assert form["InteractionContextSid"] == "HQ1"
    assert form["WebhookTtid"] == "flex_1"
    assert _interaction({}).keys() == {"Channel"}


def test_every_key_of_a_message_has_its_field() -> None:
    """Field names are Twilio's; the template file has become a body before."""
    message = {
        "author": "a",
        "body": "b",
        "subject": "s",
        "content_sid": "HX1",
        "content_variables": {"1": "Ann"},
        "attributes": {},
    }
    assert list(make_message({"message": message}, "")) == [
        "Author",
        "Body",
        "Subject",
        "ContentSid",
        "ContentVariables",
        "Attributes",
    ]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_JSON)
def test_json_is_compact_and_says_the_same(value: Any) -> None:
    """Reading it back gives the value, and nothing was spent on spaces or escapes of letters."""
    text = write_json(value)
    assert json.loads(text) == value
    assert len(text) <= len(json.dumps(value, ensure_ascii=False))
    assert "\\u00e9" not in write_json("é")


def test_texts_are_sent_as_they_are_and_the_rest_as_json() -> None:
    """A body that looks like JSON is not quoted once more."""
    assert write_form({"Body": '{"a"}', "Attributes": {"é": 1}}) == (
        ("Body", '{"a"}'),
        ("Attributes", '{"é":1}'),
    )


@pytest.mark.parametrize(
    ("channel", "participants", "customer"),
    [
        ("sms", [_PAIR], Customer(address="+13115552368", proxy_address="+19255551234")),
        ("chat", [{"identity": "ann"}], Customer(identity="ann")),
        (
            "email",
            [
                {"level": "cc", "name": "B", "address": "b@example.org"},
                {"level": "to", "name": "A", "address": "a@example.org"},
            ],
            Customer(address="a@example.org"),
        ),
    ],
)
def test_the_customer_is_who_the_message_is_for(
    channel: str, participants: list[dict[str, str]], customer: Customer
) -> None:
    """The pair's or the identity's participant; of a mail, the first one with level to."""
    form = _interaction({"participants": participants}, channel)
    assert customer_of(form, CHANNELS[channel]) == customer
    assert customer.name in ("+13115552368", "ann", "a@example.org")
