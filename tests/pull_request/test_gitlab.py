"""Merge requests on GitLab, from the first push to the last message.

The scripts of `ci/gitlab.yml` run as they stand there, in real clones of a real repository, against
a server that answers as GitLab's API does. What was sent is read out of the stand-in's ledger.
"""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
TOKEN = "glpat-invented"
OURS, THEIRS = 7, 8
MARK = "<!-- flexplay review -->"
TEMPLATE = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text("utf-8"))


@dataclass(slots=True)
class Api:
    """The notes of all merge requests, and which of them brought a commit."""

    notes: list[dict[str, Any]] = field(default_factory=list)
    merged: dict[str, int] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    url: str = ""

    def note(self, number: int, author: int, body: str) -> dict[str, Any]:
        """Let somebody write a note."""
        made = {
            "id": 100 + len(self.notes),
            "number": number,
            "author": {"id": author},
            "body": body,
        }
        self.notes.append(made)
        return made

    def answer(self, method: str, path: str, data: Any) -> Any:
        """Return what GitLab answers."""
        url = urlsplit(path)
        self.calls.append(f"{method} {url.path}")
        match url.path.removeprefix("/api/v4/").split("/"):
            case ["user"]:
                return {"id": OURS}
            case ["projects", "1", "merge_requests", number, "notes"] if method == "POST":
                return self.note(int(number), OURS, data["body"])
            case ["projects", "1", "merge_requests", number, "notes"]:
                found = [each for each in self.notes if each["number"] == int(number)]
                return self._page(found, url.query)
            case ["projects", "1", "merge_requests", _, "notes", which] if method == "PUT":
                (note,) = [each for each in self.notes if each["id"] == int(which)]
                note["body"] = data["body"]
                return note
            case ["projects", "1", "repository", "commits", commit, "merge_requests"]:
                one = [{"iid": self.merged[commit], "project_id": 1, "state": "merged"}]
                return self._page(one if commit in self.merged else [], url.query)
        raise AssertionError(f"{method} {path}")

    def _page(self, found: list[Any], query: str) -> list[Any]:
        asked = parse_qs(query)
        size, page = int(asked["per_page"][0]), int(asked["page"][0])
        return found[size * (page - 1) : size * page]


@pytest.fixture
def api() -> Iterator[Api]:
    """Return GitLab's API, which listens."""
    made = Api()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            known = self.headers["PRIVATE-TOKEN"] == TOKEN
            length = int(self.headers["Content-Length"] or 0)
            data = json.loads(self.rfile.read(length)) if length else None
            answer = made.answer(self.command, self.path, data) if known else {"message": "401"}
            self.send_response(200 if known else 401)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = do_PUT = _serve  # noqa: N815 - the base class's names

        def log_message(self, *words: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}/api/v4"
    yield made
    server.shutdown()
    server.server_close()


