"""The kernel's proof that a run's process lives, beside a SQLite journal.

The kernel frees the lock when the process ends, however it ends: a run whose lock can be had is
dead, and so are its connections.
"""

import contextlib
import fcntl
import json
import os
import re
import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from runner.model.errors import JournalFault, Refused

_TRIES = 40
_PAUSE = 0.005
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a lock, for people to read; nothing is decided by it."""

    who: str
    host: str
    pid: int
    since: float


class RunLock:
    """A lock that is held until `release`, or until the process ends."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path = path
        self._handle = handle

    def release(self) -> None:
        """Let go, and take the file away."""
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        os.close(self._handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def lock_path(journal: Path, run_id: str) -> Path:
    """Return where the lock of a run lies."""
    if not _PLAIN.match(run_id):
        raise ValueError(run_id)
    return journal.with_name(journal.name + ".runs") / f"{run_id}.lock"


def take_run_lock(
    journal: Path, run_id: str, pause: Callable[[float], None] = time.sleep
) -> RunLock:
    """Lock a run for this process.

    Raises:
        Refused: another process has it.
        JournalFault: the lock's file cannot be made.
    """
    path = lock_path(journal, run_id)
    for _ in range(_TRIES):
        handle = _open(path)
        if _lock(handle, fcntl.LOCK_EX) and _is_at(handle, path):
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps(asdict(_myself())).encode(), 0)
            return RunLock(path, handle)
        os.close(handle)
        pause(_PAUSE)  # somebody may only be looking
    holder = read_holder(journal, run_id)
    by = f" by {holder.who} on {holder.host}, process {holder.pid}" if holder else ""
    raise Refused(
        f"run {run_id} is being executed{by}",
        f"let it end, or stop it: flexplay stop {run_id}",
    )


def is_run_alive(journal: Path, run_id: str) -> bool:
    """Tell whether a process holds a run's lock."""
    try:
        handle = os.open(lock_path(journal, run_id), os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        return not _lock(handle, fcntl.LOCK_SH)
    finally:
        os.close(handle)


def read_holder(journal: Path, run_id: str) -> Holder | None:
    """Return who last locked a run, if it can be read."""
    try:
        return Holder(**json.loads(lock_path(journal, run_id).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        return os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise JournalFault(
            f"the run's lock {path} cannot be made ({error.strerror})",
            "make the journal's folder writable for this user",
        ) from error


def _lock(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(handle: int, path: Path) -> bool:
    """Tell whether the locked file is still the one that others would find."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _myself() -> Holder:
    who = os.environ.get("USER") or os.environ.get("LOGNAME") or str(os.getuid())
    return Holder(who, socket.gethostname(), os.getpid(), time.time())
