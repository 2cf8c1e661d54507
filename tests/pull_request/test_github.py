"""Pull requests on GitHub, from the first push to the last message.

The jobs of `ci/github.yml` and the steps of `action.yml` run as they stand there, in real clones of
a real repository; only `gh` is one of ours. What was sent is read out of the stand-in's ledger.
"""

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
_SPEC = importlib.util.spec_from_file_location("flexplay_actions", HERE / "actions.py")
assert _SPEC
assert _SPEC.loader
actions = sys.modules["flexplay_actions"] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(actions)

MARK = "<!-- flexplay review -->"
BOT = "github-actions[bot]"


@dataclass(slots=True)
class GitHub:
    """What happens on GitHub: pushes to pull requests, merges, approvals."""

    stage: Any
    inputs: dict[str, str] = field(default_factory=dict)
    jobs: int = 0

    @property
    def store(self) -> Path:
        """Where the comments and pull requests are."""
        return self.stage.folder / "github"  # type: ignore[no-any-return]

    @property
    def service(self) -> Any:
        """Return what runs the workflow's jobs."""
        stage = self.stage
        environment = {**stage.environment, "FAKE_GH": str(self.store)}
        return actions.Service(
            self.store, stage.secrets, stage.twilio, environment, inputs=self.inputs
        )

    def comments(self) -> list[dict[str, Any]]:
        """Return all comments."""
        path = self.store / "comments.json"
        return json.loads(path.read_text("utf-8")) if path.exists() else []

    def comment(self, number: int) -> str:
        """Return the one comment of ours on a pull request."""
        (found,) = [each for each in self.comments() if each["number"] == number]
        return str(found["body"])

    def say(self, number: int, user: str, body: str) -> None:
        """Let somebody comment."""
        comments = self.comments()
        comments.append(
            {"id": 900 + len(comments), "number": number, "user": {"login": user}, "body": body}
        )
        (self.store / "comments.json").write_text(json.dumps(comments), "utf-8")

    def review(
        self, branch: str, number: int, *, fork: bool = False, main: str = "origin/main"
    ) -> Any:
        """Run what a push to a pull request sets off; `main` is what GitHub merged it with."""
        self.stage.git("fetch", "--quiet", "origin")
        folder = self._check_out(main, branch)
        repository = "o/r"
        github = {
            "event_name": "pull_request",
            "fork": fork,
            "ref": f"refs/pull/{number}/merge",
            "repository": repository,
            "sha": self.stage.git("rev-parse", "HEAD", folder=folder),
            "token": "a-token",
            "event": {
                "pull_request": {
                    "number": number,
                    "head": {
                        "sha": self.stage.git("rev-parse", f"origin/{branch}"),
                        "repo": {"full_name": "somebody/r" if fork else repository},
                    },
                }
            },
        }
        return self._run("review", folder, github)

    def merge(self, branch: str, number: int) -> tuple[str, str]:
        """Squash and merge a pull request; return what main was and is."""
        before, after = self.stage.squash(branch)
        path = self.store / "pulls.json"
        pulls = json.loads(path.read_text("utf-8")) if path.exists() else {}
        pulls[after] = [{"number": number, "merged_at": "2026-11-30T09:00:00Z"}]
        path.write_text(json.dumps(pulls), "utf-8")
        return before, after

    def plan(self, pushed: tuple[str, str]) -> Any:
        """Run what a push to main sets off first."""
        before, after = pushed
        return self._run("plan", self._check_out(after), self._push(after, before=before))

    def apply(self, pushed: tuple[str, str], plan: Any) -> list[Any]:
        """Approve everything that the plan's job lets through, and return what became of it."""
        github = self._push(pushed[1], before=pushed[0])
        needs = {"plan": {"outputs": plan.outputs}}
        definition = actions.load_workflow()["jobs"]["apply"]
        failed = plan.code != 0
        if not actions.evaluate_if(definition, {"needs": needs}, failed=failed):
            return []
        return [
            self._run("apply", self._check_out(pushed[1]), github, needs=needs, matrix=each)
            for each in actions.matrix_of(definition, {"needs": needs})
        ]

    def _push(self, commit: str, before: str) -> dict[str, Any]:
        return {
            "event_name": "push",
            "fork": False,
            "ref": "refs/heads/main",
            "repository": "o/r",
            "sha": commit,
            "token": "a-token",
            "event": {"before": before},
        }

    def _check_out(self, commit: str, merged_with: str = "") -> Path:
        self.jobs += 1
        found: Path = self.stage.check_out(f"job{self.jobs}", commit, merged_with)
        return found

    def _run(self, job: str, folder: Path, github: dict[str, Any], **more: Any) -> Any:
        service = self.service
        definition = actions.load_workflow()["jobs"][job]
        contexts = {"github": github, **more}
        if job != "apply":
            assert actions.evaluate_if(definition, contexts, failed=False)
        return service.run_job(job, service.machine(folder, github), github, **more)