@dataclass(slots=True)
class GitLab:
    """What happens on GitLab: pipelines of merge requests and of main, and jobs that are started.

    `variables` are the project's; with an environment, a job has those of that environment, too.
    """

    stage: Any
    api: Api
    variables: dict[str, str] = field(default_factory=dict)
    jobs: int = 0

    def review(self, branch: str, number: int, *, fork: bool = False) -> Any:
        """Run what a push to a merge request sets off."""
        self.stage.git("fetch", "--quiet", "origin")
        base = self.stage.git("merge-base", "origin/main", f"origin/{branch}")
        variables = {
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
            "CI_MERGE_REQUEST_IID": str(number),
            "CI_MERGE_REQUEST_PROJECT_ID": "1",
            "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2" if fork else "1",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        }
        folder = self._check_out("origin/main", branch)
        return self._run("flexplay-review", folder, {} if fork else self._secrets, variables)

    def merge(self, branch: str, number: int) -> tuple[str, str]:
        """Squash and merge a merge request; return what main was and is."""
        before, after = self.stage.squash(branch)
        self.api.merged[after] = number
        return str(before), str(after)

    def plan(self, pushed: tuple[str, str]) -> tuple[Any, Path]:
        """Run what a push to main sets off; return that, and where its artifacts are."""
        folder = self._check_out(pushed[1])
        commits = {"CI_COMMIT_BEFORE_SHA": pushed[0], "CI_COMMIT_SHA": pushed[1]}
        ran = self._run("flexplay-plan", folder, self._secrets, commits)
        return ran, folder / "flexplay-plans"

    def apply(self, pushed: tuple[str, str], plans: Path, environment: str = "production") -> Any:
        """Start the job that applies what was planned for an environment."""
        folder = self._check_out(pushed[1])
        (folder / "flexplay-plans").symlink_to(plans)
        secrets = {**self._secrets, **self.stage.twilio}
        return self._run(".flexplay-apply", folder, secrets, {"FLEXPLAY_ENVIRONMENT": environment})

    @property
    def _secrets(self) -> dict[str, str]:
        secrets = self.stage.secrets
        return {
            **secrets,
            "FLEXPLAY_GITLAB_TOKEN": TOKEN,
            "FLEXPLAY_FETCH": ".github/fetch-recipients.sh",
            **self.variables,
        }

    def _check_out(self, commit: str, merged_with: str = "") -> Path:
        self.jobs += 1
        found: Path = self.stage.check_out(f"job{self.jobs}", commit, merged_with)
        return found

    def _run(self, job: str, folder: Path, *variables: dict[str, str]) -> Any:
        environment = {
            **os.environ,
            **self.stage.environment,
            **TEMPLATE["variables"],
            "CI": "true",
            "CI_API_V4_URL": self.api.url,
            "CI_COMMIT_SHORT_SHA": "abc12345",
            "CI_JOB_URL": "https://gitlab.example/o/r/-/jobs/1",
            "CI_PROJECT_DIR": str(folder),
            "CI_PROJECT_ID": "1",
        }
        for each in variables:
            environment |= each
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script_of(job)],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )


def script_of(job: str) -> str:
    """Return the script of a job; lists in its list count as their commands."""
    lines = TEMPLATE[job]["script"]
    return "\n".join(
        line for each in lines for line in (each if isinstance(each, list) else [each])
    )


@pytest.fixture
def gitlab(stage: Any, api: Api) -> GitLab:
    """Return GitLab, with nothing on it but the repository."""
    return GitLab(stage, api)


def test_a_send_file_is_reviewed_merged_started_and_sent_once(
    gitlab: GitLab, everybody: Callable[..., list[Any]]
) -> None:
    """One note, changed in its place; what it says is sent; a second start sends nothing."""
    stage, api = gitlab.stage, gitlab.api
    for _ in range(101):
        api.note(2, THEIRS, "Looks good.")
    api.note(2, THEIRS, f"{MARK} mine")
    stage.begin("send")
    stage.write_send()
    stage.push("send")
    first = gitlab.review("send", 2)
    assert first.returncode == 0, first.stdout
    note = api.notes[-1]
    headline = "Merging sends 5 messages in production, 0 messages in staging"
    assert note["body"].startswith(f"**{headline}**\n{MARK}\n")
    assert "+1311555" not in first.stdout + note["body"]
    stage.reword()
    stage.push("send")
    assert gitlab.review("send", 2).returncode == 0
    assert api.notes[-1] is note
    assert len(api.notes) == 103
    assert "Dear ‹name›." in note["body"]
    pushed = gitlab.merge("send", 2)
    ran, plans = gitlab.plan(pushed)
    assert ran.returncode == 0, ran.stdout
    assert "**Exactly what was reviewed.**" in ran.stdout
    elsewhere = gitlab.apply(pushed, plans, "staging")
    assert elsewhere.returncode == 0
    assert "There is nothing to apply in staging." in elsewhere.stdout
    assert stage.messages() == []
    applied = gitlab.apply(pushed, plans)
    assert applied.returncode == 0, applied.stdout
    assert stage.messages() == everybody("Dear")
    assert gitlab.apply(pushed, plans).returncode == 4
    assert stage.messages() == everybody("Dear")


