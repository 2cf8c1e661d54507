"""`flexplay run`, whole, against the sandbox."""

import json
import os
import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

_ROOT = Path(__file__).parent.parent.parent
_PLAYBOOKS = _ROOT / "playbooks"
_ONE = {
    "chat-follow-up.yaml": {"ticket": "1", "name": "Ann", "customer": "customer-1"},
    "click-to-email.yaml": {"ticket": "1", "name": "Ann", "email": "ann@example.org"},
    "click-to-sms.yaml": {"ticket": "1", "name": "Ann", "phone": "+13115550141"},
    "messenger-answer.yaml": {"ticket": "1", "name": "Ann", "customer": "2420000000000001"},
    "business-messages.yaml": {"ticket": "1", "name": "Ann", "customer": "conversation-1"},
    "web-callback.toml": {"request": "1", "name": "Ann", "visitor": "visitor-1"},
}
Flexplay = Callable[..., Any]


def _examples() -> list[Path]:
    found = [*_PLAYBOOKS.glob("*.yaml"), *_PLAYBOOKS.glob("*.toml")]
    others = ("flexplay.yaml", ".test.yaml", ".test.toml")
    return sorted(path for path in found if not path.name.endswith(others))


def _ledger(url: str) -> Any:
    return httpx.get(f"{url}/_sandbox/ledger").json()


@pytest.mark.parametrize("playbook", _examples(), ids=lambda path: path.name)
def test_every_example_runs_in_the_sandbox(flexplay: Flexplay, playbook: Path) -> None:
    """Each playbook of the repository is sent to everyone it names, for all seven channels."""
    fields = _ONE.get(playbook.name, {})
    chosen = [word for name, value in fields.items() for word in ("--set", f"{name}={value}")]
    ran = flexplay("run", playbook, "--sandbox", "--format", "json", *chosen)
    assert ran.code == 0, ran.err
    counts = json.loads(ran.out)["counts"]
    assert counts["sent"] == counts["planned"] >= 1


def test_the_examples_cover_every_channel() -> None:
    """There is an example for each of the seven channel types, and one of them is TOML."""
    types = {
        found[1]
        for path in _examples()
        if (found := re.search(r"type(?:: | = \")(\w+)", path.read_text("utf-8")))
    }
    assert types == {"sms", "whatsapp", "chat", "web", "email", "messenger", "gbm"}
    assert any(path.suffix == ".toml" for path in _examples())


