"""FP208: what is declared and never used."""

from typing import Any

import pytest

from runner.load.file import load_file
from runner.model.document import Document
from runner.model.playbook import Playbook
from runner.model.problem import Problem, Severity
from runner.rules.unused_field import check
from runner.validate.playbook import check_playbook

PLAYBOOK = """version: 1
name: reminder
channel: {{ type: sms }}
participants:
  - address: "{{{{ recipient.phone }}}}"
    proxy_address: "+19255551234"
message:
  author: Clinic
  body: {body}
recipients:
  key: "{{{{ recipient.id }}}}"
  schema:
    required: [agreed]
    properties: {{ id: {{}}, phone: {{}}, room: {{}}, agreed: {{}} }}
vars:
  city: Springfield
"""


def find(desk: Any, body: str) -> list[Problem]:
    """Return what the rule finds in a playbook with this body."""
    desk.write(PLAYBOOK.format(body=f'"{body}"'))
    document = load_file("playbook.yaml")
    assert isinstance(document, Document), document
    playbook = check_playbook(document)
    assert isinstance(playbook, Playbook), playbook
    return list(check(playbook))


def test_what_nothing_uses_is_shown_at_its_name(desk: Any) -> None:
    """A variable is worth a warning, a field a word; a required field is somebody's promise."""
    variable, field = find(desk, "Hello")
    assert (variable.code, variable.severity) == ("FP208", Severity.WARNING)
    assert (field.code, field.severity) == ("FP208", Severity.INFO)
    assert [desk.marked(each.span) for each in (variable, field)] == ["city", "room"]


@pytest.mark.parametrize(
    "body",
    [
        "{{ vars.city }} {{ recipient.room }}",
        "{{ vars['city'] }} {{ recipient.get('room') }}",
        "{{ vars.city|default('') }}{% if recipient.room is defined %}x{% endif %}",
        "{{ vars[recipient.id] }} {{ recipient[vars.city] }}",
        "{{ vars|tojson }} {{ recipient|tojson }}",
        "{% macro m(a, b) %}{% endmacro %}{{ m(vars, recipient) }}",
        "{% set v = vars %}{% for k in recipient %}{{ k }}{% endfor %}",
        "{% include 'uses.j2' %}",
        "{% include recipient.id %}",
    ],
)
def test_what_is_or_may_be_used_is_not_shown(desk: Any, body: str) -> None:
    """Who takes the whole mapping, or a name that is worked out, may use everything."""
    desk.write("{{ vars.city }}{{ recipient.room }}", "uses.j2")
    assert find(desk, body) == []


def test_a_file_without_use_changes_nothing(desk: Any) -> None:
    """An included file that uses neither leaves both unused."""
    desk.write("Hello", "uses.j2")
    assert len(find(desk, "{% include 'uses.j2' %}")) == 2
