"""The real command against a stand-in that misbehaves, killed again and again until all is sent.

Used by the test, for a minute, and by `benchmarks/soak.py`, for as long as one likes.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

FAULTS = {
    "rules": [
        {"name": "latency", "fault": "slow", "delay": {"exponential": 0.03, "at_most": 0.4}},
        {"name": "answer lost", "fault": "lose_after", "probability": 0.03},
        {"name": "dropped", "fault": "drop_before", "probability": 0.02},
        {"name": "503 after", "fault": "error_after", "probability": 0.03},
        {"name": "503 before", "fault": "error_before", "probability": 0.02},
        {"name": "429", "fault": "rate_limit", "probability": 0.04, "retry_after": 1},
        {"name": "hangs", "fault": "hang", "probability": 0.01},
        {"name": "half", "fault": "truncate", "probability": 0.01},
        {"name": "nonsense", "fault": "nonsense", "probability": 0.01},
    ],
    "evidence_lag": {"list_tasks": 0.4, "events": 0.4, "list_messages": 0.4},
}
PLAYBOOK = """version: 1
name: soak
channel: {{ type: sms }}
participants:
  - {{ address: "{{{{ recipient.phone }}}}", proxy_address: "+19255551234" }}
routing:
  properties:
    workspace_sid: WS{sid}
    workflow_sid: WW{sid}
    queue_sid: WQ{sid}
    worker_sid: WK{sid}
    task_channel_unique_name: sms
    attributes: {{ customerAddress: "{{{{ recipient.phone }}}}" }}
message: {{ author: Soak, body: "Hello {{{{ recipient.id }}}}." }}
recipients:
  key: "{{{{ recipient.id }}}}"
  schema:
    type: object
    required: [id, phone]
    properties: {{ phone: {{ type: string, format: phone }} }}
samples: [{{ id: "1", phone: "+13115550141" }}]
delivery:
  sequence: {sequence}
  timeout: 1s
  settle: 1s
  join_timeout: 10s
