"""A desk at which runs are begun, carried on and asked about, against a running stand-in."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

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
message: { author: Clinic, body: "Hi {{ recipient.name }}{{ vars.sign }}" }
recipients:
  key: "{{ recipient.id }}"
  schema:
    type: object
    required: [id, name, phone]
    properties: { phone: { type: string, format: phone } }
delivery: { timeout: 5s, settle: 1s }
vars: { sign: "." }
"""
NAMES = ("Ann", "Bob", "Cem", "Dee", "Eve")


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with a playbook and recipients, and the commands typed in it."""

    flexplay: Callable[..., Any]
    sandbox: Any
    folder: Path
    account: str

    @property
    def journal(self) -> Path:
        """Where the journal lies if nothing else is said."""
        return Path(os.environ["XDG_STATE_HOME"]) / "flexplay" / f"{self.account}.db"

    def write_rows(self, *names: str, file: str = "r.csv") -> None:
        """Write recipients; the first letter is the key."""
        rows = [f"{name[0]},{name},{phone_of(name[0])}" for name in names]
        (self.folder / file).write_text("\n".join(["id,name,phone", *rows]) + "\n", "utf-8")

    def run(self, *more: object) -> Any:
        """Send to everyone in r.csv; nobody is asked."""
        words = ("p.yaml", "-r", "r.csv", "--base-url", self.sandbox.url, "--yes", "--new-journal")
        return self.flexplay("run", *words, *more)

    def run_json(self, *more: object) -> dict[str, Any]:
        """Send, and return the document."""
        return self._document(self.run(*more, "--format", "json"))

    def resume(self, *more: object) -> Any:
        """Carry on the newest run."""
        return self.flexplay("resume", "--yes", *more)

    def resume_json(self, *more: object) -> dict[str, Any]:
        """Carry on, and return the document."""
        return self._document(self.resume(*more, "--format", "json"))

    def status(self, *more: object) -> dict[str, Any]:
        """Return the document of `status`."""
        return self._document(self.flexplay("status", *more, "--format", "json"))

    def why(self, who: str) -> list[dict[str, Any]]:
        """Return what is known of somebody."""
        document = self._document(self.flexplay("why", who, "--format", "json"))
        found: list[dict[str, Any]] = document["deliveries"]
        return found

    def _document(self, ran: Any) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(ran.out)
        assert document["exit_code"] == ran.code, ran.err
        return document

    def messages(self) -> list[tuple[str, str]]:
        """Return the address and the text of every message that the stand-in has, sorted."""
        found = []
        for conversation in self.ledger()["conversations"]:
            people = [
                each["messaging_binding"]["address"]
                for each in conversation["participants"]
                if each.get("messaging_binding")
            ]
            found += [
                (people[0], message["body"])
                for message in conversation["messages"]
                if message["author"] == "Clinic"
            ]
        return sorted(found)

    def posts(self) -> int:
        """Return how many requests that change something the stand-in has got."""
        return sum(request["method"] == "POST" for request in self.ledger()["requests"])

    def open_conversation(self, key: str) -> str:
        """Let a customer write first, and return the conversation."""
        wish = {"address": phone_of(key), "proxy_address": "+19255550100"}
        sid: str = self._post("conversations", wish)["sid"]
        return sid

    def close_conversation(self, sid: str) -> None:
        """Close a conversation, as an agent would."""
        self._post(f"conversations/{sid}", {"state": "closed"})

    def opt_out(self, key: str) -> None:
        """Let a customer opt out."""
        self._post("optouts", {"address": phone_of(key), "proxy_address": "+19255550100"})

    def break_things(self, *rules: dict[str, Any]) -> None:
        """Let these faults strike from now on, in the place of earlier ones."""
        self._post("faults", list(rules))

    def process(self, *words: object, **more: Any) -> subprocess.Popen[str]:
        """Type a command in a process of its own."""
        command = [sys.executable, "-m", "runner", *map(str, words)]
        return subprocess.Popen(command, cwd=self.folder, text=True, **more)

    def ledger(self) -> Any:
        """Return everything that the stand-in has, and has got."""
        return httpx.get(f"{self.sandbox.url}/_sandbox/ledger").raise_for_status().json()

    def _post(self, path: str, data: Any) -> Any:
        url = f"{self.sandbox.url}/_sandbox/{path}"
        return httpx.post(url, json=data).raise_for_status().json()


def phone_of(key: str) -> str:
    """Return the number of the customer with this key."""
    return f"+131155501{ord(key):02d}"


@pytest.fixture
def desk(
    flexplay: Callable[..., Any],
    sandbox: Any,
    credentials: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    """Return a desk with five recipients, keys A to E, and no journal yet."""
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "p.yaml").write_text(PLAYBOOK, "utf-8")
    made = Desk(flexplay, sandbox, folder, credentials)
    made.write_rows(*NAMES)
    return made
