"""The real command and Ctrl-C: it finishes, writes down, says how to go on, and loses nothing."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runner.sandbox.control import read_faults
from runner.sandbox.server import SandboxServer
from runner.sandbox.state import World
from runner.sandbox.values import Settings
from tests.exactly_once.killing import ACCOUNT, PLAYBOOK

RECIPIENTS = 6
PATIENCE = 60.0
SOON = 20.0
"""Far less than what the command would have waited for, far more than it needs to stop."""


class Scene:
    """A stand-in in this process, and the command in others."""

    def __init__(self, folder: Path, server: SandboxServer) -> None:
        self.world: World = server.world
        self._folder = folder
        self._url = server.url
        text = PLAYBOOK.format(sid="0123456789abcdef" * 2, sequence="interaction-first")
        text = text.replace("join_timeout: 10s", "join_timeout: 50s\n  concurrency: 2")
        (folder / "p.yaml").write_text(text.replace("timeout: 1s", "timeout: 30s"))
        rows = "".join(f"{n},+1311555{n:04}\n" for n in range(RECIPIENTS))
        (folder / "people.csv").write_text(f"id,phone\n{rows}")

    def run(self) -> subprocess.Popen[str]:
        """Start the run."""
        paths = ("p.yaml", "-r", "people.csv", "--journal", "j.db", "--new-journal")
        return self._start("run", *paths, "--base-url", self._url, "--yes")

    def resume(self) -> dict[str, Any]:
        """Carry on to the end, and return what the command says."""
        process = self._start("resume", "--journal", "j.db", "--yes", "--format", "json")
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, out + err
        document: dict[str, Any] = json.loads(out)
        return document

    def _start(self, *arguments: str) -> subprocess.Popen[str]:
        credentials = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": "invented"}
        return subprocess.Popen(
            [sys.executable, "-m", "runner", *arguments],
            cwd=self._folder,
            env={**os.environ, **credentials},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def when(self, happened: Callable[[World], bool], process: subprocess.Popen[str]) -> None:
        """Return once something has happened in the world; the process must go on meanwhile."""
        for _ in range(int(PATIENCE / 0.02)):
            with self.world.lock:
                if happened(self.world):
                    return
            try:
                process.wait(0.02)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(process.communicate())
        raise AssertionError("it never happened")

    def put(self, *rules: dict[str, Any], join_delay: float = 0.0) -> None:
        """Say what goes wrong from now on."""
        with self.world.lock:
            self.world.settings = replace(self.world.settings, join_delay=join_delay)
        self.world.bring_faults(read_faults(list(rules)))

    def judge(self) -> None:
        """Every key exactly once."""
        tally = self.world.records.tally
        assert set(tally.interactions.values()) == {1}
        assert sorted(tally.reached.values()) == [1] * RECIPIENTS
        assert sorted(tally.messages.values()) == [1] * RECIPIENTS


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A scene whose customers join at once."""
    with SandboxServer(World(Settings(join_delay=0.0))) as server:
        yield Scene(tmp_path, server)


def interactions(count: int) -> Callable[[World], bool]:
    """Tell whether so many interactions have been made."""
    return lambda world: len(world.records.interactions) >= count


def asked(part: str) -> Callable[[World], bool]:
    """Tell whether a request has come whose path has this part."""
    return lambda world: any(part in noted.path for noted in world.requests)


def end(process: subprocess.Popen[str], *signals: int) -> str:
    """Signal the process, and return what it says when it has ended by itself."""
    for each in signals:
        process.send_signal(each)
    out, err = process.communicate(timeout=SOON)
    assert process.returncode == 130, out + err
    return out + err


@pytest.mark.parametrize("each", [signal.SIGINT, signal.SIGTERM])
def test_what_is_in_flight_is_finished(scene: Scene, each: int) -> None:
    """The first signal waits for the answers, writes them down, and prints the next command."""
    scene.put({"fault": "slow", "delay": 0.5, "on": "create_interaction"})
    process = scene.run()
    scene.when(interactions(1), process)
    said = end(process, each)
    assert "flexplay resume " in said
    scene.put()
    assert scene.resume()["counts"]["pending"] == 0
    scene.judge()


def test_nobody_is_waited_for(scene: Scene) -> None:
    """Customers who have not joined yet are left to whoever resumes."""
    scene.put(join_delay=40.0)
    process = scene.run()
    scene.when(asked("/Participants"), process)
    said = end(process, signal.SIGINT)
    assert "flexplay resume " in said
    with scene.world.lock:
        agenda = scene.world._agenda  # everybody joins now
        agenda[:] = sorted((scene.world.now, number, act) for _, number, act in agenda)
    scene.put()
    scene.resume()
    scene.judge()


def test_evidence_is_not_waited_for(scene: Scene) -> None:
    """A request whose answer was lost stays an intent; whoever resumes settles it."""
    scene.put(
        {"fault": "lose_after", "on": "create_interaction"},
        {"fault": "error_before", "on": "list_tasks"},
    )
    process = scene.run()
    scene.when(asked("/Tasks"), process)
    said = end(process, signal.SIGINT)
    assert "flexplay resume " in said
    scene.put()
    scene.resume()
    scene.judge()


def test_a_rate_limit_is_not_waited_for(scene: Scene) -> None:
    """Nobody sits out the five minutes that Twilio asked for."""
    scene.put({"fault": "rate_limit", "on": "participant_conversations", "retry_after": 300})
    process = scene.run()
    scene.when(asked("/ParticipantConversations"), process)
    said = end(process, signal.SIGINT)
    assert "flexplay resume " in said
    scene.put()
    scene.resume()
    scene.judge()


def test_a_second_interrupt_stops_at_once(scene: Scene) -> None:
    """The answers that are under way are not waited for; what they did is found by who resumes."""
    scene.put({"fault": "hang", "on": "create_interaction"})
    process = scene.run()
    scene.when(interactions(2), process)
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1.0)
    said = end(process, signal.SIGINT)
    assert "flexplay resume " in said
    scene.put()
    scene.resume()
    scene.judge()