@pytest.fixture
def github(stage: Any) -> GitHub:
    """Return GitHub, with nothing on it but the repository."""
    if not shutil.which("jq"):
        pytest.skip("jq is not installed; GitHub's runners have it")
    made = GitHub(stage)
    made.store.mkdir()
    program = stage.folder / "bin" / "gh"
    shutil.copy(HERE / "gh", program)
    program.chmod(0o755)
    return made


def test_other_wording_sends_nothing(github: GitHub, everybody: Callable[..., list[Any]]) -> None:
    """The comment says so, says who has the old wording, and shows what changed."""
    stage = github.stage
    ran = stage.type("run", "p.yaml", "-r", stage.crm / "week-49.csv", "--env", "staging", "--yes")
    assert ran.returncode == 0, ran.stderr
    stage.begin("wording")
    stage.reword()
    stage.push("wording")
    job = github.review("wording", 1)
    assert job.code == 0, job.log
    comment = github.comment(1)
    first, mark, *_ = comment.splitlines()
    assert first == "**Merging sends nothing; 5 people already have the old wording**"
    assert mark == MARK
    assert "<!-- flexplay diff -->" in comment
    assert "<del>Hi</del><ins>Dear</ins>" in comment
    assert comment in job.summary
    pushed = github.merge("wording", 1)
    plan = github.plan(pushed)
    assert (plan.code, plan.outputs["sends"]) == (0, "[]"), plan.log
    assert github.apply(pushed, plan) == []
    assert stage.messages() == everybody()


def test_a_send_file_is_reviewed_merged_approved_and_sent_once(
    github: GitHub, everybody: Callable[..., list[Any]]
) -> None:
    """What the comment says is what is sent, to everybody, and a second apply sends nothing."""
    stage = github.stage
    stage.begin("send")
    stage.write_send()
    stage.push("send")
    first = github.review("send", 2)
    assert first.code == 0, first.log
    headline = "Merging sends 5 messages in production, 0 messages in staging"
    comment = github.comment(2)
    assert comment.startswith(f"**{headline}**\n{MARK}\n")
    assert "## production\n\n### sends/week-49.yaml: sends 5 messages in production" in comment
    assert "Hi ‹name›." in comment
    assert "+1311555" not in comment + first.summary + first.log
    stage.write_send(description="Reminders.", max=5)
    stage.reword()
    stage.push("send")
    assert github.review("send", 2).code == 0
    (updated,) = github.comments()
    assert updated["body"] != comment
    assert "Dear ‹name›." in updated["body"]
    pushed = github.merge("send", 2)
    plan = github.plan(pushed)
    assert plan.code == 0, plan.log
    assert "**Exactly what was reviewed.**" in plan.summary
    assert stage.messages() == []
    (matrix,) = json.loads(plan.outputs["sends"])
    assert (matrix["file"], matrix["environment"]) == ("sends/week-49.yaml", "production")
    assert matrix["digest"] in updated["body"]
    (applied,) = github.apply(pushed, plan)
    assert applied.code == 0, applied.log
    assert stage.messages() == everybody("Dear")
    assert "5" in applied.summary
    assert "+1311555" not in applied.summary + applied.log
    (again,) = github.apply(pushed, plan)
    assert again.code == 4
    assert stage.messages() == everybody("Dear")
    replanned = github.plan(pushed)
    assert (replanned.code, replanned.outputs["sends"]) == (0, "[]"), replanned.log


def _merge_send(github: GitHub, **more: Any) -> tuple[str, str]:
    stage = github.stage
    stage.begin("send")
    stage.write_send(**more)
    stage.push("send")
    job = github.review("send", 3)
    assert job.code == 0, job.log
    return github.merge("send", 3)


