"""The kernel's proof that a run's process lives."""

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from runner.journal import run_lock
from runner.journal.run_lock import (
    _open,
    is_run_alive,
    lock_path,
    read_holder,
    take_run_lock,
)
from runner.model.errors import JournalFault, Refused

HOLD = """
import sys
from pathlib import Path
from runner.journal.run_lock import take_run_lock
lock = take_run_lock(Path(sys.argv[1]), "r1")
print("held", flush=True)
sys.stdin.readline()
"""


def _impatient(_: float) -> None:
    """Do not wait."""


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Return where a journal would be."""
    return tmp_path / "AC1.db"


def test_a_run_is_alive_while_it_is_locked(journal: Path) -> None:
    """Before and after, it is not, and nothing is left lying about."""
    assert not is_run_alive(journal, "r1")
    with take_run_lock(journal, "r1"):
        assert is_run_alive(journal, "r1")
        assert not is_run_alive(journal, "r2")
        path = lock_path(journal, "r1")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not is_run_alive(journal, "r1")
    assert not path.exists()


def test_a_second_process_is_refused_and_told_who_has_it(journal: Path) -> None:
    """The message names the host and the process; the file is JSON for whoever looks."""
    with take_run_lock(journal, "r1"):
        with pytest.raises(Refused, match=f"process {os.getpid()}") as caught:
            take_run_lock(journal, "r1", _impatient)
        assert caught.value.remedy.endswith("flexplay stop r1")
        assert set(json.loads(lock_path(journal, "r1").read_text())) == {
            "who",
            "host",
            "pid",
            "since",
        }


def test_a_killed_process_has_no_lock(journal: Path) -> None:
    """However a process ends, the kernel lets go: its run can be taken over at once."""
    command = [sys.executable, "-c", HOLD, str(journal)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    assert is_run_alive(journal, "r1")
    process.kill()
    process.communicate()
    assert not is_run_alive(journal, "r1")
    holder = read_holder(journal, "r1")
    assert holder is not None
    assert holder.pid == process.pid
    take_run_lock(journal, "r1", _impatient).release()


def test_looking_does_not_keep_anybody_out(journal: Path) -> None:
    """While others look whether the run is alive, it can still be locked."""
    take_run_lock(journal, "r1").release()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            is_run_alive(journal, "r1")

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for _ in range(200):
            take_run_lock(journal, "r1").release()
    finally:
        done.set()
        looking.join()
    assert not is_run_alive(journal, "r1")


def test_a_file_that_was_taken_away_is_no_lock(
    journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever opened the file just before its holder removed it must lock the new one."""
    first = take_run_lock(journal, "r1")
    held = [first]

    def opened(path: Path) -> int:
        handle = _open(path)
        while held:
            held.pop().release()
        return handle

    monkeypatch.setattr(run_lock, "_open", opened)
    with take_run_lock(journal, "r1", _impatient):
        assert is_run_alive(journal, "r1")


@pytest.mark.parametrize("name", ["../r1", "", "a/b", ".hidden", "r\n"])
def test_a_run_id_is_no_path(journal: Path, name: str) -> None:
    """An id that would lead out of the folder is a bug, not a file."""
    with pytest.raises(ValueError, match=r".*"):
        lock_path(journal, name)


def test_a_lock_that_cannot_be_made_is_a_fault(journal: Path) -> None:
    """A file where the folder should be is told as it is."""
    journal.with_name("AC1.db.runs").touch()
    with pytest.raises(JournalFault, match="cannot be made"):
        take_run_lock(journal, "r1")


def test_who_holds_a_lock_need_not_be_known(journal: Path) -> None:
    """A file that says something else is no reason to fail."""
    path = lock_path(journal, "r1")
    path.parent.mkdir()
    path.write_text("[]")
    assert read_holder(journal, "r1") is None
