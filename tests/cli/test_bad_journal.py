"""A journal in a bad state: a clear message, exit 4, nothing sent, nothing lost."""

import json
import shlex
import sqlite3
import subprocess
import sys
from typing import Any

import pytest

from runner.journal.sqlite import open_sqlite


@pytest.fixture
def begun(desk: Any) -> Any:
    """Return a desk whose journal knows that A was sent."""
    assert desk.run("--only", "A").code == 0
    return desk


def _refused_everywhere(desk: Any, said: str) -> None:
    posts = desk.posts()
    for ran in (desk.run(), desk.resume(), desk.flexplay("status"), desk.flexplay("why", "A")):
        assert ran.code == 4, ran.out + ran.err
        assert said in ran.err
        assert str(desk.journal) in ran.err
    assert desk.posts() == posts


def test_a_damaged_journal_sends_nothing(begun: Any) -> None:
    """It is not silently begun anew."""
    data = bytearray(begun.journal.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    begun.journal.write_bytes(data)
    _refused_everywhere(begun, "damaged")
    assert begun.run("--dry-run").code == 4


def test_a_file_that_is_no_journal_sends_nothing(begun: Any) -> None:
    """Whatever lies there is not overwritten."""
    begun.journal.write_bytes(b"my thesis " * 1000)
    _refused_everywhere(begun, "is not a flexplay journal")
    assert begun.journal.read_bytes().startswith(b"my thesis")


def test_a_newer_journal_sends_nothing(begun: Any) -> None:
    """Only the flexplay that wrote it knows what it means."""
    with sqlite3.connect(begun.journal) as database:
        database.execute("UPDATE meta SET value = '99' WHERE name = 'version'")
    database.close()
    _refused_everywhere(begun, "newer")
    assert begun.run("--dry-run").code == 4


def test_a_locked_journal_sends_nothing(begun: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program keeps it: after some patience that is said."""
    monkeypatch.setitem(open_sqlite.__kwdefaults__ or {}, "patience", 0.01)
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('PRAGMA journal_mode = DELETE'); c.execute('BEGIN EXCLUSIVE');"
        "print('locked', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(begun.journal)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        _refused_everywhere(begun, "is locked by another program")
        other.communicate()
    assert begun.run_json()["counts"]["sent"] == 4


_WITHOUT_POWER = """\
import ctypes, os, sys
if os.getuid() == 0:
    for power in (1, 2):  # CAP_DAC_OVERRIDE, _READ_SEARCH: modes count for root too
        assert ctypes.CDLL(None).prctl(24, power, 0, 0, 0) == 0
os.execv(sys.executable, [sys.executable, "-m", "runner", *sys.argv[1:]])
"""


def test_a_journal_that_may_not_be_written_sends_nothing(begun: Any) -> None:
    """A dry run can still read it."""
    begun.journal.chmod(0o444)
    begun.journal.parent.chmod(0o555)
    posts = begun.posts()
    words = ("run", "p.yaml", "-r", "r.csv", "--base-url", begun.sandbox.url, "--yes")
    sent, shown = (
        subprocess.run(
            [sys.executable, "-c", _WITHOUT_POWER, *words, *more],
            cwd=begun.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        for more in ((), ("--dry-run",))
    )
    begun.journal.parent.chmod(0o700)
    assert sent.returncode == 4, sent.stderr
    assert "writ" in sent.stderr
    assert begun.posts() == posts
    assert shown.returncode == 0, shown.stderr
    assert "1 already sent" in shown.stderr


_WITH_LIMIT = """\
import resource, sys
from runner.cli.boundary import run_command
resource.setrlimit(resource.RLIMIT_FSIZE, (260_000, 260_000))
sys.exit(run_command(sys.argv[1:]))
"""


def test_a_full_disk_during_a_run_loses_nothing(desk: Any) -> None:
    """The run ends with a clear message and the command that carries on, which finishes it."""
    rows = [f"{number},P{number},+1311555{number:04d}" for number in range(100, 160)]
    (desk.folder / "r.csv").write_text("\n".join(["id,name,phone", *rows]) + "\n")
    words = ("run", "p.yaml", "-r", "r.csv", "--base-url", desk.sandbox.url, "--yes")
    ran = subprocess.run(
        [sys.executable, "-c", _WITH_LIMIT, *words, "--new-journal"],
        cwd=desk.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 4, ran.stdout + ran.stderr
    assert "Stopped: the journal" in ran.stdout
    assert "size limit was reached" in ran.stdout
    assert len(desk.messages()) < 60
    (carry_on,) = [line for line in ran.stdout.splitlines() if line.startswith("Carry on: ")]
    command = shlex.split(carry_on.removeprefix("Carry on: flexplay "))
    counts = json.loads(desk.flexplay(*command, "--yes", "--format", "json").out)["counts"]
    assert counts["sent"] + counts["already_sent"] == 60
    texts = [text for _, text in desk.messages()]
    assert sorted(texts) == sorted(f"Hi P{number}." for number in range(100, 160))
