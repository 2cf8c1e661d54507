"""A repository with playbooks, a shared PostgreSQL journal, a stand-in for Twilio, and people."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

ACCOUNT = "AC" + "0a" * 16
KEY = "5e" * 32
PROJECT = f"""\
environments:
  production: {{ live: true, account_sid: {ACCOUNT}, policy: {{ require_plan: true }} }}
  staging: {{ live: true, account_sid: {ACCOUNT} }}
"""
PLAYBOOK = """\
version: 1
name: reminder
channel: { type: sms }
participants: [{ address: "{{ recipient.phone }}", proxy_address: "+19255550100" }]
routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    workflow_sid: WW0123456789abcdef0123456789abcdef
    queue_sid: WQ0123456789abcdef0123456789abcdef
    worker_sid: WK0123456789abcdef0123456789abcdef
message: { author: Clinic, body: "Hi {{ recipient.name }}." }
recipients:
  key: "{{ recipient.id }}"
  schema:
    type: object
    required: [id, name, phone]
    properties: { phone: { type: string, format: phone } }
samples: [{ id: "1", name: Ann, phone: "+13115552368" }]
delivery: { timeout: 5s, settle: 1s }
"""
NAMES = ("Ann", "Bob", "Cem", "Dee", "Eve")
_FETCH = 'mkdir -p data\ncp "$CRM_TOKEN"/*.csv data/\n'


@dataclass(frozen=True, slots=True)
class Stage:
    """The origin that all push to, somebody's clone of it, and what is outside of git.

    `crm` is where the recipients are fetched from; the environment has what every machine has.
    """

    folder: Path
    sandbox: Any
    journal: str

    @property
    def clone(self) -> Path:
        """Return the clone in which changes are made."""
        return self.folder / "clone"

    @property
    def crm(self) -> Path:
        """Return where the recipients are."""
        return self.folder / "crm"

    @property
    def environment(self) -> dict[str, str]:
        """Return what every machine knows: the stand-in, and the programs of this test."""
        bins = (str(self.folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"])
        return {
            "PATH": os.pathsep.join(bins),
            "FLEXPLAY_BASE_URL": self.sandbox.url,
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder / "tmp"),
        }

    @property
    def secrets(self) -> dict[str, str]:
        """Return the secrets of the repository: the journal's, and the recipients'."""
        return {
            "FLEXPLAY_JOURNAL": self.journal,
            "FLEXPLAY_JOURNAL_KEY": KEY,
            "CRM_TOKEN": str(self.crm),
        }

    @property
    def twilio(self) -> dict[str, str]:
        """Return the secrets of an environment: whoever has them can send."""
        key = {"TWILIO_API_KEY": "SK" + "0b" * 16, "TWILIO_API_SECRET": "invented"}
        return {"TWILIO_ACCOUNT_SID": ACCOUNT, **key}

    def git(self, *words: object, folder: Path | None = None) -> str:
        """Run git in the clone, or elsewhere, and return what it prints."""
        who = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
        ran = subprocess.run(
            ["git", *who, *map(str, words)],
            cwd=folder or self.clone,
            check=True,
            capture_output=True,
            text=True,
        )
        return ran.stdout.strip()

    def type(self, *words: object) -> subprocess.CompletedProcess[str]:
        """Type a command in the clone, with all secrets."""
        return subprocess.run(
            [sys.executable, "-m", "runner", *map(str, words)],
            cwd=self.clone,
            env={**os.environ, **self.environment, **self.secrets, **self.twilio},
            capture_output=True,
            text=True,
            check=False,
        )

    def write(self, name: str, text: str) -> None:
        """Write a file of the clone."""
        path = self.clone / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def write_rows(self, *names: str, file: str = "week-49.csv") -> str:
        """Write recipients where they are fetched from, and return their digest."""
        rows = [f"{name[0]},{name},+131155501{ord(name[0]):02d}" for name in names]
        path = self.crm / file
        path.write_text("\n".join(["id,name,phone", *rows]) + "\n", "utf-8")
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def write_send(self, name: str = "week-49", **more: Any) -> None:
        """Write a send file for five recipients, whose digest it names unless told otherwise."""
        digest = self.write_rows(*NAMES, file=f"{name}.csv")
        recipients = {"file": f"../data/{name}.csv", "sha256": digest}
        wish = {
            "version": 1,
            "playbook": "../p.yaml",
            "environment": "production",
            "recipients": recipients,
            **more,
        }
        self.write(f"sends/{name}.yaml", json.dumps(wish, indent=1))

    def reword(self, old: str = "Hi ", new: str = "Dear ") -> None:
        """Change the message."""
        path = self.clone / "p.yaml"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    def push(self, branch: str) -> str:
        """Commit everything on a branch, push it, and return the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", f"a change on {branch}")
        self.git("push", "--quiet", "origin", f"HEAD:{branch}")
        return self.git("rev-parse", "HEAD")

    def begin(self, branch: str) -> None:
        """Begin a branch where main is now."""
        self.git("fetch", "--quiet", "origin")
        self.git("switch", "--quiet", "--create", branch, "origin/main")

    def squash(self, branch: str) -> tuple[str, str]:
        """Merge a branch as one commit; return what main was and is."""
        self.git("fetch", "--quiet", "origin")
        self.git("switch", "--quiet", "--detach", "origin/main")
        before = self.git("rev-parse", "HEAD")
        self.git("merge", "--quiet", "--squash", f"origin/{branch}")
        return before, self.push("main")

    def check_out(self, name: str, commit: str, merged_with: str = "") -> Path:
        """Return a fresh clone at a commit, or at its merge with a branch, as services do it."""
        folder = self.folder / name
        self.git("clone", "--quiet", self.folder / "origin.git", folder, folder=self.folder)
        self.git("checkout", "--quiet", "--detach", commit, folder=folder)
        if merged_with:
            words = ("merge", "--quiet", "--no-ff", "--message", "merge", f"origin/{merged_with}")
            self.git(*words, folder=folder)
        return folder

    def messages(self) -> list[tuple[str, str]]:
        """Return the address and the text of every message that the stand-in has, sorted."""
        url = f"{self.sandbox.url}/_sandbox/ledger"
        found = []
        for conversation in httpx.get(url).raise_for_status().json()["conversations"]:
            people = [
                each["messaging_binding"]["address"]
                for each in conversation["participants"]
                if each.get("messaging_binding")
            ]
            found += [(people[0], message["body"]) for message in conversation["messages"]]
        return sorted(found)


