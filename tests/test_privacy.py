"""No command writes down who the recipients are, what they are told, or the credentials."""

import json
import re
import stat
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from runner.cli.app import COMMANDS
from runner.sandbox import mishaps

Flexplay = Callable[..., Any]
TOKEN = "quince-token-7f3a"
MARKS = {
    "number": re.compile(r"30[\s-]?98[\s-]?76[\s-]?54"),
    "name": re.compile("Zwetschgenbaum"),
    "text": re.compile("Kumquat"),
    "e-mail": re.compile("persimmon@"),
    "token": re.compile(TOKEN),
}
_PLAYBOOK = """version: 1
name: reminder
channel:
  type: sms
participants:
  - address: "{{ recipient.phone }}"
    proxy_address: "+19255551234"
routing:
  properties:
    workspace_sid: WS0a1b2c3d4e5f60718293a4b5c6d7e8f9
    workflow_sid: WW0a1b2c3d4e5f60718293a4b5c6d7e8f9
    queue_sid: WQ0a1b2c3d4e5f60718293a4b5c6d7e8f9
    worker_sid: WK0a1b2c3d4e5f60718293a4b5c6d7e8f9
message:
  author: Clinic
  body: Dear {{ recipient.name }}, about {{ recipient.topic }}.
recipients:
  key: "{{ recipient.id }}"
  schema:
    type: object
    required: [id, name, phone, topic]
    properties:
      phone: { type: string, format: phone }
samples:
  - { id: "1", name: Ann, phone: "+13115552368", topic: tomorrow }
"""
_TESTS = "tests: [{ name: passes }, { name: fails, expect: { body: Dear Bob } }]\n"
_NOW = datetime.now(UTC)
_CLOSED = f"""delivery:
  window:
    from: "{_NOW + timedelta(hours=2):%H:%M}"
    to: "{_NOW + timedelta(hours=4):%H:%M}"
    timezone: UTC
"""
_HEADER = "id,name,phone,topic,email\n"
_GOOD = (
    "1,Zwetschgenbaum,+4930987654,Kumquat,persimmon@example.org\n"
    "2,Zwetschgenbaum,+49309876541,Kumquat,persimmon@example.org\n"
)
_BAD = (
    "3,Zwetschgenbaum,30987654,Kumquat,persimmon@example.org\n"
    "1,Zwetschgenbaum,+4930987654,Kumquat,persimmon@example.org\n"
    "4,Zwetschgenbaum,+4930987654,Kumquat\n"
)
_ENVIRONMENT = "environments: { production: { live: true, policy: { per_recipient: 5/1d } } }\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, credentials: str) -> Path:
    """Return a folder with marked recipients, which is the current one."""
    del credentials
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FLEXPLAY_LOG", str(tmp_path / "flexplay.log"))
    (folder / "playbook.yaml").write_text(_PLAYBOOK.replace("Dear", "Hello"), "utf-8")
    _commit("playbook.yaml")
    (folder / "playbook.yaml").write_text(_PLAYBOOK, "utf-8")
    held = _PLAYBOOK.replace("name: reminder", "name: held") + _CLOSED
    (folder / "held.yaml").write_text(held, "utf-8")
    (folder / "flexplay.yaml").write_text(_ENVIRONMENT, "utf-8")
    (folder / "playbook.test.yaml").write_text(_TESTS, "utf-8")
    (folder / "sends").mkdir()
    for rows in ("good", "bad"):
        wish = f"version: 1\nplaybook: ../playbook.yaml\nrecipients: {{ file: ../{rows}.csv }}\n"
        (folder / "sends" / f"{rows}.yaml").write_text(wish, "utf-8")
    (folder / "good.csv").write_text(_HEADER + _GOOD, "utf-8")
    (folder / "bad.csv").write_text(_HEADER + _GOOD + _BAD, "utf-8")
    return folder


def _commit(file: str) -> None:
    """Keep a file as it is, as the commit that others are compared with."""
    for words in (("init", "-q"), ("add", file), ("commit", "-q", "-m", "before")):
        subprocess.run(("git", "-c", "user.name=a", "-c", "user.email=a@b", *words), check=True)


def _found(text: str, *allowed: str) -> list[str]:
    """Return the marks that a text shows, with what stands around them."""
    return [
        f"{name}: …{text[max(hit.start() - 60, 0) : hit.end() + 20]}…"
        for name, mark in MARKS.items()
        if name not in allowed
        for hit in [mark.search(text)]
        if hit
    ]


Steps = Iterator[tuple[str, ...]]


def _validate(_: str) -> Steps:
    for style in ("text", "json", "jsonl", "github", "gitlab", "sarif", "junit"):
        yield ("--format", style, "playbook.yaml")


