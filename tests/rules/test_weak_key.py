"""FP217, FP220, FP221: keys that cannot tell which messages have been sent."""

from typing import Any

import pytest

from runner.load.file import load_file
from runner.model.document import Document
from runner.model.playbook import Playbook
from runner.model.problem import Problem
from runner.rules.weak_key import check
from runner.validate.playbook import check_playbook

PLAYBOOK = """version: 1
name: reminder
channel: {{ type: {channel} }}
participants:
  - {participant}
message:
  author: Clinic
  body: Hello
recipients:
  key: {key}
"""
SMS = '{ address: "{{ recipient.phone }}", proxy_address: "{{ recipient.sender }}" }'
CHAT = '{ identity: "{{ recipient.user|lower }}" }'
WHATSAPP = '{ address: "whatsapp:{{ recipient.phone }}", proxy_address: "whatsapp:+19255551234" }'


def find(desk: Any, key: str, channel: str = "sms", participant: str = SMS) -> list[Problem]:
    """Return what the rule finds in a playbook with this key."""
    desk.write(PLAYBOOK.format(channel=channel, participant=participant, key=f'"{key}"'))
    document = load_file("playbook.yaml")
    assert isinstance(document, Document), document
    playbook = check_playbook(document)
    assert isinstance(playbook, Playbook), playbook
    return list(check(playbook))


@pytest.mark.parametrize(
    "key", ["reminder", "{{ vars.campaign }}", "{{ 'a' }}-{{ env }}", "{# recipient #}x"]
)
def test_a_key_that_is_the_same_for_all_is_refused(desk: Any, key: str) -> None:
    """A key without the recipient in it would let only one message out."""
    (problem,) = find(desk, key)
    assert problem.code == "FP220"
    assert desk.marked(problem.span) == f'"{key}"'


@pytest.mark.parametrize(
    "key", ["{{ recipient.id }}-{{ now.date() }}", "{{ now }}", "{{ recipient[now.day] }}"]
)
def test_a_key_of_the_time_is_refused_at_the_name(desk: Any, key: str) -> None:
    """The time makes every run's keys new; the carets stand under `now`."""
    (problem,) = find(desk, key)
    assert problem.code == "FP221"
    assert desk.marked(problem.span) == "now"


@pytest.mark.parametrize(
    ("key", "channel", "participant"),
    [
        ("{{ recipient.phone }}", "sms", SMS),
        ("order-{{ recipient.phone|trim }}", "sms", SMS),
        ("{{ recipient.id ~ recipient.phone }}", "sms", SMS),
        ("{{ recipient['phone'] }}", "whatsapp", WHATSAPP),
        ("{{ recipient.user }}", "chat", CHAT),
    ],
)
def test_a_key_that_shows_the_address_is_refused(
    desk: Any, key: str, channel: str, participant: str
) -> None:
    """The field that the participant's address is made of does not belong in a key."""
    (problem,) = find(desk, key, channel, participant)
    assert problem.code == "FP217"
    assert desk.marked(problem.span) == f'"{key}"'


@pytest.mark.parametrize(
    "key",
    [
        "{{ recipient.id }}",
        "{{ recipient.sender }}-{{ recipient.id }}",
        "{{ recipient.id }}-{{ recipient.phone[-2:] }}",
        "{{ recipient.phone|length }}",
        "{{ recipient|tojson|length }}",
        "{% include 'key.j2' %}",
        "{{ recipient.id if now is not defined else 1 }}",
        "{% set now = recipient.day %}{{ now }}",
    ],
)
def test_a_key_of_the_recipient_is_fine(desk: Any, key: str) -> None:
    """No false alarm: other fields, parts of the address, and names of the template's own."""
    desk.write("{{ recipient.id }}", "key.j2")
    assert find(desk, key) == []


def test_the_time_in_an_included_file_is_found(desk: Any) -> None:
    """A file that the key includes is part of the key."""
    desk.write("{{ recipient.id }} {{ now }}", "key.j2")
    (problem,) = find(desk, "{% include 'key.j2' %}")
    assert (problem.code, problem.span.file) == ("FP221", "key.j2")


def test_a_playbook_without_recipients_has_no_key(desk: Any) -> None:
    """One message to one person needs no key of its own."""
    desk.write(PLAYBOOK.split("recipients:", maxsplit=1)[0].format(channel="sms", participant=SMS))
    document = load_file("playbook.yaml")
    assert isinstance(document, Document)
    playbook = check_playbook(document)
    assert isinstance(playbook, Playbook)
    assert list(check(playbook)) == []
