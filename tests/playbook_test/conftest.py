"""A folder with a playbook of two languages, a project of two environments, and tests of them."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from runner.model.playbook_test import SuiteResult
from runner.playbook_test.run_suite import run_suite

PLAYBOOK = """\
version: 1
name: reminder
channel: { type: sms }
participants: [{ address: "{{ recipient.phone }}", proxy_address: "{{ vars.sender }}" }]
routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    workflow_sid: WW0123456789abcdef0123456789abcdef
    queue_sid: WQ0123456789abcdef0123456789abcdef
    worker_sid: WK0123456789abcdef0123456789abcdef
    priority: 1
    attributes: { customerName: "{{ recipient.name }}", "a.b": "x" }
message:
  author: Clinic in {{ env }}
  body: |
    {% include "hi." ~ recipient.lang ~ ".j2" %}
recipients:
  key: "{{ recipient.id }}"
  schema:
    type: object
    required: [id, name, phone, lang]
    properties: { phone: { type: string, format: phone }, room: { type: string } }
samples:
  - { id: A-1, name: Ann, phone: "+13115552368", lang: en, timezone: America/New_York }
  - { id: B-1, name: Bob, phone: "+13115552368", lang: de, timezone: Europe/Berlin }
delivery:
  window: { from: "09:00", to: "18:00" }
vars: { sender: "+19255551234" }
"""
PROJECT = """\
environments:
  staging: {}
  production: { live: true, vars: { sender: "+19255559999" } }
"""
EN = """\
Hi {{ recipient.name }},
{% if recipient.room is defined %}room {{ recipient.room }}
{% endif %}bye
"""
DE = "Hallo {{ recipient.name }}{% if vars.mark is defined %}!{% endif %}"

_STAGING = "environment: staging\n"

Run: TypeAlias = Callable[..., SuiteResult]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder that has all of it but the tests."""
    monkeypatch.chdir(tmp_path)
    files = {"p.yaml": PLAYBOOK, "flexplay.yaml": PROJECT, "hi.en.j2": EN, "hi.de.j2": DE}
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """Return a function that runs the tests of a text; staging unless it says otherwise."""

    def run_text(
        tests: str, name: str = "p.test.yaml", top: str = "environment: staging\n"
    ) -> SuiteResult:
        (folder / name).write_text(top + tests, "utf-8")
        return run_suite(name)

    return run_text


@pytest.fixture
def said(run: Run) -> Callable[..., list[str]]:
    """Return a function that runs tests and returns what is said, each with its line and code."""

    def say(tests: str, **named: str) -> list[str]:
        result = run(tests, **named)
        found = [each.problem for case in result.results for each in case.mismatches]
        return [
            f"{problem.span.line} {problem.code} {problem.message}"
            for problem in (*result.problems, *found)
        ]

    return say
