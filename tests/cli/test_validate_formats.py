"""`flexplay validate` in every format that it knows."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from runner.cli.validate_output import REPORTS

GOOD = """\
version: 1
name: reminder
channel: { type: sms }
participants:
  - { address: "+13115552368", proxy_address: "+19255551234" }
routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    workflow_sid: WW0123456789abcdef0123456789abcdef
    queue_sid: WQ0123456789abcdef0123456789abcdef
    worker_sid: WK0123456789abcdef0123456789abcdef
message: { author: Clinic, body: Hello }
"""
BAD = GOOD.replace('"+13115552368"', "13115552368")
Flexplay = Callable[..., Any]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a good and a bad playbook."""
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "good.yaml").write_text(GOOD)
    (tmp_path / "playbooks" / "bad.yaml").write_text(BAD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def codes_text(out: str) -> list[str]:
    """The codes in lines as people and GitHub get them."""
    return re.findall(r"(?:error |title=)(FP\d+)", out)


READERS: dict[str, Callable[[str], list[str]]] = {
    "text": codes_text,
    "concise": codes_text,
    "github": codes_text,
    "json": lambda out: [each["code"] for each in json.loads(out)["findings"]],
    "jsonl": lambda out: [json.loads(line)["code"] for line in out.splitlines()],
    "gitlab": lambda out: [each["check_name"] for each in json.loads(out)],
    "sarif": lambda out: [each["ruleId"] for each in json.loads(out)["runs"][0]["results"]],
    "junit": lambda out: [
        each.attrib["type"]
        for each in ET.fromstring(out).iter("failure")  # noqa: S314 - our own
    ],
}


@pytest.mark.parametrize("style", REPORTS)
def test_every_format_tells_the_same(flexplay: Flexplay, style: str) -> None:
    """The same finding and the same exit code, only written differently."""
    ran = flexplay("validate", "--format", style, "playbooks")
    assert ran.code == 1
    assert READERS[style](ran.out) == ["FP104"]
    assert "bad.yaml" in ran.out


@pytest.mark.parametrize("style", REPORTS)
def test_every_format_is_quiet_about_a_clean_file(flexplay: Flexplay, style: str) -> None:
    """Exit code 0, no finding, and still a document that can be read."""
    ran = flexplay("validate", "--format", style, "playbooks/good.yaml")
    assert ran.code == 0
    assert READERS[style](ran.out) == []


def test_every_format_is_read_back_here() -> None:
    """A new format needs a reader, or these tests would pass it over."""
    assert set(REPORTS) == set(READERS)


@pytest.mark.parametrize("style", REPORTS)
def test_output_goes_to_the_file_alone(flexplay: Flexplay, folder: Path, style: str) -> None:
    """Nothing is left for stdout, and the file ends as it would have been printed."""
    ran = flexplay("validate", "--format", style, "--output", "report", "playbooks")
    assert (ran.code, ran.out) == (1, "")
    report = (folder / "report").read_text("utf-8")
    assert READERS[style](report) == ["FP104"]
    assert report.endswith("\n")


def test_an_output_that_cannot_be_written_is_a_usage_fault(flexplay: Flexplay) -> None:
    """It says why and what to do, with exit code 2."""
    ran = flexplay("validate", "--output", "none/report", "playbooks")
    assert ran.code == 2
    assert "none/report cannot be written: no such file or directory" in ran.err


@pytest.mark.parametrize("style", ["json", "jsonl"])
def test_data_comes_without_talk(flexplay: Flexplay, style: str) -> None:
    """The formats for programs leave stderr empty."""
    assert flexplay("validate", "--format", style, "playbooks").err == ""


def test_the_other_formats_end_with_the_count(flexplay: Flexplay) -> None:
    """It is talk, so it goes to stderr."""
    err = flexplay("validate", "--format", "github", "playbooks").err
    assert err == (
        "Found 1 problem (1 error; 1 fixable) in 1 of 2 files. Why: flexplay explain FP104\n"
    )


@pytest.mark.parametrize("style", ["github", "gitlab", "sarif", "junit"])
def test_files_are_named_from_the_repositorys_root(
    flexplay: Flexplay, folder: Path, monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    """A job that works in a sub-folder still annotates the right file."""
    monkeypatch.setenv("CI_PROJECT_DIR", str(folder))
    monkeypatch.chdir(folder / "playbooks")
    assert "playbooks/bad.yaml" in flexplay("validate", "--format", style, ".").out


def test_sarif_carries_the_pages_of_explain(flexplay: Flexplay) -> None:
    """Code scanning shows them beside the finding."""
    document = json.loads(flexplay("validate", "--format", "sarif", "playbooks").out)
    (rule,) = document["runs"][0]["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] not in ("", "Finding FP104")
    assert rule["help"]["markdown"].startswith("# FP104: ")


def test_the_job_summary_is_appended_to(
    flexplay: Flexplay, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the step wrote before stays."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    (folder / "summary.md").write_text("before\n")
    flexplay("validate", "--format", "github", "playbooks")
    text = (folder / "summary.md").read_text("utf-8")
    assert text.startswith("before\n### flexplay validate\n")
    assert "| error | playbooks/bad.yaml:5:16 | FP104 |" in text


def test_a_full_job_summary_is_left_alone(
    flexplay: Flexplay, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over 1 MiB GitHub would show nothing of it, not even what was there before."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    (folder / "summary.md").write_bytes(b"x" * (1 << 20))
    assert flexplay("validate", "--format", "github", "playbooks").code == 1
    assert (folder / "summary.md").stat().st_size == 1 << 20


def test_a_summary_that_cannot_be_written_changes_nothing(
    flexplay: Flexplay, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The findings matter more; the summary's fault is said."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder))
    ran = flexplay("validate", "--format", "github", "playbooks")
    assert ran.code == 1
    assert codes_text(ran.out) == ["FP104"]
    assert "The job summary cannot be written: is a directory." in ran.err


def test_other_formats_write_no_summary(
    flexplay: Flexplay, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only `github` is about GitHub."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    flexplay("validate", "--format", "sarif", "playbooks")
    assert not (folder / "summary.md").exists()


@pytest.mark.parametrize(
    ("style", "coloured"), [("text", True), ("concise", True), ("json", False)]
)
def test_colours_can_be_forced(
    flexplay: Flexplay, monkeypatch: pytest.MonkeyPatch, style: str, *, coloured: bool
) -> None:
    """Also without a terminal, for people only, and never into a file."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ("\x1b[" in flexplay("validate", "--format", style, "playbooks").out) is coloured
    flexplay("validate", "--format", style, "--output", "report", "playbooks")
    assert "\x1b" not in Path("report").read_text("utf-8")


def test_without_a_terminal_there_is_no_colour(flexplay: Flexplay) -> None:
    """A pipe gets plain text."""
    assert "\x1b" not in flexplay("validate", "playbooks").out


@pytest.mark.parametrize("style", REPORTS)
def test_names_and_screens_that_are_no_text_do_no_harm(folder: Path, style: str) -> None:
    """A name that is not UTF-8 and a stdout that is not either end with findings, not a crash."""
    name = os.fsencode(folder) + b"/playbooks/b\xff.yaml"
    Path(os.fsdecode(name)).write_text(BAD.replace("Hello", "…"), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "runner", "validate", "--format", style, os.fsdecode(name)],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 1, ran.stderr
    assert READERS[style](ran.stdout.decode()) == ["FP104"]


@pytest.mark.parametrize("style", REPORTS)
def test_no_report_shows_or_hashes_a_secret(flexplay: Flexplay, style: str) -> None:
    """The line of a secret is left out, whichever finding points at it, and never hashed."""
    reports = []
    for secret in ("0f1e2d3c4b5a69788796a5b4c3d2e1f0", "1f1e2d3c4b5a69788796a5b4c3d2e1f1"):
        Path("p.yaml").write_text(f"{GOOD}auth_token: {secret}\nexpires: 1", "utf-8")
        ran = flexplay("validate", "--format", style, "p.yaml")
        assert sorted(READERS[style](ran.out))[-1:] == ["FP502"] or style == "junit"
        assert secret not in ran.out + ran.err
        reports.append(re.sub(r'timestamp="[^"]*"', "", ran.out))
    assert reports[0] == reports[1]


def test_a_secret_in_a_file_that_cannot_be_read_is_not_shown(flexplay: Flexplay) -> None:
    """Where the file's syntax hides it from the rules, its line is hidden all the same."""
    Path("p.yaml").write_text(f'{GOOD}auth_token: "0f1e2d3c4b5a69788796a5b4c3d2e1f0\n', "utf-8")
    ran = flexplay("validate", "p.yaml")
    assert codes_text(ran.out) == ["FP004"]
    assert "0f1e2d3c" not in ran.out