@pytest.mark.usefixtures("credentials")
def test_one_interaction_and_one_message_each(flexplay: Flexplay, sandbox: Any) -> None:
    """N recipients: N interactions, N messages, each in its interaction's conversation."""
    ran = flexplay(
        "run", _PLAYBOOKS / "appointment-reminder.yaml", "--base-url", sandbox.url,
        "--yes", "--new-journal",
        "--format", "jsonl",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    *lines, summary = [json.loads(line) for line in ran.out.splitlines()]
    assert summary["counts"]["sent"] == 5
    ledger = _ledger(sandbox.url)
    posts = Counter(
        "interaction" if request["path"] == "/v1/Interactions" else "message"
        for request in ledger["requests"]
        if request["method"] == "POST"
    )
    assert posts == {"interaction": 5, "message": 5}
    stored = {each["sid"]: each for each in ledger["conversations"]}
    people = []
    for line in lines:
        conversation = stored[line["conversation_sid"]]
        assert [message["sid"] for message in conversation["messages"]] == [line["message_sid"]]
        people += [
            participant["messaging_binding"]["address"]
            for participant in conversation["participants"]
            if participant.get("messaging_binding")
        ]
    assert sorted(people) == [f"+1311555014{number}" for number in range(1, 6)]


@pytest.mark.usefixtures("credentials")
def test_addresses_are_masked_in_the_report(flexplay: Flexplay, sandbox: Any) -> None:
    """No format of a real run prints a recipient's address."""
    for style in ("text", "json", "jsonl"):
        ran = flexplay(
            "run", _PLAYBOOKS / "appointment-reminder.yaml", "--base-url", sandbox.url,
        "--yes", "--new-journal",
            "--format", style,
        )  # fmt: skip
        assert "5550141" not in ran.out + ran.err


def test_the_dry_run_needs_nothing(flexplay: Flexplay, monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials, no connection: and the exact requests, reads included."""

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    ran = flexplay("run", _PLAYBOOKS / "appointment-reminder.yaml", "--dry-run", "--format", "json")
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    assert document["deliveries"][0]["key"] == "A-2291"
    first = document["deliveries"][0]
    assert [request["method"] for request in first["requests"]] == ["GET", "POST", "GET", "POST"]
    assert first["assumed"] == ["CH" + "0" * 32]
    assert first["row"].endswith("patients.csv:2")
    assert "Authorization" not in ran.out
    assert "AC" + "0" * 32 in ran.err


@pytest.mark.usefixtures("credentials")
def test_the_dry_run_is_the_run(flexplay: Flexplay, sandbox: Any) -> None:
    """What the sandbox gets is, form for form, what the dry run showed."""
    arguments = ("run", _PLAYBOOKS / "appointment-reminder.yaml", "--base-url", sandbox.url)
    shown = json.loads(flexplay(*arguments, "--dry-run", "--format", "json").out)
    assert flexplay(*arguments, "--yes", "--new-journal").code == 0
    wanted = [
        request["form"]
        for each in shown["deliveries"]
        for request in each["requests"]
        if request["method"] == "POST"
    ]
    got = [dict(request["form"]) for request in _ledger(sandbox.url)["requests"] if request["form"]]
    key = json.dumps
    assert sorted(map(key, got)) == sorted(map(key, wanted))


def test_text_lays_the_json_out(flexplay: Flexplay) -> None:
    """The dry run's text shows method, URL, every field, and the JSON inside with indentation."""
    ran = flexplay("run", _PLAYBOOKS / "appointment-reminder.yaml", "--dry-run", "--limit", "1")
    assert "1 of 5  key A-2291" in ran.out
    assert '"customerName": "Ann"' in ran.out
    assert "Hi Ann, see you Monday at 9:30." in ran.out
    assert "Nothing was sent." in ran.err


def test_missing_credentials_are_named(flexplay: Flexplay) -> None:
    """Exit 6, naming the variables, before anything is sent."""
    ran = flexplay(
        "run", _PLAYBOOKS / "click-to-sms.yaml", "--set", "ticket=1", "--yes", "--new-journal"
    )
    assert ran.code == 6
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_API_KEY", "TWILIO_API_SECRET", "TWILIO_AUTH_TOKEN"):
        assert name in ran.err


@pytest.mark.usefixtures("credentials")
def test_placeholders_are_refused_in_a_live_run(flexplay: Flexplay, sandbox: Any) -> None:
    """The document's WSXXXX… are findings, and nothing is sent."""
    ran = flexplay(
        "run", _PLAYBOOKS / "outbound-sms.yaml", "--base-url", sandbox.url, "--yes", "--new-journal"
    )
    assert ran.code == 1
    assert "error FP402" in ran.err
    assert _ledger(sandbox.url)["requests"] == []


@pytest.mark.usefixtures("credentials")
def test_an_unreachable_server_sends_nothing(
    flexplay: Flexplay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 6 with everyone pending, when nobody listens."""
    monkeypatch.setattr("runner.delivery.retry._BASE", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    ran = flexplay(
        "run", _PLAYBOOKS / "appointment-reminder.yaml", "--base-url", f"http://127.0.0.1:{port}",
        "--yes", "--new-journal", "--format", "json",
    )  # fmt: skip
    document = json.loads(ran.out)
    assert (ran.code, document["exit_code"]) == (6, 6)
    assert document["counts"]["pending"] == 5
    assert "connect" in document["stopped"]


@pytest.mark.usefixtures("credentials")
def test_without_a_terminal_yes_is_needed(flexplay: Flexplay, sandbox: Any) -> None:
    """Nobody is asked, nobody is messaged."""
    ran = flexplay("run", _PLAYBOOKS / "appointment-reminder.yaml", "--base-url", sandbox.url)
    assert ran.code == 2
    assert "--yes" in ran.err
    assert _ledger(sandbox.url)["requests"] == []


@pytest.mark.usefixtures("credentials")
def test_more_people_than_expected_are_refused(flexplay: Flexplay, sandbox: Any) -> None:
    """`--expect` is a ceiling."""
    arguments = (
        "run",
        _PLAYBOOKS / "appointment-reminder.yaml",
        "--base-url",
        sandbox.url,
        "--yes",
        "--new-journal",
    )
    assert flexplay(*arguments, "--expect", "4").code == 4
    assert _ledger(sandbox.url)["requests"] == []
    assert flexplay(*arguments, "--expect", "5").code == 0


@pytest.mark.usefixtures("credentials")
def test_limit_leaves_the_rest_pending(flexplay: Flexplay, sandbox: Any) -> None:
    """`--limit 2` sends to two; the others are counted."""
    ran = flexplay(
        "run", _PLAYBOOKS / "appointment-reminder.yaml", "--base-url", sandbox.url,
        "--yes", "--new-journal",
        "--limit", "2", "--format", "json",
    )  # fmt: skip
    counts = json.loads(ran.out)["counts"]
    assert (counts["planned"], counts["sent"], counts["pending"]) == (5, 2, 3)


def _broken_csv(tmp_path: Path) -> Path:
    file = tmp_path / "patients.csv"
    file.write_text(
        "appointment_id,name,phone,day,time\n"
        "1,Ann,+13115550141,Mon,9:30\n"
        "2,Ben,12,Mon,9:45\n"
        "3,Cy,+13115550143,Mon\n"
        "1,Dee,+13115550144,Mon,10:15\n",
        "utf-8",
    )
    return file


@pytest.mark.usefixtures("credentials")
def test_rejected_rows_send_nothing(
    flexplay: Flexplay, sandbox: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One bad row: exit 1, nothing sent, and the rejects file has the rows and the reasons."""
    file = _broken_csv(tmp_path)
    monkeypatch.chdir(tmp_path)
    ran = flexplay(
        "run", _PLAYBOOKS / "appointment-reminder.yaml", "-r", file, "--base-url", sandbox.url,
        "--yes", "--new-journal",
    )  # fmt: skip
    assert ran.code == 1
    assert f"{file}:3:7: error FP106" in ran.err
    assert f"{file}:4:1: error FP212" in ran.err
    assert f"{file}:5:1: error FP225" in ran.err
    assert _ledger(sandbox.url)["requests"] == []
    rejects = (tmp_path / "patients.rejects.csv").read_text("utf-8").splitlines()
    assert rejects[0] == "appointment_id,name,phone,day,time,flexplay_code,flexplay_reason"
    assert [line.split(",")[0] for line in rejects[1:]] == ["2", "3", "1"]
    assert (tmp_path / "patients.rejects.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("credentials")
def test_skip_rejected_sends_the_others(
    flexplay: Flexplay, sandbox: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The good rows are sent, the others are counted, and the exit code says so."""
    monkeypatch.chdir(tmp_path)
    ran = flexplay(
        "run", _PLAYBOOKS / "appointment-reminder.yaml", "-r", _broken_csv(tmp_path),
        "--base-url", sandbox.url, "--yes", "--new-journal", "--skip-rejected", "--format", "json",
    )  # fmt: skip
    document = json.loads(ran.out)
    assert ran.code == document["exit_code"] == 1
    assert (document["counts"]["sent"], document["counts"]["rejected"]) == (1, 3)


def test_the_wrong_account_is_refused(flexplay: Flexplay, tmp_path: Path, credentials: str) -> None:
    """An environment of another account than the credentials': exit 4."""
    (tmp_path / "flexplay.yaml").write_text(
        f"environments:\n  production:\n    account_sid: AC{'1' * 32}\n", "utf-8"
    )
    playbook = tmp_path / "p.yaml"
    playbook.write_text((_PLAYBOOKS / "outbound-sms.yaml").read_text("utf-8"), "utf-8")
    ran = flexplay("run", playbook, "--yes", "--new-journal")
    assert ran.code == 4
    assert credentials not in ran.err


def test_an_unknown_environment_lists_what_there_is(flexplay: Flexplay) -> None:
    """A wrong `--env` is a usage error that names the right ones."""
    ran = flexplay("run", _PLAYBOOKS / "outbound-sms.yaml", "--env", "prod", "--dry-run")
    assert ran.code == 2
    assert "demo" in ran.err


@pytest.mark.parametrize(
    "url",
    ["ftp://x", "http://user:secret@x", "http://x/path", "http://[", "nonsense", "http://x:99999"],
)
def test_a_base_url_must_be_an_origin(flexplay: Flexplay, url: str) -> None:
    """Exit 2, and a password in it is not repeated."""
    ran = flexplay("run", _PLAYBOOKS / "outbound-sms.yaml", "--base-url", url, "--dry-run")
    assert ran.code == 2
    assert "secret" not in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--format", "json"),
        ("run", "nowhere.yaml", "--format=json"),
        ("run", _PLAYBOOKS / "appointment-reminder.yaml", "--format", "json", "--nonsense"),
        ("nonsense", "--format", "json"),
        ("run", _PLAYBOOKS / "outbound-sms.yaml", "--format", "json", "--yes", "--new-journal"),
        ("run", _PLAYBOOKS / "outbound-sms.yaml", "--set", "x", "--format", "jsonl"),
    ],
)
def test_json_is_one_document_also_for_errors(
    flexplay: Flexplay, arguments: tuple[Any, ...]
) -> None:
    """Whoever asks for JSON gets JSON, whatever is wrong."""
    ran = flexplay(*arguments)
    document = json.loads(ran.out)
    assert document["exit_code"] == ran.code > 0
    assert document["error"]["message"]


def test_interrupting_finishes_what_is_under_way(sandbox: Any, tmp_path: Path) -> None:
    """SIGINT: what has begun is finished, the rest is pending, exit 130, and the counts add up."""
    rows = [f"{number},Ann,+1311555{number:04d},Mon,9:30" for number in range(100, 200)]
    file = tmp_path / "many.csv"
    file.write_text("\n".join(["appointment_id,name,phone,day,time", *rows]) + "\n", "utf-8")
    command = [
        sys.executable, "-m", "runner", "run", str(_PLAYBOOKS / "appointment-reminder.yaml"),
        "-r", str(file), "--base-url", sandbox.url, "--yes", "--new-journal", "--format", "jsonl",
    ]  # fmt: skip
    secrets = {"TWILIO_ACCOUNT_SID": "AC" + "0a" * 16, "TWILIO_AUTH_TOKEN": "invented"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env={**os.environ, **secrets}, text=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(2)
        rest = process.stdout.read()
    assert process.returncode == 130
    *lines, summary = [json.loads(line) for line in (first + rest).splitlines()]
    counts = summary["counts"]
    assert counts["planned"] == 100 == sum(counts.values()) - 100
    assert counts["pending"] > 0
    sent = [line for line in lines if line["state"] == "sent"]
    messages = [each for each in _ledger(sandbox.url)["conversations"] if each["messages"]]
    assert counts["sent"] == len(sent) == len(messages)