def test_a_plan_that_was_edited_is_refused(github: GitHub) -> None:
    """One more person, one later hour: nothing that was not planned so is sent."""
    pushed = _merge_send(github)
    plan = github.plan(pushed)
    file = github.service.artifacts / "flexplay-plans" / "sends-week-49.json"
    text = file.read_text("utf-8")
    file.write_text(text.replace('"expires_at": "2', '"expires_at": "3'), "utf-8")
    (applied,) = github.apply(pushed, plan)
    assert applied.code == 4
    assert "it was edited" in applied.log
    (matrix,) = json.loads(plan.outputs["sends"])
    file.write_text(text, "utf-8")
    plan.outputs["sends"] = json.dumps([{**matrix, "digest": f"sha256:{'0' * 64}"}])
    (applied,) = github.apply(pushed, plan)
    assert applied.code == 4
    assert github.stage.messages() == []


def test_other_recipients_than_the_send_file_names_are_refused(github: GitHub) -> None:
    """Somebody was added after the review: the digest in the send file tells."""
    pushed = _merge_send(github)
    github.stage.write_rows("Ann", "Bob", "Cem", "Dee", "Eve", "Flo")
    plan = github.plan(pushed)
    assert (plan.code, plan.outputs["sends"]) == (1, "[]")
    assert "FP230" in plan.summary
    assert github.apply(pushed, plan) == []
    assert github.stage.messages() == []


def test_what_was_not_reviewed_is_not_applied(
    github: GitHub, everybody: Callable[..., list[Any]]
) -> None:
    """Where the send file names no digest, that of the plan tells; who approves may decide."""
    names = ("Ann", "Bob", "Cem", "Dee", "Eve", "Flo")
    pushed = _merge_send(github, recipients={"file": "../data/week-49.csv"})
    github.stage.write_rows(*names)
    plan = github.plan(pushed)
    assert (plan.code, plan.outputs["sends"]) == (4, "[]")
    assert "NOT WHAT WAS REVIEWED" in plan.summary
    assert "::error title=flexplay::1 of the plans" in plan.log
    assert github.apply(pushed, plan) == []
    assert github.stage.messages() == []
    github.inputs["unreviewed"] = "allow"
    plan = github.plan(pushed)
    assert plan.code == 0, plan.log
    assert "NOT WHAT WAS REVIEWED" in plan.summary
    (applied,) = github.apply(pushed, plan)
    assert applied.code == 0, applied.log
    assert github.stage.messages() == everybody(names=names)


def test_one_plan_that_is_refused_does_not_hold_up_the_others(
    github: GitHub, everybody: Callable[..., list[Any]]
) -> None:
    """The job fails, and what was reviewed can be approved all the same."""
    stage = github.stage
    stage.begin("two")
    stage.write_send()
    stage.write_send("week-50", environment="staging")
    stage.push("two")
    job = github.review("two", 3)
    assert job.code == 0, job.log
    assert "5 messages in production, 5 messages in staging" in github.comment(3)
    pushed = github.merge("two", 3)
    stage.write_rows("Ann", file="week-50.csv")
    plan = github.plan(pushed)
    assert plan.code == 1
    assert [each["file"] for each in json.loads(plan.outputs["sends"])] == ["sends/week-49.yaml"]
    (applied,) = github.apply(pushed, plan)
    assert applied.code == 0, applied.log
    assert stage.messages() == everybody()


def test_what_another_pull_request_changed_meanwhile_is_noticed(github: GitHub) -> None:
    """The wording that was reviewed is not that of main any more."""
    stage = github.stage
    stage.begin("send")
    stage.write_send()
    stage.push("send")
    assert github.review("send", 3).code == 0
    stage.begin("wording")
    stage.reword()
    stage.push("wording")
    assert github.review("wording", 4).code == 0
    github.merge("wording", 4)
    pushed = github.merge("send", 3)
    plan = github.plan(pushed)
    assert (plan.code, plan.outputs["sends"]) == (4, "[]")
    assert github.stage.messages() == []


def test_a_review_shows_what_the_branch_brings_and_not_what_main_has_since(
    github: GitHub,
) -> None:
    """The merge that GitHub checks out is compared with main, wherever the branch began."""
    stage = github.stage
    stage.begin("wording")
    stage.reword()
    stage.push("wording")
    stage.begin("send")
    stage.write_send()
    other = (stage.clone / "p.yaml").read_text("utf-8").replace("reminder", "other")
    stage.write("q.yaml", other)
    stage.push("send")
    older, newer = github.merge("send", 3)
    for main in (newer, older):
        assert github.review("wording", 4, main=main).code == 0
        comment = github.comment(4)
        assert comment.startswith("**Merging sends nothing**")
        assert "p.yaml" in comment
        assert "q.yaml" not in comment


