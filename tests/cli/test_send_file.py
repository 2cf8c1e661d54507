"""A send file in the place of a playbook: merging it sends, merging the playbook does not."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def send(desk: Any) -> Path:
    """Return a send file for everyone in r.csv, in a folder of its own."""
    (desk.folder / "flexplay.yaml").write_text(
        "environments: { production: { live: true }, staging: {} }\n", "utf-8"
    )
    (desk.folder / "sends").mkdir()
    path: Path = desk.folder / "sends" / "week-49.yaml"
    _write(path, desk)
    return path


def _write(path: Path, desk: Any, **more: Any) -> None:
    digest = hashlib.sha256((desk.folder / "r.csv").read_bytes()).hexdigest()
    wish = {
        "version": 1,
        "playbook": "../p.yaml",
        "environment": "production",
        "recipients": {"file": "../r.csv", "sha256": digest},
        "vars": {"sign": "!"},
        **more,
    }
    path.write_text(json.dumps(wish, indent=1), "utf-8")  # JSON is YAML


def _plan(desk: Any, *more: object) -> Any:
    words = ("sends/week-49.yaml", "--base-url", desk.sandbox.url, "--new-journal")
    return desk.flexplay("plan", *words, *more)


def _run(desk: Any, *more: object) -> Any:
    words = ("sends/week-49.yaml", "--base-url", desk.sandbox.url, "--new-journal", "--yes")
    return desk.flexplay("run", *words, *more)


def test_a_send_file_says_it_all(desk: Any, send: Path) -> None:
    """Playbook, environment, recipients and variables; a run and a plan take it as they are."""
    del send
    assert "production · account" in _plan(desk).out
    assert _run(desk).code == 0
    assert [text for _, text in desk.messages()][:2] == ["Hi Ann!", "Hi Bob!"]
    assert desk.flexplay("resume", "--yes").code == 0


def test_its_plan_is_applied(desk: Any, send: Path) -> None:
    """With what the send file said."""
    del send
    _plan(desk, "-o", "plan.json")
    ran = desk.flexplay("apply", "plan.json", "--base-url", desk.sandbox.url)
    assert ran.code == 0, ran.err
    assert len(desk.messages()) == 5


def test_other_recipients_than_the_reviewed_are_refused(desk: Any, send: Path) -> None:
    """At the line of the digest, with the digest that is there."""
    desk.write_rows("Ann", "Mallory")
    ran = _plan(desk)
    assert ran.code == 1
    assert "sends/week-49.yaml:7:" in ran.err
    assert "FP230" in ran.err
    digest = hashlib.sha256((desk.folder / "r.csv").read_bytes()).hexdigest()
    assert digest in ran.err
    assert send.exists()


def test_recipients_that_are_elsewhere_are_given_and_checked(desk: Any, send: Path) -> None:
    """A URL says where they are; a step of the user's fetches them."""
    digest = hashlib.sha256((desk.folder / "r.csv").read_bytes()).hexdigest()
    _write(send, desk, recipients={"file": "https://crm.example.com/r.csv", "sha256": digest})
    ran = _plan(desk)
    assert (ran.code, "FP231" in ran.err) == (1, True)
    assert _plan(desk, "-r", "r.csv").code == 0
    (desk.folder / "r.csv").write_text("id,name,phone\n", "utf-8")
    assert "FP230" in _plan(desk, "-r", "r.csv").err


def test_more_people_than_it_says_are_refused(desk: Any, send: Path) -> None:
    """In the plan, and in the run, naming the line."""
    _write(send, desk, max=4)
    planned = _plan(desk)
    assert planned.code == 4
    assert "5 people would be messaged, and sends/week-49.yaml:12 says 4" in planned.out
    ran = _run(desk)
    assert ran.code == 4
    assert "max in sends/week-49.yaml:12 says 4" in ran.err
    assert desk.posts() == 0


@pytest.mark.parametrize("option", ["--env", "--var", "--key", "--set"])
def test_what_was_reviewed_is_not_changed_on_the_command_line(
    desk: Any, send: Path, option: str
) -> None:
    """It would not be what was reviewed any more."""
    del send
    ran = _plan(desk, option, "a=b")
    assert (ran.code, f"{option} cannot be given with a send file" in ran.err) == (2, True)


def test_a_time_that_has_passed_is_refused_and_one_to_come_is_shown(desk: Any, send: Path) -> None:
    """Merged too late, it must not be sent as if nothing were."""
    _write(send, desk, at="2026-01-05T09:00:00+01:00")
    assert _plan(desk).code == 4
    later = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    _write(send, desk, at=later.isoformat())
    ran = _plan(desk, "-o", "plan.json")
    assert f"Not to be sent before {later:%Y-%m-%d %H:%M} UTC" in ran.out
    plan = json.loads(Path("plan.json").read_text("utf-8"))
    assert datetime.fromisoformat(plan["now"]) == later
    assert datetime.fromisoformat(plan["expires_at"]) == later + timedelta(days=1)


def test_validate_finds_send_files_and_their_faults(desk: Any, send: Path) -> None:
    """In a folder named sends, by its content; a playbook or environment must be there."""
    assert desk.flexplay("validate", ".").code == 0
    _write(send, desk, environment="prodction")
    ran = desk.flexplay("validate", ".")
    assert (ran.code, "FP232" in ran.out) == (1, True)
    assert "there is: production, staging" in ran.out
    _write(send, desk, playbok="x")
    assert "playbok" in desk.flexplay("validate", ".").out
    _write(send, desk, playbook="../gone.yaml")
    assert "there is no playbook gone.yaml" in desk.flexplay("validate", "sends").out


def test_a_send_file_with_faults_is_not_sent(desk: Any, send: Path) -> None:
    """Its shape is checked before anything is read."""
    _write(send, desk, max="many")
    ran = _run(desk)
    assert ran.code == 1
    assert "sends/week-49.yaml:12" in ran.err
    assert desk.posts() == 0