def expected_messages(greeting: str = "Hi", names: tuple[str, ...] = NAMES) -> list[Any]:
    """Return what everybody is to get, once."""
    return sorted((f"+131155501{ord(name[0]):02d}", f"{greeting} {name}.") for name in names)


@pytest.fixture
def everybody() -> Callable[..., list[Any]]:
    """Return what says what everybody is to get."""
    return expected_messages


@pytest.fixture
def stage(
    tmp_path: Path, sandbox: Any, postgres_server: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """Return a repository whose main has a playbook, and a journal that nobody is in yet."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    made = Stage(tmp_path, sandbox, postgres_server.create_database())
    for name in ("clone", "crm", "bin", "tmp"):
        (tmp_path / name).mkdir()
    made.git("init", "--quiet", "--bare", "-b", "main", "origin.git", folder=tmp_path)
    made.git("init", "--quiet", "-b", "main")
    made.git("remote", "add", "origin", tmp_path / "origin.git")
    made.write("flexplay.yaml", PROJECT)
    made.write("p.yaml", PLAYBOOK)
    made.write(".gitignore", "data/\nplans/\nflexplay-*\n")
    made.write(".github/fetch-recipients.sh", _FETCH)
    made.push("main")
    made.write_rows(*NAMES)
    (made.crm / "opt-outs.txt").write_text("address\n+13115550199\n", "utf-8")
    ran = made.type("suppress", "import", made.crm / "opt-outs.txt", "--new-journal")
    assert ran.returncode == 0, ran.stderr
    yield made
    postgres_server.drop_database(made.journal)
