"""What an environment's policy and a playbook's hours do to a run, whole, against the sandbox."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

Flexplay = Callable[..., Any]
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
  body: See you tomorrow, {{ recipient.name }}.
recipients:
  file: people.csv
  key: "{{ recipient.id }}"
"""
_PEOPLE = "id,name,phone,timezone\n1,Ann,+4930123456,\n2,Ben,+4930123457,\n3,Cy,+4930123458,\n"

pytestmark = pytest.mark.usefixtures("credentials")


@pytest.fixture
def run(
    flexplay: Flexplay, sandbox: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Return a function that sends to three people: how the command ended, and what it says."""
    monkeypatch.chdir(tmp_path)

    def execute(
        *arguments: str, playbook: str = "", project: str = "", people: str = _PEOPLE
    ) -> Any:
        Path("playbook.yaml").write_text(_PLAYBOOK + playbook, "utf-8")
        Path("people.csv").write_text(people, "utf-8")
        Path("flexplay.yaml").write_text(
            "environments:\n  production:\n    live: true\n" + project, "utf-8"
        )
        return flexplay(
            "run", "playbook.yaml", "--base-url", sandbox.url, "--yes", "--new-journal",
            "--format", "json", *arguments,
        )  # fmt: skip

    return execute


def _counts(ran: Any) -> dict[str, int]:
    counts = json.loads(ran.out)["counts"]
    return {state: count for state, count in counts.items() if count}


def _window(start: datetime, hours: int) -> str:
    end = start + timedelta(hours=hours)
    return f'delivery:\n  window: {{ from: "{start:%H:%M}", to: "{end:%H:%M}", timezone: UTC }}\n'


def _requests(sandbox: Any) -> list[Any]:
    found: list[Any] = httpx.get(f"{sandbox.url}/_sandbox/ledger").json()["requests"]
    return found


def test_outside_the_window_everybody_is_held_and_later_sent(
    run: Callable[..., Any], sandbox: Any
) -> None:
    """Nothing leaves, not even a read; the same command within the window sends to all."""
    now = datetime.now(UTC)
    closed = run(playbook=_window(now + timedelta(hours=3), 2))
    assert (closed.code, _counts(closed)) == (0, {"planned": 3, "held": 3})
    assert _requests(sandbox) == []
    opened = run(playbook=_window(now - timedelta(hours=3), 12))
    assert (opened.code, _counts(opened)) == (0, {"planned": 3, "sent": 3})


def test_what_is_too_late_is_expired(run: Callable[..., Any], sandbox: Any) -> None:
    """Exit 1, and nobody gets a message about yesterday."""
    ran = run(playbook="delivery: { not_after: '2026-01-31T09:00:00Z' }\n")
    assert (ran.code, _counts(ran)) == (1, {"planned": 3, "expired": 3})
    assert _requests(sandbox) == []


@pytest.mark.parametrize(
    ("playbook", "people", "code"),
    [
        ("delivery: { not_after: '{{ recipient.name }}' }\n", _PEOPLE, "FP413"),
        (
            'delivery: { window: { from: "00:00", to: "24:00" } }\n',
            "id,name,phone,timezone\n1,Ann,+4930123456,Europe/Berlni\n",
            "FP411",
        ),
        (
            'delivery: { window: { from: "00:00", to: "24:00", timezone: Europe/Berlni } }\n',
            _PEOPLE,
            "FP414",
        ),
    ],
)
def test_what_no_clock_can_decide_is_a_finding(
    run: Callable[..., Any], sandbox: Any, playbook: str, people: str, code: str
) -> None:
    """Before anything is sent, with its place."""
    ran = run(playbook=playbook, people=people)
    assert ran.code == 1
    assert {found["code"] for found in json.loads(ran.out)["findings"]} == {code}
    assert _requests(sandbox) == []


def test_a_period_is_part_of_the_key(run: Callable[..., Any]) -> None:
    """Once a day: the same day sends nothing twice, and the key shows the day."""
    playbook = "  period: day\n  timezone: Pacific/Auckland\n"
    ran = run("--format", "jsonl", playbook=playbook)
    assert ran.code == 0, ran.err
    keys = [json.loads(line).get("key") for line in ran.out.splitlines()[:-1]]
    assert all(key.partition("@")[2].startswith("20") for key in keys)
    assert _counts(run(playbook=playbook)) == {"planned": 3, "already_sent": 3}
    assert _counts(run(playbook=playbook.replace("day", "week"))) == {"planned": 3, "sent": 3}


@pytest.mark.parametrize(
    ("project", "said"),
    [
        ("    senders: ['+15550000000']\n", "may not send from +19255551234"),
        ("    policy: { max_recipients: 2 }\n", "3 people would be messaged"),
        ("    policy: { max_segments_total: 2 }\n", "3 segments would be sent"),
        ("    policy: { max_tasks_per_worker: 2 }\n", "would get 3 tasks"),
    ],
)
def test_a_run_that_the_policy_forbids_sends_nothing(
    run: Callable[..., Any], sandbox: Any, project: str, said: str
) -> None:
    """Exit 4, saying what and how many."""
    ran = run(project=project)
    assert ran.code == 4
    assert said in json.loads(ran.out)["error"]["message"]
    assert _requests(sandbox) == []


def test_who_was_messaged_does_not_count_again(run: Callable[..., Any]) -> None:
    """A cap is about this run: with --limit it is kept, and the rest follows in the next run."""
    project = "    policy: { max_recipients: 2 }\n"
    assert _counts(run("--limit", "2", project=project)) == {"planned": 3, "sent": 2, "pending": 1}
    assert _counts(run(project=project)) == {"planned": 3, "sent": 1, "already_sent": 2}


def test_one_recipient_gets_so_many_messages_in_a_time(run: Callable[..., Any]) -> None:
    """Two keys of one person: with one message a week, the second is held, in a later run too."""
    people = "id,name,phone\n1,Ann,+4930123456\n2,Ann,+4930123456\n"
    project = "    policy: { per_recipient: 1/7d }\n"
    first = run(project=project, people=people)
    assert _counts(first) == {"planned": 2, "sent": 1, "held": 1}
    again = run(project=project, people=people)
    assert _counts(again) == {"planned": 2, "already_sent": 1, "held": 1}


def test_many_tasks_for_one_worker_are_told(run: Callable[..., Any]) -> None:
    """Above twenty, a line on stderr names the worker."""
    rows = "".join(f"{number},Ann,+49301234{number:02}\n" for number in range(21))
    ran = run(people=f"id,name,phone\n{rows}")
    assert "warning: worker WK…e8f9 would get 21 tasks" in ran.err
    assert _counts(ran)["sent"] == 21


def test_required_columns_and_texts_reject_rows(run: Callable[..., Any]) -> None:
    """Consent is a column, wording stands in the text; both are findings with the row."""
    ran = run(project="    policy: { require_columns: { consent_at: { max_age: 365d } } }\n")
    assert ran.code == 1
    assert {found["code"] for found in json.loads(ran.out)["findings"]} == {"FP604"}
    ran = run(
        project="    policy: { required_text: [{ any_of: [Reply STOP], countries: [DE] }] }\n"
    )
    assert {found["code"] for found in json.loads(ran.out)["findings"]} == {"FP603"}
    ran = run(
        project="    policy: { required_text: [{ any_of: [Reply STOP], countries: [US] }] }\n"
    )
    assert _counts(ran) == {"planned": 3, "sent": 3}


def test_unknown_holidays_are_refused(run: Callable[..., Any], sandbox: Any) -> None:
    """A calendar that nobody has would silently hold nobody."""
    ran = run(project="    policy: { holidays: [DE-XX] }\n")
    assert ran.code == 2
    assert "DE-XX" in json.loads(ran.out)["error"]["message"]
    assert _requests(sandbox) == []


def test_an_environment_may_redirect_everything(run: Callable[..., Any], sandbox: Any) -> None:
    """What is not live goes to the test phone, says so in capitals, and counts for nobody."""
    project = "  staging:\n    redirect_to: '+13115550100'\n"
    ran = run("--env", "staging", project=project)
    assert "EVERY MESSAGE GOES TO" in ran.err
    assert set(_customers(sandbox)) == {"+13115550100"}
    assert _counts(run("--env", "production", project=project))["sent"] == 3


def _customers(sandbox: Any) -> list[str]:
    ledger = httpx.get(f"{sandbox.url}/_sandbox/ledger").json()
    return [
        participant["messaging_binding"]["address"]
        for conversation in ledger["conversations"]
        for participant in conversation["participants"]
        if participant.get("messaging_binding")
    ]