def _preview(_: str) -> Steps:
    yield ("playbook.yaml", "-r", "good.csv")
    yield ("playbook.yaml", "-r", "bad.csv", "--requests")
    yield ("playbook.yaml", "-r", "good.csv", "--html", "preview.html")
    typed = ("--set", "id=7", "--set", "name=Zwetschgenbaum", "--set", "phone=+4930987654")
    yield ("playbook.yaml", *typed, "--set", "topic=Kumquat", "--requests")


def _test(_: str) -> Steps:
    for style in ("text", "json", "junit"):
        yield ("--coverage", "--format", style)


def _diff(_: str) -> Steps:
    for style in ("text", "markdown", "json"):
        comparing = ("playbook.yaml", "--base", "HEAD", "-r", "good.csv")
        yield (*comparing, "--format", style)


def _plan(url: str) -> Steps:
    planning = ("playbook.yaml", "--base-url", url, "--new-journal")
    for style in ("text", "markdown", "json", "jsonl"):
        for rows in ("good.csv", "bad.csv"):
            yield (*planning, "-r", rows, "-o", f"{rows}.json", "--format", style)
    yield (*planning, "-r", "good.csv", "--offline", "--explain-vars")


def _review(url: str) -> Steps:
    for style in ("text", "markdown", "json"):
        yield ("--base", "HEAD", "--base-url", url, "--format", style)
    yield ("--base", "HEAD", "--base-url", url, "-o", "plans")


def _apply(url: str) -> Steps:
    yield ("bad.csv.json", "--base-url", url, "--limit", "1", "--format", "jsonl")


def _run(url: str) -> Steps:
    sending = ("--base-url", url, "--yes", "--new-journal")
    for style in ("text", "json", "jsonl"):
        yield ("playbook.yaml", "-r", "bad.csv", *sending, "--format", style)
    skipping = ("--skip-rejected", "--limit", "1")
    yield ("playbook.yaml", "-r", "bad.csv", *sending, *skipping, "--format", "jsonl")
    for style in ("text", "json", "jsonl"):
        yield ("playbook.yaml", "-r", "good.csv", *sending, "--format", style)
    redirect = ("--redirect-to", "+49309876549")
    yield ("playbook.yaml", "-r", "good.csv", *sending, *redirect)
    yield ("playbook.yaml", "-r", "good.csv", *sending, "--at", "2026-01-31T09:00:00Z")
    yield ("playbook.yaml", "-r", "nowhere.csv", *sending)
    for style in ("text", "json", "jsonl"):
        yield ("held.yaml", "-r", "good.csv", *sending, "--dry-run", "--format", style)
        yield ("held.yaml", "-r", "good.csv", *sending, "--format", style)


def _resume(_: str) -> Steps:
    for style in ("text", "json", "jsonl"):
        resend = ("--resend", "2", "--reason", "asked for", "--yes")
        yield ("-r", "good.csv", *resend, "--format", style)


def _status(_: str) -> Steps:
    for style in ("text", "json"):
        yield ("--format", style)
        yield ("--refresh", "--format", style)


def _why(_: str) -> Steps:
    for style in ("text", "json"):
        yield ("+4930987654", "--format", style)
        yield ("2", "--format", style)


def _suppress(_: str) -> Steps:
    yield ("add", "+4930987654", "--reason", "by phone")
    yield ("list",)
    yield ("export",)
    yield ("import", "good.csv")
    yield ("remove", "+49 30 98 76 54")


def _journal(_: str) -> Steps:
    yield ("check",)
    yield ("migrate",)


def _stop(_: str) -> Steps:
    yield ()


_MEETING: dict[str, Callable[[str], Steps]] = {
    "validate": _validate,
    "preview": _preview,
    "test": _test,
    "diff": _diff,
    "plan": _plan,
    "apply": _apply,
    "review": _review,
    "run": _run,
    "resume": _resume,
    "status": _status,
    "why": _why,
    "suppress": _suppress,
    "journal": _journal,
    "stop": _stop,
}
"""The commands that meet recipients: each yields what is typed after it, run in this order."""
_MEETING_NOBODY = {
    "sandbox": "it plays Twilio",
    "explain": "it prints a page",
    "schema": "it prints a schema",
}


def test_every_command_has_been_thought_of() -> None:
    """A new command is run here, on marked recipients, or says why it meets none."""
    assert set(_MEETING) | set(_MEETING_NOBODY) == set(COMMANDS)
    assert not set(_MEETING) & set(_MEETING_NOBODY)


def _commands(url: str) -> Steps:
    """Yield every command that meets recipients, in all its formats, one after the other."""
    for name, steps in _MEETING.items():
        for arguments in steps(url):
            yield (name, *arguments)
    yield ("run", "playbook.yaml", "-r", "good.csv", "--base-url", url, "--yes")


