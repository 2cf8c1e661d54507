"""The dry run is the run: hours, ends, caps, the list and the limits decide in both alike."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from runner.schema.store import read_schema

_NOW = datetime.now(UTC)
_SOON = f"{_NOW + timedelta(hours=2):%H:%M}"
_LATER = f"{_NOW + timedelta(hours=4):%H:%M}"
_CLOSED = f'delivery: {{ window: {{ from: "{_SOON}", to: "{_LATER}", timezone: UTC }} }}\n'


def _write(desk: Any, delivery: str = "", policy: str = "{}", more: str = "live: true") -> None:
    """Give the playbook other hours, and the environment a policy."""
    text = (desk.folder / "p.yaml").read_text("utf-8").partition("delivery:")[0]
    (desk.folder / "p.yaml").write_text(f"{text}{delivery}vars: {{ sign: . }}\n", "utf-8")
    project = f"environments: {{ production: {{ {more}, policy: {policy} }} }}\n"
    (desk.folder / "flexplay.yaml").write_text(project, "utf-8")


def _suppress_bob(desk: Any) -> None:
    _write(desk)
    assert desk.flexplay("suppress", "add", "+13115550166", "--new-journal").code == 0


def _cap(desk: Any) -> None:
    _write(desk, policy="{ per_recipient: 1/7d }")
    text = (desk.folder / "r.csv").read_text("utf-8")
    (desk.folder / "r.csv").write_text(f"{text}F,Ann,+13115550165\nG,Bob,+13115550166\n", "utf-8")


def _cap_after_a_run(desk: Any) -> None:
    _cap(desk)
    assert desk.run("--only", "A", "--only", "B").code == 0


def _expire(desk: Any) -> None:
    _write(desk, 'delivery: { not_after: "2026-01-31T09:00:00Z" }\n')


def _close(desk: Any) -> None:
    _write(desk, _CLOSED)


def _quiet(desk: Any) -> None:
    hours = f'["{_NOW - timedelta(hours=2):%H:%M}", "{_SOON}"]'
    _write(desk, policy=f'{{ quiet_hours: {{ "*": {hours} }} }}', more=_UTC)


_UTC = "live: true, default_timezone: UTC"
Prepare = Callable[[Any], None]


@pytest.mark.parametrize(
    ("arrange", "counts"),
    [
        (_close, {"held": 5}),
        (_quiet, {"held": 5}),
        (_expire, {"expired": 5}),
        (_suppress_bob, {"sent": 4, "suppressed": 1}),
        (_cap, {"sent": 5, "held": 2}),
        (_cap_after_a_run, {"sent": 3, "already_sent": 2, "held": 2}),
    ],
)
def test_the_dry_run_counts_as_the_run_does(
    desk: Any, arrange: Prepare, counts: dict[str, int]
) -> None:
    """With a journal or none, the same people end in the same states, and the same way."""
    arrange(desk)
    ran = desk.run("--dry-run", "--format", "json")
    shown = json.loads(ran.out)
    jsonschema.validate(shown, read_schema("dry-run"))
    assert {state: n for state, n in shown["counts"].items() if n and state != "planned"} == counts
    withheld = [each["state"] for each in shown["withheld"]]
    others = {state: n for state, n in counts.items() if state not in ("sent", "already_sent")}
    assert {state: withheld.count(state) for state in withheld} == others
    assert all(each["reason"] and each["row"].startswith("r.csv:") for each in shown["withheld"])
    assert len(shown["deliveries"]) == counts.get("sent", 0)
    document = desk.run_json()
    assert document["counts"] == shown["counts"]
    assert document["exit_code"] == shown["exit_code"] == ran.code


def test_the_text_says_who_is_held_and_until_when(desk: Any) -> None:
    """A line as the run prints it, and the count."""
    _close(desk)
    ran = desk.run("--dry-run")
    assert ran.out.count("HELD       r.csv:") == 5
    assert f"outside the window {_SOON}-{_LATER}" in ran.out
    assert "; opens 20" in ran.out
    assert "Nothing was sent. 0 people, 0 POSTs; 5 held." in ran.err
    assert "With --wait it stays, and sends to who is held when their hours begin" in ran.err
    assert "With --wait" not in desk.run("--dry-run", "--wait").err


def test_lines_tell_of_who_is_withheld_too(desk: Any) -> None:
    """In the order of the rows, each line a delivery or somebody who gets nothing."""
    _suppress_bob(desk)
    lines = [
        json.loads(line) for line in desk.run("--dry-run", "--format", "jsonl").out.splitlines()
    ]
    assert [(each["key"], each.get("state", "")) for each in lines] == [
        ("A", ""), ("B", "suppressed"), ("C", ""), ("D", ""), ("E", ""),
    ]  # fmt: skip


def test_a_run_that_waits_is_rehearsed_with_those_it_waits_for(desk: Any) -> None:
    """With --wait they are sent in the same run; with too little patience they are held."""
    _close(desk)
    for options, sent in ((("--wait",), 5), (("--wait", "--max-wait", "1h"), 0), ((), 0)):
        shown = json.loads(desk.run("--dry-run", *options, "--format", "json").out)
        assert shown["counts"]["sent"] == len(shown["deliveries"]) == sent


@pytest.mark.parametrize(
    ("policy", "more", "options", "said"),
    [
        ("{ max_recipients: 2 }", "live: true", (), "5 people would be messaged"),
        ("{ max_segments_total: 2 }", "live: true", (), "5 segments would be sent"),
        ("{ max_tasks_per_worker: 2 }", "live: true", (), "would get 5 tasks"),
        ("{}", "live: true, senders: ['+15550000000']", (), "may not send from"),
        ("{}", "live: true", ("--expect", "2"), "--expect says 2"),
    ],
)
def test_what_would_refuse_the_run_is_told(
    desk: Any, policy: str, more: str, options: tuple[str, ...], said: str
) -> None:
    """The requests are shown all the same, the exit code is the run's."""
    _write(desk, policy=policy, more=more)
    ran = desk.run("--dry-run", *options, "--format", "json")
    shown = json.loads(ran.out)
    jsonschema.validate(shown, read_schema("dry-run"))
    assert (ran.code, shown["exit_code"]) == (4, 4)
    assert said in shown["refusals"][0]["message"]
    assert len(shown["deliveries"]) == 5
    text = desk.run("--dry-run", *options)
    assert "A real run is refused: " in text.err
    assert "Send it:" not in text.err
    assert desk.run(*options).code == 4


