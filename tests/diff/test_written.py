"""Settings and identity are compared as they are written."""

import pytest

from runner.diff.result import Setting
from runner.diff.written import (
    compare_playbooks,
    compare_projects,
    playbook_alarms,
    project_alarms,
)
from runner.load.file import load_text
from runner.model.document import Document
from runner.model.playbook import Playbook
from runner.validate.playbook import check_playbook

_PLAYBOOK = """\
version: 1
name: reminder
channel: { type: sms }
participants: [{ address: "{{ recipient.phone }}", proxy_address: "+19255550100" }]
message: { author: Clinic, body: Hi }
"""
_KEYED = _PLAYBOOK + 'recipients: { key: "{{ recipient.id }}" }\n'


def _daily(timezone: str) -> str:
    settings = f"period: day, timezone: {timezone}"
    return _KEYED.replace("recipients: {", f"recipients: {{ {settings},")


def _playbook(text: str) -> Playbook:
    document = load_text("p.yaml", text.encode())
    assert isinstance(document, Document), document
    playbook = check_playbook(document)
    assert isinstance(playbook, Playbook), playbook
    return playbook


def _settings(before: str, after: str, *, rendered: bool = True) -> list[tuple[object, ...]]:
    found = compare_playbooks(_playbook(before), _playbook(after), rendered=rendered)
    return [(each.path, each.before, each.after) for each in found]


def _project(text: str) -> Document | None:
    document = load_text("flexplay.yaml", text.encode()) if text else None
    assert not isinstance(document, tuple), document
    return document


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("delivery: { rate: 10/s }", "delivery: { rate: 5/s }", ("delivery.rate", "10/s", "5/s")),
        ("", "delivery: { timeout: 5s }", ("delivery.timeout", None, "5s")),
        (
            'delivery: { window: { from: "09:00", to: "20:00", days: [mon, tue] } }',
            'delivery: { window: { from: "09:00", to: "20:00", days: [mon] } }',
            ("delivery.window.days", '["mon", "tue"]', '["mon"]'),
        ),
    ],
)
def test_a_setting_is_told_with_its_path(
    before: str, after: str, expected: tuple[str, str | None, str | None]
) -> None:
    """As it is written on both sides; a list is one value."""
    assert _settings(_PLAYBOOK + before, _PLAYBOOK + after) == [expected]


def test_two_ways_to_write_one_setting_are_the_same() -> None:
    """60s is 1min, and a default is what is left out."""
    before = _PLAYBOOK + "delivery: { timeout: 60s }"
    after = _PLAYBOOK + "delivery: { timeout: 1min, on_open_conversation: hold }"
    assert _settings(before, after) == []


def test_a_template_is_told_where_nothing_was_rendered() -> None:
    """Without samples the texts are compared as they are written."""
    after = _KEYED.replace("body: Hi", "body: Hello")
    assert _settings(_KEYED, after) == []
    assert _settings(_KEYED, after, rendered=False) == [("message.body", "Hi", "Hello")]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (_KEYED, _KEYED.replace("name: reminder", "name: notice"), "name"),
        (_PLAYBOOK, _KEYED, "key"),
        (_KEYED, _daily("Europe/Berlin"), "period"),
        (_daily("Europe/Berlin"), _daily("Asia/Tokyo"), "period"),
        (_KEYED, _KEYED.replace("body: Hi", "body: Hello"), ""),
    ],
)
def test_what_makes_every_message_a_new_one_raises_the_alarm(
    before: str, after: str, kind: str
) -> None:
    """The name and the key with its period are a message's identity; its text is not."""
    alarms = playbook_alarms(_playbook(before), _playbook(after))
    assert [alarm.kind for alarm in alarms] == ([kind] if kind else [])
    assert all("MESSAGED AGAIN" in alarm.headline for alarm in alarms)


_ENVIRONMENT = "environments: { production: { vars: { a: b }, live: true } }"
_ACCOUNT = "AC0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("before", "after", "kinds", "paths"),
    [
        (_ENVIRONMENT, _ENVIRONMENT.replace("a: b", "a: c"), [], []),
        ("", _ENVIRONMENT, ["live"], ["production.live"]),
        (_ENVIRONMENT.replace("true", "false"), _ENVIRONMENT, ["live"], ["production.live"]),
        (
            _ENVIRONMENT,
            _ENVIRONMENT.replace("live", "journal: other.db, live"),
            ["journal"],
            ["production.journal"],
        ),
        (
            _ENVIRONMENT.replace("live", f"account_sid: {_ACCOUNT}, live"),
            _ENVIRONMENT.replace("live", f"account_sid: {_ACCOUNT[:-1]}0, live"),
            ["account"],
            ["production.account_sid"],
        ),
        (
            _ENVIRONMENT,
            _ENVIRONMENT.replace("live", f"account_sid: {_ACCOUNT}, live"),
            [],
            ["production.account_sid"],
        ),
        (
            _ENVIRONMENT,
            _ENVIRONMENT.replace("live", "policy: { max_recipients: 5 }, live"),
            [],
            ["production.policy.max_recipients"],
        ),
    ],
)
def test_an_environment_is_compared_but_for_its_variables(
    before: str, after: str, kinds: list[str], paths: list[str]
) -> None:
    """Whom it reaches, and what it remembers of them, raises the alarm."""
    old, new = _project(before), _project(after)
    assert [alarm.kind for alarm in project_alarms(old, new)] == kinds
    assert [setting.path for setting in compare_projects(old, new)] == paths
    assert compare_projects(old, new, ("staging",)) == ()


def test_an_environment_that_goes_is_told() -> None:
    """All that it had is gone."""
    gone = compare_projects(_project(_ENVIRONMENT), _project("environments: { staging: {} }"))
    assert set(gone) == {
        Setting("production.live", "true", None),
        Setting("staging", None, "{}"),
    }
