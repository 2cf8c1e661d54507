"""`run --wait` and `run --at`: whole runs against the stand-in, on a clock that leaps."""

import asyncio
import json
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from runner.cli import sending
from runner.delivery.clock import SystemClock


class Leaping(SystemClock):
    """The machine's clock, but nobody waits a second of it; `at` lets something happen by then."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.slept = 0
        self.at: Callable[[], None] | None = None

    def instant(self) -> datetime:
        """Return how late it would be."""
        return super().instant() + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        """Return the kernel's clock and what was leapt over."""
        return super().monotonic() + self.ahead

    async def sleep(self, seconds: float) -> None:
        """Leap; over half a minute where the run naps, as a machine does that is asleep."""
        self.ahead += 30.0 if seconds == 1.0 else max(seconds, 0.0)
        self.slept += 1
        if self.at and self.slept == 3:
            self.at()
        await asyncio.sleep(0.01 if self.at and self.slept < 50 else 0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Leaping:
    """Let commands that send tell the time by a clock that leaps."""
    made = Leaping()
    monkeypatch.setattr(sending, "SystemClock", lambda: made)
    return made


def _hours(begin: float, length: float = 4.0) -> None:
    """Let the window open so many hours from now, on the clock of each recipient's zone."""
    start = datetime.now(UTC) + timedelta(hours=begin)
    end = start + timedelta(hours=length)
    playbook = Path("p.yaml").read_text("utf-8").partition("delivery:")[0]
    window = f'{{ from: "{start:%H:%M}", to: "{end:%H:%M}" }}'
    Path("p.yaml").write_text(
        f"{playbook}delivery: {{ window: {window}, settle: 1s }}\nvars: {{ sign: . }}\n", "utf-8"
    )


def _people(**zones: str) -> None:
    rows = [f"{name[0]},{name},+131155501{ord(name[0]):02d},{zone}" for name, zone in zones.items()]
    Path("r.csv").write_text("\n".join(["id,name,phone,timezone", *rows]) + "\n", "utf-8")


def _counts(document: dict[str, Any]) -> dict[str, int]:
    return {state: count for state, count in document["counts"].items() if count}


def test_who_is_held_is_sent_in_the_same_run(desk: Any, clock: Leaping) -> None:
    """One is sent at once, one in an hour, one in two; each once, in one run."""
    _hours(-0.5, 1)
    _people(Ann="UTC", Bob="Etc/GMT+1", Cem="Etc/GMT+2")
    ran = desk.run("--wait", "--format", "jsonl")
    *lines, summary = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0, ran.err
    assert [(line["key"], line["state"]) for line in lines] == [
        ("A", "sent"), ("B", "sent"), ("C", "sent"),
    ]  # fmt: skip
    assert _counts(summary) == {"planned": 3, "sent": 3}
    assert 1.4 < clock.ahead / 3600 < 1.6
    assert ran.err.count("Waiting until") == 2
    assert "2 people are held, the last of them until" in ran.err
    assert "\r" not in ran.err
    assert len(desk.messages()) == 3


def test_without_wait_the_run_ends_at_once(desk: Any, clock: Leaping) -> None:
    """Who is held has a line that says until when."""
    _hours(1)
    _people(Ann="UTC", Bob="Etc/GMT+2")
    document = desk.run_json()
    assert _counts(document) == {"planned": 2, "held": 2}
    assert clock.ahead == 0


def test_who_must_wait_too_long_stays_held(desk: Any, clock: Leaping) -> None:
    """With --max-wait the run ends in time."""
    _hours(1)
    _people(Ann="UTC", Bob="Etc/GMT+2")
    document = desk.run_json("--wait", "--max-wait", "90min")
    assert _counts(document) == {"planned": 2, "sent": 1, "held": 1}
    assert clock.ahead < 5400
    assert document["exit_code"] == 0


def test_an_open_conversation_is_not_waited_for(desk: Any, clock: Leaping) -> None:
    """Nobody knows when it will be closed."""
    desk.open_conversation("A")
    assert _counts(desk.run_json("--wait")) == {"planned": 5, "sent": 4, "held": 1}
    assert clock.ahead < 60


def test_a_cap_is_not_waited_for(desk: Any, clock: Leaping) -> None:
    """It may be a week until there may be another message; a later run looks again."""
    Path("flexplay.yaml").write_text(
        "environments: { production: { live: true, policy: { per_recipient: 1/7d } } }\n", "utf-8"
    )
    rows = "A,Ann,+13115550165\nB,Ann,+13115550165\n"
    Path("r.csv").write_text(f"id,name,phone\n{rows}", "utf-8")
    assert _counts(desk.run_json("--wait")) == {"planned": 2, "sent": 1, "held": 1}
    assert clock.ahead < 60


def test_ctrl_c_ends_the_wait(desk: Any, clock: Leaping) -> None:
    """Exit 130; who waited is held, and resume with --wait sends to them."""
    _hours(1)
    _people(Ann="UTC", Bob="UTC")
    clock.at = lambda: os.kill(os.getpid(), signal.SIGINT)
    ran = desk.run("--wait", "--format", "json")
    document = json.loads(ran.out)
    assert (ran.code, _counts(document)) == (130, {"planned": 2, "held": 2})
    assert document["next"] == f"flexplay resume {document['run']} --wait"
    assert clock.ahead < 600
    clock.at = None
    again = desk.resume_json("--wait")
    assert (again["run"], _counts(again)) == (document["run"], {"planned": 2, "sent": 2})
    assert len(desk.messages()) == 2


def test_a_stop_from_elsewhere_ends_the_wait(desk: Any, clock: Leaping) -> None:
    """`flexplay stop` in another process is noticed within seconds."""
    _hours(1)
    _people(Ann="UTC")
    clock.at = lambda: _stop_elsewhere(desk)
    document = desk.run_json("--wait")
    assert document["stopped"].startswith("stopped")
    assert (document["exit_code"], _counts(document)) == (1, {"planned": 1, "held": 1})
    assert clock.ahead < 600
    assert desk.messages() == []


def _stop_elsewhere(desk: Any) -> None:
    """Type `flexplay stop` elsewhere."""
    assert desk.process("stop").wait() == 0


def test_who_will_be_sent_counts_from_the_beginning(desk: Any, clock: Leaping) -> None:
    """A run that waits messages them all, so limits and --expect count them all."""
    _hours(1)
    _people(Ann="UTC", Bob="Etc/GMT+1", Cem="Etc/GMT+2")
    refused = desk.run("--wait", "--expect", "2")
    assert (refused.code, clock.ahead) == (4, 0)
    assert "3 people would be messaged" in refused.err
    Path("flexplay.yaml").write_text(
        "environments: { production: { live: true, policy: { max_recipients: 2 } } }\n", "utf-8"
    )
    assert desk.run("--wait").code == 4
    assert _counts(desk.run_json("--wait", "--limit", "2")) == {
        "planned": 3, "sent": 2, "pending": 1,
    }  # fmt: skip


def test_an_opt_out_while_the_run_waits_counts(desk: Any, clock: Leaping) -> None:
    """The list is asked again at the moment of sending."""
    _hours(1)
    _people(Ann="UTC", Bob="UTC")
    clock.at = lambda: _suppress(desk, "+13115550165")
    document = desk.run_json("--wait")
    assert _counts(document) == {"planned": 2, "sent": 1, "suppressed": 1}


def _suppress(desk: Any, address: str) -> None:
    assert desk.process("suppress", "add", address).wait() == 0


def test_a_scheduled_run_begins_then(desk: Any, clock: Leaping) -> None:
    """Checked now, sent then; templates see the instant of sending."""
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    text = Path("p.yaml").read_text("utf-8")
    Path("p.yaml").write_text(
        text.replace('sign: "."', 'sign: ""').replace(
            "{{ vars.sign }}", " {{ now.strftime('%H:%M:%S') }}"
        ),
        "utf-8",
    )
    desk.write_rows("Ann")
    ran = desk.run("--at", at.isoformat())
    assert ran.code == 0, ran.err
    assert f"Waiting until {at:%Y-%m-%d %H:%M:%S} UTC to begin" in ran.err
    assert desk.messages() == [("+13115550165", f"Hi Ann {at:%H:%M:%S}")]
    assert 7100 < clock.ahead < 7300


def test_windows_are_those_of_the_time_of_sending(desk: Any, clock: Leaping) -> None:
    """A run scheduled into the window is not held because it is night now."""
    _hours(1)
    _people(Ann="UTC")
    at = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    shown = json.loads(desk.run("--at", at, "--dry-run", "--format", "json").out)
    assert _counts(shown) == {"planned": 1, "sent": 1}
    assert _counts(desk.run_json("--at", at)) == {"planned": 1, "sent": 1}
    assert clock.ahead > 7000


def test_a_time_without_an_offset_is_the_environments(desk: Any, clock: Leaping) -> None:
    """Read in its default_timezone; without one it is refused before anything happens."""
    at = datetime.now(UTC).replace(tzinfo=None, microsecond=0) + timedelta(hours=15)
    ran = desk.run("--at", at.isoformat())
    assert (ran.code, clock.ahead) == (2, 0)
    assert "no default_timezone" in ran.err
    Path("flexplay.yaml").write_text(
        "environments: { production: { live: true, default_timezone: Asia/Kathmandu } }\n", "utf-8"
    )
    assert desk.run_json("--at", at.isoformat())["counts"]["sent"] == 5
    assert abs(clock.ahead - (15 - 5.75) * 3600) < 60


@pytest.mark.usefixtures("clock")
def test_a_time_that_is_past_is_refused(desk: Any) -> None:
    """An hour ago is too late, a minute ago is not: then it begins at once."""
    late = desk.run("--at", (datetime.now(UTC) - timedelta(hours=1)).isoformat())
    assert late.code == 4
    assert "the run was to begin at" in late.err
    assert desk.posts() == 0
    assert not desk.journal.exists()
    early = desk.run("--at", (datetime.now(UTC) - timedelta(minutes=1)).isoformat())
    assert (early.code, len(desk.messages())) == (0, 5)


def test_a_scheduled_run_that_was_stopped_keeps_its_time(desk: Any, clock: Leaping) -> None:
    """Ctrl-C while it waits: nobody has a message, and resume waits for the same instant."""
    at = datetime.now(UTC) + timedelta(hours=2)
    clock.at = lambda: os.kill(os.getpid(), signal.SIGINT)
    ran = desk.run("--at", at.isoformat(), "--format", "json")
    assert (ran.code, _counts(json.loads(ran.out))) == (130, {"planned": 5, "pending": 5})
    clock.at = None
    again = desk.resume("--format", "json")
    assert "to begin" in again.err
    assert _counts(json.loads(again.out)) == {"planned": 5, "sent": 5}
    assert 7100 < clock.ahead < 7300


@pytest.mark.parametrize(
    "options", [("--max-wait", "2h"), ("--wait", "--max-wait", "2"), ("--wait", "--max-wait", "h")]
)
def test_times_to_wait_are_written_with_a_unit(desk: Any, options: tuple[str, ...]) -> None:
    """And mean something only where the run waits."""
    assert desk.run(*options).code == 2


def test_a_scheduled_run_is_for_the_period_of_its_time(desk: Any) -> None:
    """Planned today for tomorrow: the key is tomorrow's, so that day's cron sends nothing twice."""
    text = Path("p.yaml").read_text("utf-8")
    recurring = '  period: day\n  timezone: UTC\n  key: "{{ recipient.id }}"\n'
    Path("p.yaml").write_text(text.replace('  key: "{{ recipient.id }}"\n', recurring), "utf-8")
    at = datetime.now(UTC) + timedelta(days=1)
    shown = json.loads(desk.run("--at", at.isoformat(), "--dry-run", "--format", "json").out)
    assert {each["key"] for each in shown["deliveries"]} == {
        f"{key}@{at:%Y-%m-%d}" for key in "ABCDE"
    }


def test_a_run_waits_with_a_shared_journal(
    desk: Any, clock: Leaping, postgres_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease is kept while nothing happens, and everybody is sent once."""
    monkeypatch.setenv("FLEXPLAY_JOURNAL_KEY", "5a" * 32)
    monkeypatch.setenv("FLEXPLAY_JOURNAL", postgres_server.create_database())
    _hours(1)
    _people(Ann="UTC", Bob="Etc/GMT+2")
    assert _counts(desk.run_json("--wait")) == {"planned": 2, "sent": 2}
    assert clock.ahead > 3600
    assert len(desk.messages()) == 2