"""
ACCOUNT = "AC" + "0a" * 16
_FINAL = ("sent", "failed", "uncertain", "held")
_MOST_RUNS = 40


@dataclass(slots=True)
class Summary:
    """What a soak came to; `doubled` and `lost` are what must be empty."""

    seed: int
    sequence: str
    deliveries: int
    kills: int = 0
    seconds: float = 0.0
    requests: int = 0
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    found: int = 0
    absent: int = 0
    states: Counter[str] = field(default_factory=Counter)

    def line(self) -> str:
        """Return a line that can be quoted."""
        ends = ", ".join(f"{count:,} {state}" for state, count in self.states.most_common())
        return (
            f"soak {self.sequence}, seed {self.seed}: {self.deliveries:,} deliveries, "
            f"{self.kills:,} SIGKILLs, {self.requests:,} requests in {self.seconds:.0f} s: "
            f"{len(self.doubled)} doubled, {len(self.lost)} lost; "
            f"settled later: {self.found:,} found, {self.absent:,} absent; {ends}"
        )


class Soak:
    """One playbook, one journal, one stand-in, and somebody who kills.

    Args:
        folder: an empty one.
        seed: of the kills and of the stand-in's faults.
        sequence: the playbook's.
        recipients: how many; every tenth shares the telephone number of the one before.
    """

    def __init__(self, folder: Path, seed: int, sequence: str, recipients: int) -> None:
        self.summary = Summary(seed, sequence, recipients)
        self.journal = folder / "journal.db"
        self._folder = folder
        self._chance = random.Random(seed)  # noqa: S311 - when to kill
        self._url = ""
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("FLEXPLAY_", "TWILIO_"))},
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": "invented",
        }
        self._environment.pop("CI", None)
        sids = {"sid": "0123456789abcdef" * 2, "sequence": sequence}
        (folder / "soak.yaml").write_text(PLAYBOOK.format(**sids))
        (folder / "faults.json").write_text(json.dumps(FAULTS))
        rows = (f"{n},+1311555{n - (n % 10 == 9):04}\n" for n in range(recipients))
        (folder / "people.csv").write_text("id,phone\n" + "".join(rows))

    def run(self, kills: int, at_once: int, seconds: float) -> Summary:
        """Kill until there were so many kills or so many seconds, then let everything end."""
        began = time.monotonic()
        with self._stand_in():
            while self.summary.kills < kills and time.monotonic() - began < seconds:
                self._kill_some(at_once)
                if self._is_done():
                    break
            self._let_end()
            self.summary.seconds = time.monotonic() - began
            self._reconcile()
        return self.summary

    @contextmanager
    def _stand_in(self) -> Iterator[None]:
        arguments = ("sandbox", "--faults", "faults.json", "--seed", str(self.summary.seed))
        server = self._start(*arguments)
        try:
            assert server.stdout is not None
            self._url = server.stdout.readline().strip()
            yield
        finally:
            server.terminate()
            server.communicate()

    def _kill_some(self, at_once: int) -> None:
        processes = [self._start(*self._command()) for _ in range(at_once)]
        for process in processes:
            try:
                process.wait(self._chance.uniform(0.9, 3.0))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                self.summary.kills += 1
            self._judge_exit(process)

    def _judge_exit(self, process: subprocess.Popen[str]) -> None:
        out, said = process.communicate()
        if process.returncode in (70, 2):
            self.summary.wrong.append(f"exit {process.returncode}: {out}{said}")

    def _command(self) -> tuple[str, ...]:
        """Return `run`, or now and then `resume`, which may find its run alive."""
        if self.journal.exists() and self._chance.random() < 0.3 and self._states():
            return ("resume", "--yes", "--journal", "journal.db")
        return self._run_command()

    def _run_command(self, *more: str) -> tuple[str, ...]:
        paths = ("soak.yaml", "-r", "people.csv", "--journal", "journal.db", "--new-journal")
        return ("run", *paths, "--base-url", self._url, "--yes", *more)

    def _start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "runner", *arguments],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _let_end(self) -> None:
        """Carry on, without killing, until nobody is under way any more."""
        for _ in range(_MOST_RUNS):
            for command in (self._run_command(), ("resume", "--yes", "--journal", "journal.db")):
                process = self._start(*command)
                process.wait()
                self._judge_exit(process)
                if self._is_done():
                    return

    def _is_done(self) -> bool:
        states = self._states()
        settled = sum(states[state] for state in ("sent", "failed", "held"))
        return settled == self.summary.deliveries

    def _states(self) -> Counter[str]:
        return Counter(state for _, state in self._latest().values())

    def _latest(self) -> dict[str, tuple[str, str]]:
        """Return each key's latest delivery and its state."""
        rows = self._ask("SELECT key, id, state FROM entries ORDER BY attempt")
        return {key: (identity, state) for key, identity, state in rows}

    def _ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the journal, which may have been killed before it had its tables."""
        if not self.journal.exists():
            return []
        with closing(sqlite3.connect(self.journal, timeout=30.0)) as connection:
            tables = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'entries'")
            return connection.execute(sql).fetchall() if tables.fetchone() else []

    def _reconcile(self) -> None:
        """Hold the journal against what the stand-in has really made."""
        summary = self.summary
        with urlopen(f"{self._url}/_sandbox/ledger?summary=1") as answer:  # noqa: S310 - ours
            made = json.load(answer)
        latest = self._latest()
        summary.states = self._states()
        summary.requests = made["requests"]
        for kind in ("interactions", "messages"):
            summary.doubled += [f"{kind} {id_}" for id_, count in made[kind].items() if count > 1]
        per_key: Counter[str] = Counter()
        for key, identity in self._ask("SELECT key, id FROM entries"):
            per_key[key] += made["messages"].get(identity, 0)
        summary.doubled += [f"key {key}" for key, count in per_key.items() if count > 1]
        for key, (identity, state) in latest.items():
            if state == "sent" and not made["reached"].get(identity):
                summary.lost.append(f"key {key} is sent, and reached nobody")
            if state in ("failed", "held") and per_key[key]:
                summary.wrong.append(f"key {key} is {state}, and a message is there")
        missing = summary.deliveries - sum(summary.states[state] for state in _FINAL)
        if missing:
            summary.lost.append(f"{missing} have no end")
        strangers = made["uncorrelated"]["messages"] + made["uncorrelated"]["interactions"]
        if strangers or sum(per_key.values()) != sum(made["messages"].values()):
            summary.wrong.append("the stand-in has messages that the journal does not know")
        self._count_settled()

    def _count_settled(self) -> None:
        """Count the intents whose end was written by another run, or later than any answer."""
        sql = "SELECT delivery, at, run, event FROM steps ORDER BY delivery, at, number"
        intent: tuple[Any, ...] = ("", 0.0, "")
        for delivery, at, run, event in self._ask(sql):
            if event == "intend":
                intent = (delivery, at, run)
            elif event in ("confirm", "send", "disprove") and delivery == intent[0]:
                if run != intent[2] or at - intent[1] > 1.0:
                    self.summary.found += event != "disprove"
                    self.summary.absent += event == "disprove"
                intent = ("", 0.0, "")