def _shows(flexplay: Flexplay, arguments: tuple[str, ...]) -> list[str]:
    ran = flexplay(*arguments)
    assert ran.code != 70, ran.err
    return [f"{' '.join(arguments)}: {hit}" for hit in _found(ran.out + ran.err)]


def test_no_command_prints_a_recipient(flexplay: Flexplay, sandbox: Any, desk: Path) -> None:
    """Neither stdout nor stderr, in any format, of what is sent, rejected, held or found."""
    del desk
    assert [hit for each in _commands(sandbox.url) for hit in _shows(flexplay, each)] == []


def test_no_comparison_prints_a_recipient(
    flexplay: Flexplay, repository: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before or after, whatever changes: text, key, address, sender, routing, who is rejected."""
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    repository.commit(playbook_yaml=_PLAYBOOK, flexplay_yaml=_ENVIRONMENT)
    repository.write("good.csv", _HEADER + _GOOD)
    repository.write("bad.csv", _HEADER + _GOOD + _BAD)
    edits = (
        ("Dear {{ recipient.name }}", "Dear {{ recipient.name | upper }}"),
        ("about {{ recipient.topic }}", "on {{ recipient.topic[:9] ~ '!' }}"),
        ("{{ recipient.id }}", "{{ recipient.id }}0"),
        ('"{{ recipient.phone }}"', '\'{{ recipient.phone | replace("+", "+1") }}\''),
        ("required: [id, name, phone, topic]", "required: [id, name, phone, topic, nowhere]"),
        ("workflow_sid: ", "attributes: { who: '{{ recipient }}' }\n    workflow_sid: "),
        (
            "message:\n",
            "message:\n  attributes: { '{{ 1 }}': '{{ recipient.values() | list }}' }\n",
        ),
    )
    for old, new in edits:
        assert old in _PLAYBOOK
        repository.write("playbook.yaml", _PLAYBOOK.replace(old, new))
        for file in ("good.csv", "bad.csv"):
            for style in ("text", "markdown", "json"):
                words = ("diff", "--base", "main", "-r", file, "--format", style)
                assert _shows(flexplay, words) == []


def test_a_refusal_of_twilios_prints_no_recipient(
    flexplay: Flexplay, sandbox: Any, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twilio repeats what it was sent in its messages; we do not."""
    del desk
    monkeypatch.setitem(mishaps._WORDS, 400, "Invalid: +4930987654, +49 30 98 76 54")
    rule = {"fault": "error_before", "on": "create_message", "status": 400, "code": 21211}
    assert httpx.post(f"{sandbox.url}/_sandbox/faults", json=[rule]).status_code < 300
    sending = ("-r", "good.csv", "--base-url", sandbox.url, "--yes", "--new-journal")
    for arguments in (
        ("run", "playbook.yaml", *sending),
        ("status", "--format", "json"),
        ("why", "1"),
    ):
        ran = flexplay(*arguments)
        assert _found(ran.out + ran.err) == []
        assert "21211" in ran.out or arguments[0] == "status"


def test_no_file_keeps_a_recipient(
    flexplay: Flexplay, sandbox: Any, desk: Path, tmp_path: Path
) -> None:
    """The journal and everything else that is written; the rejects file is there to be mended."""
    inputs = {path for path in desk.rglob("*") if path.is_file()}
    for arguments in _commands(sandbox.url):
        flexplay(*arguments)
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path not in inputs]
    assert any(path.suffix == ".db" for path in written)
    log = (tmp_path / "flexplay.log").read_text("utf-8")
    assert {json.loads(line)["event"] for line in log.splitlines()} >= {"request", "delivery"}
    shown = {desk / "preview.html"}  # made to be looked at, by its owner alone
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in shown)
    leaks = {
        path.name: _found(path.read_bytes().decode("latin-1"))
        for path in written
        if not path.name.endswith((".rejects.csv", ".rejects.jsonl")) and path not in shown
    }
    assert {name: found for name, found in leaks.items() if found} == {}
    rejects = (desk / "bad.rejects.csv").read_text("utf-8")
    assert _found(rejects, "number", "name", "text", "e-mail") == []


def test_a_dry_run_shows_the_requests_and_no_credentials(
    flexplay: Flexplay, sandbox: Any, desk: Path
) -> None:
    """Its purpose is to show exactly what would be sent, so only the token must not be there."""
    del desk
    for style in ("text", "json", "jsonl"):
        ran = flexplay(
            "run", "playbook.yaml", "-r", "good.csv", "--dry-run", "--base-url", sandbox.url,
            "--format", style,
        )  # fmt: skip
        assert _found(ran.out + ran.err, "number", "name", "text", "e-mail") == []
        assert MARKS["text"].search(ran.out)