def test_a_fork_gets_no_secrets_and_cannot_comment(github: GitHub) -> None:
    """The summary says what is sent at most; GitHub is asked for nothing."""
    stage = github.stage
    stage.begin("send")
    stage.write_send()
    stage.write(".gitignore", "")
    shutil.copytree(stage.crm, stage.clone / "data")
    stage.push("send")
    job = github.review("send", 5, fork=True)
    assert job.code == 0, job.log
    assert job.summary.startswith(
        "**Merging sends at most 5 messages in production, 0 messages in staging**"
    )
    assert "Already sent: unknown" in job.summary
    assert "This comes from a fork, whose token cannot comment" in job.summary
    assert not (github.store / "calls").exists()
    assert stage.messages() == []


def test_findings_fail_the_review_and_the_comment_is_written(github: GitHub) -> None:
    """With their annotations and the tests that fail."""
    stage = github.stage
    stage.begin("bad")
    test = "{ name: greeting, sample: Ann, environment: staging, expect: { body: Bye } }"
    stage.write("p.test.yaml", f"tests: [{test}]\n")
    bad = (stage.clone / "p.yaml").read_text("utf-8").replace("type: sms ", "type: smss ")
    stage.write("bad.yaml", bad)
    stage.push("bad")
    job = github.review("bad", 6)
    assert job.code == 1
    assert "::error file=bad.yaml,line=3" in job.log
    assert "FP801" in job.summary
    assert "1 of 1 test failed" in job.summary
    assert github.comment(6).startswith(f"**Merging sends nothing**\n{MARK}\n")


def test_a_review_that_breaks_down_says_so_in_the_comment(github: GitHub) -> None:
    """What the comment said of an earlier commit must not stay there."""
    stage = github.stage
    stage.begin("send")
    stage.write_send()
    stage.push("send")
    assert github.review("send", 7).code == 0
    github.inputs["base"] = "nowhere"
    job = github.review("send", 7)
    assert job.code == 2
    assert "there is no commit nowhere here" in job.log
    assert github.comment(7).startswith("**flexplay could not review this: the log says why**")
    assert "sha256:" not in github.comment(7)


def test_comments_of_others_are_neither_changed_nor_believed(github: GitHub) -> None:
    """Anybody can write the mark; also beyond the first page."""
    stage = github.stage
    for _ in range(120):
        github.say(3, "ann", "Looks good.")
    github.say(3, "mallory", f"{MARK} mine")
    stage.begin("send")
    stage.write_send()
    stage.push("send")
    assert github.review("send", 3).code == 0
    stage.write_send(max=7)
    stage.push("send")
    assert github.review("send", 3).code == 0
    own = [each for each in github.comments() if each["user"]["login"] == BOT]
    assert len(own) == 1
    assert github.comments()[120]["body"] == f"{MARK} mine"
    rest = [each for each in github.comments() if each["id"] != own[0]["id"]]
    (github.store / "comments.json").write_text(json.dumps(rest), "utf-8")
    github.say(3, "mallory", own[0]["body"])
    plan = github.plan(github.merge("send", 3))
    assert (plan.code, plan.outputs["sends"]) == (4, "[]")


def test_main_needs_the_journal(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its key nothing is planned there, and it is said why."""
    pushed = _merge_send(github)
    monkeypatch.setattr(type(github.stage), "secrets", {"CRM_TOKEN": str(github.stage.crm)})
    plan = github.plan(pushed)
    assert plan.code == 2
    assert "FLEXPLAY_JOURNAL_KEY is not set" in plan.log
    assert plan.outputs["sends"] == ""
    assert github.apply(pushed, plan) == []


def test_nobody_goes_round_the_review(github: GitHub) -> None:
    """With require_plan, a run in that environment is refused on every machine."""
    stage = github.stage
    ran = stage.type(
        "run", "p.yaml", "-r", stage.crm / "week-49.csv", "--env", "production", "--yes"
    )
    assert ran.returncode == 4
    assert "plan" in ran.stderr
    assert stage.messages() == []


def test_only_an_approved_job_has_what_sends() -> None:
    """Twilio's secrets stand in the job with an environment alone, and nothing cancels it."""
    jobs = actions.load_workflow()["jobs"]
    having = {name for name, job in jobs.items() if "TWILIO" in json.dumps(job)}
    assert having == {"apply"} == {name for name, job in jobs.items() if "environment" in job}
    queue = jobs["apply"]["concurrency"]
    assert (queue["cancel-in-progress"], queue["queue"]) == (False, "max")
    assert jobs["apply"]["strategy"]["fail-fast"] is False
    assert jobs["apply"]["permissions"] == {"contents": "read"}