def test_an_environment_that_is_not_live_may_be_rehearsed(desk: Any) -> None:
    """It is told that a run is refused, and that is no fault of what is rehearsed."""
    _write(desk, more="live: false")
    words = ("run", "p.yaml", "-r", "r.csv", "--dry-run")
    ran = desk.flexplay(*words, "--format", "json")
    assert ran.code == 0
    (refusal,) = json.loads(ran.out)["refusals"]
    assert refusal["message"] == "production is not live, so it may not reach real people"
    assert "A real run is refused: production is not live" in desk.flexplay(*words).err
    assert json.loads(desk.run("--dry-run", "--format", "json").out)["refusals"] == []


def test_a_redirection_of_the_environment_is_told_in_capitals(desk: Any) -> None:
    """And everything is shown as it would be sent: to that phone, whatever the hour."""
    _write(desk, _CLOSED, more="redirect_to: '+13115550100'")
    ran = desk.run("--dry-run")
    assert "REDIRECTED: EVERY MESSAGE GOES TO +1•••••0100" in ran.err
    assert ran.out.count("+13115550100") >= 5
    assert "Nothing was sent. 5 people" in ran.err


def test_many_tasks_for_one_worker_are_told(desk: Any) -> None:
    """Above twenty, in the dry run as in the run, with the page that says why."""
    rows = "".join(f"{number},Ann,+131155502{number:02}\n" for number in range(21))
    (desk.folder / "r.csv").write_text(f"id,name,phone\n{rows}", "utf-8")
    for options in (("--dry-run",), ()):
        ran = desk.run(*options)
        assert "warning: worker WK…cdef would get 21 tasks" in ran.err
        assert "flexplay explain FP412" in ran.err


def test_holidays_that_nobody_knows_are_refused(desk: Any) -> None:
    """A dry run that let them pass would show as sent who is not."""
    _write(desk, policy="{ holidays: [DE-XX] }")
    assert desk.run("--dry-run").code == 2


def test_the_limit_counts_who_may_be_sent(desk: Any) -> None:
    """Who is suppressed does not use it up, in the dry run as in the run."""
    _suppress_bob(desk)
    shown = json.loads(desk.run("--dry-run", "--limit", "2", "--format", "json").out)
    assert [each["key"] for each in shown["deliveries"]] == ["A", "C"]
    assert desk.run_json("--limit", "2")["counts"] == shown["counts"]


def test_withheld_does_not_depend_on_a_temporary_file_staying(desk: Any, tmp_path: Path) -> None:
    """What is kept aside while the document is printed is gone with the command."""
    _close(desk)
    before = set(tmp_path.rglob("*"))
    assert len(json.loads(desk.run("--dry-run", "--format", "json").out)["withheld"]) == 5
    assert set(tmp_path.rglob("*")) == before
