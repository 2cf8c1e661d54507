"""`flexplay stop`: a run is told to end, from any process that shares the journal."""

import json
import subprocess
from typing import Any

import pytest


def _many(desk: Any) -> None:
    rows = [f"{number},P{number},+1311555{number:04d}" for number in range(100, 200)]
    (desk.folder / "r.csv").write_text("\n".join(["id,name,phone", *rows]) + "\n", "utf-8")


def test_a_run_is_stopped_from_another_process(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It finishes what it has begun and leaves the rest pending: exit 1, and nothing is lost."""
    monkeypatch.setenv("LOGNAME", "ann")
    _many(desk)
    words = (
        "run", "p.yaml", "-r", "r.csv", "--base-url", desk.sandbox.url, "--yes", "--new-journal",
        "--format", "jsonl",
    )  # fmt: skip
    with desk.process(*words, stdout=subprocess.PIPE) as process:
        first = process.stdout.readline()
        stopped = desk.flexplay("stop")
        rest = process.stdout.read()
    assert stopped.code == 0
    *lines, summary = map(json.loads, (first + rest).splitlines())
    counts = summary["counts"]
    assert process.returncode == summary["exit_code"] == 1
    assert summary["stopped"].startswith("stopped by ann@")
    assert counts["sent"] + counts["pending"] == counts["planned"] == len(lines) == 100
    assert counts["pending"] > 0
    assert len(desk.messages()) == counts["sent"]
    assert f"Carry on: flexplay resume {summary['run']}" in stopped.err
    (record,) = desk.status()["runs"]
    assert record["stopped"] == summary["stopped"]
    assert record["counts"] == counts
    assert desk.resume_json("--limit", "1")["counts"]["sent"] == 1
    assert desk.status()["runs"][0]["stopped"] == ""


def test_a_run_that_is_not_executed_need_not_be_stopped(desk: Any) -> None:
    """It says so, changes nothing, and says how to go on."""
    run = desk.run_json("--limit", "2")["run"]
    ran = desk.flexplay("stop", "--journal", desk.journal)
    assert ran.code == 0
    assert f"Run {run} is not being executed: there is nothing to stop." in ran.err
    assert f"Carry on: flexplay resume {run} --journal {desk.journal}" in ran.err
    assert desk.status(run)["stopped"] == ""


def test_an_unknown_run_is_not_stopped(desk: Any) -> None:
    """Exit 2."""
    desk.run("--limit", "1")
    assert desk.flexplay("stop", "XXXXXX").code == 2