def test_what_was_not_reviewed_is_not_applied(
    gitlab: GitLab, everybody: Callable[..., list[Any]]
) -> None:
    """Unless the project leaves it to whoever starts the job; a note of others proves nothing."""
    stage, api = gitlab.stage, gitlab.api
    stage.begin("send")
    stage.write_send(recipients={"file": "../data/week-49.csv"})
    stage.push("send")
    assert gitlab.review("send", 2).returncode == 0
    pushed = gitlab.merge("send", 2)
    api.notes[0]["author"]["id"] = THEIRS
    ran, plans = gitlab.plan(pushed)
    assert ran.returncode == 4
    assert "NOT WHAT WAS REVIEWED, and not to be applied: sends/week-49.yaml" in ran.stdout
    assert "There is nothing to apply" in gitlab.apply(pushed, plans).stdout
    assert stage.messages() == []
    gitlab.variables["FLEXPLAY_UNREVIEWED"] = "allow"
    ran, plans = gitlab.plan(pushed)
    assert ran.returncode == 0, ran.stdout
    assert gitlab.apply(pushed, plans).returncode == 0
    assert stage.messages() == everybody()


def test_other_recipients_than_the_send_file_names_are_refused(gitlab: GitLab) -> None:
    """Somebody was added after the review: the digest in the send file tells."""
    stage = gitlab.stage
    stage.begin("send")
    stage.write_send()
    stage.push("send")
    pushed = gitlab.merge("send", 2)
    stage.write_rows("Ann", "Bob", "Cem", "Dee", "Eve", "Flo")
    ran, plans = gitlab.plan(pushed)
    assert ran.returncode == 1
    assert "FP230" in ran.stdout
    assert "There is nothing to apply" in gitlab.apply(pushed, plans).stdout
    assert stage.messages() == []


def test_without_a_token_the_review_is_an_artifact(gitlab: GitLab) -> None:
    """And a fork's pipeline, which has no variables, says what is sent at most."""
    stage = gitlab.stage
    stage.begin("wording")
    stage.reword()
    stage.push("wording")
    gitlab.variables["FLEXPLAY_GITLAB_TOKEN"] = ""
    ran = gitlab.review("wording", 3)
    assert ran.returncode == 0, ran.stdout
    assert "flexplay-review.md is an artifact" in ran.stdout
    assert "flexplay-review.md" in TEMPLATE["flexplay-review"]["artifacts"]["paths"]
    assert "Merging sends nothing" in ran.stdout
    stage.begin("fork")
    stage.write_send("week-50")
    stage.push("fork")
    ran = gitlab.review("fork", 4, fork=True)
    assert ran.returncode == 1, ran.stdout
    assert "1 send file cannot be planned here" in ran.stdout
    assert "FP231" in (stage.folder / f"job{gitlab.jobs}" / "flexplay-review.md").read_text("utf-8")
    assert gitlab.api.calls == []


def test_a_review_that_breaks_down_says_so_in_the_note(gitlab: GitLab) -> None:
    """What the note said of an earlier commit must not stay there."""
    stage = gitlab.stage
    stage.begin("wording")
    stage.reword()
    stage.push("wording")
    gitlab.variables["FLEXPLAY_PATHS"] = "nowhere"
    ran = gitlab.review("wording", 3)
    assert ran.returncode == 2
    assert gitlab.api.notes[0]["body"].startswith("**flexplay could not review this")


def test_only_a_started_job_in_an_environment_applies() -> None:
    """By hand, one after another in each environment, and never interrupted."""
    job = TEMPLATE[".flexplay-apply"]
    assert [rule["when"] for rule in job["rules"]] == ["manual"]
    assert job["environment"]["name"] == "$FLEXPLAY_ENVIRONMENT"
    assert job["resource_group"] == "flexplay-$FLEXPLAY_ENVIRONMENT"
    assert job["interruptible"] is False
    applying = [
        name
        for name in TEMPLATE
        if "script" in TEMPLATE[name] and "flexplay apply" in script_of(name)
    ]
    assert applying == [".flexplay-apply"]
