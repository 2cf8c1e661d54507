"""What a plan is bound to: whatever it is made of, told by its name when it has changed."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runner.journal.key import JournalKey
from runner.model.playbook import DEFAULT_ENVIRONMENT, Policy
from runner.plan.pins import Inputs, Target, find_changes, pin
from runner.prepare import load_playbook

_KEY = JournalKey(b"k" * 32)
_PLAYBOOK = """\
version: 1
name: reminder
channel: { type: chat }
participants: [{ identity: "{{ recipient.id }}" }]
message: { author: Clinic, template: reminder.j2 }
recipients: { key: "{{ recipient.id }}" }
"""
_ROWS = "id,phone\n1,+13115552368\n"


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    """Return what a plan is made of: a playbook with a template and a part of it, and rows."""
    (tmp_path / "p.yaml").write_text(_PLAYBOOK, "utf-8")
    (tmp_path / "reminder.j2").write_text("Hi {% include 'part.j2' %}", "utf-8")
    (tmp_path / "part.j2").write_text("there", "utf-8")
    (tmp_path / "rows.csv").write_text(_ROWS, "utf-8")
    return Inputs(
        program="1.0",
        target=Target("twilio", "AC" + "0a" * 16),
        playbook=load_playbook(str(tmp_path / "p.yaml")),
        environment=DEFAULT_ENVIRONMENT,
        project_file="",
        variables={"week": 49},
        recipients=str(tmp_path / "rows.csv"),
        requests=(b"one request", b"another one"),
        rejected=1,
    )


def _edit(name: str, text: str) -> Callable[[Inputs, Path], Inputs]:
    def edit(inputs: Inputs, folder: Path) -> Inputs:
        (folder / name).write_text(text, "utf-8")
        return inputs

    return edit


def _set(**changes: Any) -> Callable[[Inputs, Path], Inputs]:
    return lambda inputs, _: replace(inputs, **changes)


def _changes() -> Iterator[tuple[str, Callable[[Inputs, Path], Inputs]]]:
    yield "file p.yaml", _edit("p.yaml", _PLAYBOOK + "# a comment\n")
    yield "file reminder.j2", _edit("reminder.j2", "Hello {% include 'part.j2' %}")
    yield "file part.j2", _edit("part.j2", "you")
    yield "recipients", _edit("rows.csv", _ROWS + "2,+13115552369\n")
    yield "flexplay", _set(program="1.1")
    yield "target", _set(target=Target("http://127.0.0.1:1", "AC" + "0a" * 16))
    yield "account", _set(target=Target("twilio", "AC" + "0b" * 16))
    yield "variables", _set(variables={"week": 50})
    yield "rejected rows", _set(rejected=2)
    yield "requests", _set(requests=(b"one request",))
    yield "requests", _set(requests=(b"another one", b"one request"))
    strict = replace(DEFAULT_ENVIRONMENT, policy=Policy(max_recipients=3))
    yield "settings of default", _set(environment=strict)


@pytest.mark.parametrize(("name", "change"), tuple(_changes()))
def test_whatever_changes_is_named(
    inputs: Inputs, tmp_path: Path, name: str, change: Callable[[Inputs, Path], Inputs]
) -> None:
    """And nothing else is."""
    planned = pin(inputs, _KEY)
    assert find_changes(planned, pin(inputs, _KEY)) == ()
    assert find_changes(planned, pin(change(inputs, tmp_path), _KEY)) == (name,)


def test_another_environment_is_named_with_its_settings(inputs: Inputs) -> None:
    """Both pins say which."""
    other = replace(inputs, environment=replace(DEFAULT_ENVIRONMENT, name="staging"))
    changed = find_changes(pin(inputs, _KEY), pin(other, _KEY))
    assert changed == ("environment", "settings of default", "settings of staging")


def test_that_requests_differ_is_said_where_nothing_else_explains_it(inputs: Inputs) -> None:
    """Else the reader looks for a second cause."""
    planned = pin(inputs, _KEY)
    both = replace(inputs, requests=(b"x",), variables={"week": 50})
    assert find_changes(planned, pin(both, _KEY)) == ("variables",)


def test_where_the_journal_is_makes_no_difference(inputs: Inputs) -> None:
    """It may be another path on the machine that applies the plan; its key says whether it fits."""
    elsewhere = replace(DEFAULT_ENVIRONMENT, journal="/srv/journal.db")
    other = pin(replace(inputs, environment=elsewhere), _KEY)
    assert find_changes(pin(inputs, _KEY), other) == ()


def test_another_checkout_agrees(
    inputs: Inputs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are named as they lie beside the project, not as this machine's folders are called."""
    planned = pin(inputs, _KEY)
    monkeypatch.chdir(tmp_path)
    here = replace(inputs, playbook=load_playbook("p.yaml"), recipients="rows.csv")
    assert find_changes(planned, pin(here, _KEY)) == ()
    assert str(tmp_path) not in repr(planned)


def test_nobody_can_be_guessed_from_a_pin(inputs: Inputs) -> None:
    """What is personal is digested with the journal's key, so another key gives another digest."""
    mine, other = pin(inputs, _KEY), pin(inputs, JournalKey(os.urandom(32)))
    changed = find_changes(mine, other)
    assert {"variables", "recipients"} <= set(changed)
    assert mine["requests"] != other["requests"]
