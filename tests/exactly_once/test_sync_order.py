"""Each POST of the real command leaves after its intent was synced to the disk, by system calls."""

import re
from pathlib import Path

import pytest

from runner.sandbox.server import SandboxServer
from runner.sandbox.state import World
from runner.sandbox.values import Settings
from tests.exactly_once.killing import PLAYBOOK
from tests.exactly_once.matrix import SEQUENCES
from tests.exactly_once.system_calls import trace

PEOPLE = 3
POSTS = {"interaction-first": 2, "conversation-first": 4}
MUTANT = Path(__file__).parent / "children" / "run_unsynced.py"
_WRITTEN = re.compile(r"\bpwrite64\(\d+<[^>]*-wal>")
_SYNCED = re.compile(r"\b(fdatasync|fsync)\(\d+<[^>]*-wal>\)")
_POSTED = re.compile(r'\b(sendto|sendmsg|write|writev)\(\d+<[^>]*>, .*"POST /v1/')


def posts_of(folder: Path, sequence: str, *program: object) -> list[bool]:
    """Run the command and return, for each POST, whether what was written before it was synced."""
    text = PLAYBOOK.format(sid="0123456789abcdef" * 2, sequence=sequence)
    (folder / "p.yaml").write_text(text + "  concurrency: 1\n")
    rows = "".join(f"{number},+1311555{number:04}\n" for number in range(PEOPLE))
    (folder / "people.csv").write_text(f"id,phone\n{rows}")
    calls = "fdatasync,fsync,pwrite64,sendto,sendmsg,write,writev"
    paths = ("p.yaml", "-r", "people.csv", "--journal", "j.db", "--new-journal", "--yes")
    with SandboxServer(World(Settings(join_delay=0.0))) as server:
        words = (*program, "run", *paths, "--base-url", server.url)
        lines, done = trace(folder, calls, *words, options=("-s", "64"))
        made = server.world.records.tally.messages
    assert len(made) == PEOPLE, done.stdout + done.stderr
    return _synced_before_post(lines)


def _synced_before_post(lines: list[str]) -> list[bool]:
    """Return, for each POST, whether the log was written since the last one, and synced after."""
    posts: list[bool] = []
    written = synced = False
    for line in lines:
        if _WRITTEN.search(line):
            written, synced = True, False
        elif _SYNCED.search(line):
            synced = True
        elif _POSTED.search(line):
            posts.append(written and synced)
            written = synced = False
    return posts


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_every_post_leaves_after_its_intent_was_synced(tmp_path: Path, sequence: str) -> None:
    """Between two POSTs the log is written, and then synced, every time."""
    posts = posts_of(tmp_path, sequence, "-m", "runner")
    assert posts == [True] * (PEOPLE * POSTS[sequence])


def test_the_mutant_that_does_not_sync_is_caught(tmp_path: Path) -> None:
    """With synchronous=NORMAL the same look finds POSTs before which nothing was synced."""
    posts = posts_of(tmp_path, "interaction-first", MUTANT)
    assert len(posts) == PEOPLE * POSTS["interaction-first"]
    assert posts.count(True) < len(posts)
