"""`--log`: what operators collect of a run."""

import json
import stat
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from runner.schema.store import read_schema


def _events(text: str) -> list[dict[str, Any]]:
    """Return the events, each of which follows the published schema."""
    found = [json.loads(line) for line in text.splitlines()]
    checker = jsonschema.FormatChecker()
    validator = jsonschema.Draft202012Validator(read_schema("log-line"), format_checker=checker)
    assert [error.message for each in found for error in validator.iter_errors(each)] == []
    return found


def _named(events: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [event for event in events if event["event"] == name]


def test_a_run_is_told_from_begin_to_end(desk: Any) -> None:
    """Every request with Twilio's id for it, every outcome, and the counts; by run and key."""
    document = desk.run_json("--log", "run.log")
    events = _events(Path("run.log").read_text("utf-8"))
    assert [events[0]["event"], events[-1]["event"]] == ["run_begun", "run_ended"]
    assert {event["run"] for event in events} == {document["run"]}
    assert events[-1]["counts"] == document["counts"]
    posts = [each for each in _named(events, "request") if each["method"] == "POST"]
    assert len(posts) == desk.posts() == 10
    assert {each["step"] for each in posts} == {"create_interaction", "create_message"}
    assert {each["key"] for each in posts} == set("ABCDE")
    assert all(each["request_id"].startswith("RQ") and each["duration_ms"] > 0 for each in posts)
    assert all(each["status"] in (200, 201) and each["level"] == "info" for each in posts)
    ends = _named(events, "delivery")
    assert [(each["state"], each["message_sid"][:2]) for each in ends] == [("sent", "IM")] * 5
    assert stat.S_IMODE(Path("run.log").stat().st_mode) == 0o600


def test_what_goes_wrong_is_a_warning(desk: Any) -> None:
    """A refusal with Twilio's code, each time that it is tried, and the failure it comes to."""
    rule = {"fault": "error_before", "on": "create_message", "status": 400, "code": 50503}
    desk.break_things(rule)
    desk.run("--only", "A", "--log", "run.log")
    events = _events(Path("run.log").read_text("utf-8"))
    refused = [each for each in _named(events, "request") if each["status"] == 400]
    assert [(each["level"], each["code"]) for each in refused] == [("warning", 50503)]
    (end,) = _named(events, "delivery")
    assert (end["level"], end["state"]) == ("warning", "failed")
    assert events[-1]["exit_code"] == 1


def test_runs_are_appended_and_the_variable_names_the_file(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FLEXPLAY_LOG stands for --log, in `resume` and `status --refresh` too."""
    monkeypatch.setenv("FLEXPLAY_LOG", "all.log")
    desk.run("--only", "A")
    desk.run("--only", "B")
    desk.resume()
    desk.status("--refresh")
    events = _events(Path("all.log").read_text("utf-8"))
    assert len(_named(events, "run_begun")) == 3
    assert any(each["path"].endswith("/Receipts") for each in _named(events, "request"))


def test_a_log_on_stderr_leaves_stdout_alone(desk: Any) -> None:
    """Each line that begins with a brace is an event; stdout is the document."""
    ran = desk.run("--format", "json", "--log", "-")
    assert json.loads(ran.out)["exit_code"] == 0
    events = _events("\n".join(line for line in ran.err.splitlines() if line.startswith("{")))
    assert events[-1]["event"] == "run_ended"


def test_without_the_option_nothing_is_written(desk: Any) -> None:
    """Off by default."""
    before = set(Path().iterdir())
    ran = desk.run()
    assert set(Path().iterdir()) == before
    assert "run_begun" not in ran.err


def test_a_log_that_cannot_be_written_stops_the_run_before_it_begins(desk: Any) -> None:
    """Whoever asks for a log wants one of everything that is sent."""
    ran = desk.run("--log", "no/such/folder.log")
    assert ran.code == 2
    assert "the log no/such/folder.log cannot be written: No such file" in ran.err
    assert desk.posts() == 0


def test_a_wait_is_told_once(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until when, and for how many."""
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415

    from runner.cli import sending  # noqa: PLC0415
    from runner.delivery.clock import SystemClock  # noqa: PLC0415

    ahead = timedelta()

    class Leaping(SystemClock):
        def instant(self) -> datetime:
            return super().instant() + ahead

        async def sleep(self, seconds: float) -> None:
            nonlocal ahead
            ahead += timedelta(seconds=seconds)
            await super().sleep(0)

    monkeypatch.setattr(sending, "SystemClock", Leaping)
    at = datetime.now(UTC) + timedelta(minutes=1)
    desk.run("--at", at.isoformat(), "--log", "run.log")
    (wait,) = _named(_events(Path("run.log").read_text("utf-8")), "wait")
    assert (wait["until"], wait["scheduled"]) == (at.isoformat(), True)
