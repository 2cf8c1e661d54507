"""`flexplay review`: what merging a branch would send, in a real git repository."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from runner.schema.store import read_schema

_PROJECT = "environments: { production: { live: true }, staging: { live: true } }\n"


def _git(folder: Path, *words: str) -> str:
    named = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    ran = subprocess.run(
        ["git", *named, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return ran.stdout


@pytest.fixture
def branch(desk: Any) -> Any:
    """Return a desk in a repository, on a branch that main does not have yet."""
    (desk.folder / "flexplay.yaml").write_text(_PROJECT, "utf-8")
    with (desk.folder / "p.yaml").open("a", encoding="utf-8") as playbook:
        playbook.write('samples: [{ id: "1", name: Ann, phone: "+13115552368" }]\n')
    (desk.folder / ".gitignore").write_text("*.csv\n", "utf-8")
    _git(desk.folder, "init", "-q", "-b", "main")
    _git(desk.folder, "add", ".")
    _git(desk.folder, "commit", "-qm", "begin")
    _git(desk.folder, "switch", "-qc", "branch")
    return desk


def _send(desk: Any, name: str = "week-49", **more: Any) -> None:
    folder = desk.folder / "sends"
    folder.mkdir(exist_ok=True)
    digest = hashlib.sha256((desk.folder / "r.csv").read_bytes()).hexdigest()
    wish = {
        "version": 1,
        "playbook": "../p.yaml",
        "environment": "production",
        "recipients": {"file": "../r.csv", "sha256": digest},
        **more,
    }
    (folder / f"{name}.yaml").write_text(json.dumps(wish, indent=1), "utf-8")


def _commit(desk: Any) -> None:
    _git(desk.folder, "add", ".")
    _git(desk.folder, "commit", "-qm", "change")


def _review(desk: Any, *more: object) -> Any:
    words = ("--base", "main", "--base-url", desk.sandbox.url, "--new-journal")
    return desk.flexplay("review", *words, *more)


def _document(desk: Any, *more: object) -> dict[str, Any]:
    ran = _review(desk, *more, "--format", "json")
    document: dict[str, Any] = json.loads(ran.out)
    assert document["exit_code"] == ran.code, ran.err
    jsonschema.Draft202012Validator(read_schema("review")).validate(document)
    return document


def _headline(desk: Any, *more: object) -> str:
    return str(_document(desk, *more)["headline"])


def test_a_branch_without_a_send_file_sends_nothing(branch: Any) -> None:
    """Merging a playbook sends nothing; who has the old wording is said."""
    assert _headline(branch) == "Merging sends nothing"
    branch.run("--env", "production")
    path = branch.folder / "p.yaml"
    path.write_text(path.read_text("utf-8").replace('sign: "."', 'sign: "!"'), "utf-8")
    _commit(branch)
    said = "Merging sends nothing; 5 people already have the old wording"
    assert _headline(branch) == said
    assert _review(branch, "--format", "markdown").out.startswith(f"**{said}**\n<!-- flexplay")


def test_a_send_file_is_planned_in_its_environment(branch: Any) -> None:
    """The first line says how many messages merging sends in which environment."""
    _send(branch)
    _commit(branch)
    assert _headline(branch) == ("Merging sends 5 messages in production, 0 messages in staging")
    ran = _review(branch, "--format", "markdown")
    assert "## production\n\n### sends/week-49.yaml: sends 5 messages in production" in ran.out
    assert "Hi ‹name›." in ran.out
    assert branch.posts() == 0


def test_only_what_the_branch_changes_is_planned(branch: Any) -> None:
    """A send file that main has already is not sent again, nor named."""
    _send(branch)
    _commit(branch)
    _git(branch.folder, "switch", "-q", "main")
    _git(branch.folder, "merge", "-q", "branch")
    _git(branch.folder, "switch", "-qc", "next")
    _send(branch, "week-50", environment="staging")
    document = _document(branch)
    assert [each["file"] for each in document["sends"]] == ["sends/week-50.yaml"]
    assert document["environments"] == [
        {"environment": "staging", "messages": 5},
        {"environment": "production", "messages": 0},
    ]
    assert _document(branch, "p.yaml")["sends"] == []


def test_the_plans_are_kept_and_can_be_applied(branch: Any) -> None:
    """One file for each send file, named after it."""
    _send(branch)
    document = _document(branch, "-o", "plans")
    (send,) = document["sends"]
    assert send["plan"] == "plans/sends-week-49.json"
    assert send["pending"] is True
    ran = branch.flexplay(
        "apply", send["plan"], "--digest", send["digest"], "--base-url", branch.sandbox.url
    )
    assert ran.code == 0, ran.err
    assert len(branch.messages()) == 5
    (again,) = _document(branch, "-o", "plans")["sends"]
    assert (again["pending"], again["messages"], again["digest"]) == (False, 0, send["digest"])


def test_it_says_whether_a_plan_is_what_was_reviewed(branch: Any) -> None:
    """By its digest, anywhere in the text that was reviewed: the comment of the pull request."""
    _send(branch)
    comment = _review(branch, "--format", "markdown", "-o", "plans").out
    Path("comment.md").write_text(comment, "utf-8")
    same = _review(branch, "--format", "markdown", "-o", "plans", "--reviewed", "comment.md")
    assert "**Exactly what was reviewed.**" in same.out
    _send(branch, vars={"sign": "!"})
    other = _review(branch, "-o", "plans", "--reviewed", "comment.md")
    assert "NOT WHAT WAS REVIEWED" in other.out
    assert _review(branch, "--reviewed", "gone.md").code == 2


def test_the_comment_has_the_plans_and_what_changed(branch: Any) -> None:
    """In one file with both marks, beside whatever is printed."""
    _send(branch)
    path = branch.folder / "p.yaml"
    path.write_text(path.read_text("utf-8").replace('sign: "."', 'sign: "!"'), "utf-8")
    (send,) = _document(branch, "-o", "plans", "--comment", "comment.md")["sends"]
    comment = Path("comment.md").read_text("utf-8")
    first, mark, *_ = comment.splitlines()
    assert first == "**Merging sends 5 messages in production, 0 messages in staging**"
    assert mark == "<!-- flexplay review -->"
    assert send["digest"] in comment
    _, _, changes = comment.partition("## What changed\n\n")
    assert changes.splitlines()[1] == "<!-- flexplay diff -->"
    assert "Hi Ann<del>.</del><ins>!</ins>" in changes
    ran = _review(branch, "--comment", "no/where.md")
    assert (ran.code, "no/where.md cannot be written" in ran.err) == (2, True)


def test_offline_says_that_it_is_at_most(branch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fork's pull request has no secrets: who has got it already stays unknown."""
    _send(branch)
    monkeypatch.delenv("TWILIO_ACCOUNT_SID")
    ran = _review(branch, "--offline", "--format", "markdown")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("**Merging sends at most 5 messages in production")
    assert "Already sent: unknown" in ran.out
    assert _review(branch, "--offline", "-o", "plans").code == 2


def test_recipients_that_are_not_here_are_said(branch: Any) -> None:
    """The others are planned all the same."""
    _send(branch)
    _send(branch, "week-50", recipients={"file": "https://crm.example.com/x.csv"})
    document = _document(branch)
    assert document["exit_code"] == 1
    assert document["headline"].endswith("; 1 send file cannot be planned here")
    bad = next(each for each in document["sends"] if each["file"] == "sends/week-50.yaml")
    assert [each["code"] for each in bad["findings"]] == ["FP231"]


def test_what_the_policy_refuses_is_said_for_each_send(branch: Any) -> None:
    """With exit code 4, and no plan is kept."""
    _send(branch, max=3)
    document = _document(branch, "-o", "plans")
    assert document["exit_code"] == 4
    assert "5 people would be messaged" in document["sends"][0]["refused"]
    assert document["sends"][0]["plan"] == ""
    ran = _review(branch, "--format", "markdown")
    assert "> **REFUSED:** 5 people would be messaged" in ran.out


def test_an_environment_that_is_not_there_is_said(branch: Any) -> None:
    """As a usage error would be, for this file alone."""
    _send(branch, environment="prod")
    document = _document(branch)
    assert 'there is no environment "prod"' in document["sends"][0]["refused"]


def test_a_base_that_is_no_commit_is_a_usage_error(branch: Any) -> None:
    """With what to type."""
    ran = branch.flexplay("review", "--base", "nowhere")
    assert (ran.code, "nowhere" in ran.err) == (2, True)


def test_the_people_at_a_terminal_read_the_headline_last(branch: Any) -> None:
    """Below the plans."""
    _send(branch)
    ran = _review(branch, "--detailed-exitcode")
    assert ran.code == 3
    assert ran.out.splitlines()[-1] == (
        "Merging sends 5 messages in production, 0 messages in staging."
    )
