"""The journal's file: where it may lie, and who may read it."""

import contextlib
import os
from pathlib import Path

from runner.model.errors import JournalFault, JournalRefused

_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "9p"})
_MOUNTS = Path("/proc/self/mountinfo")


def create_file(path: Path) -> None:
    """Create the file and its folder if they are not there, for this user only.

    Raises:
        JournalFault: they cannot be created.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            sync_folder(path.parent)
    except OSError as error:
        raise JournalFault(
            f"the journal {path} cannot be created ({error.strerror})",
            "name another place with --journal, or make the folder writable",
        ) from error


def sync_folder(folder: Path) -> None:
    """Let a new file's name survive a power cut, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def refuse_network_disk(path: Path, mounts: Path = _MOUNTS) -> None:
    """Refuse a disk whose locks cannot be trusted: https://www.sqlite.org/wal.html.

    Raises:
        JournalRefused: the file would lie on one.
    """
    kind = disk_kind(path, mounts)
    if kind in _NETWORK or kind.startswith("fuse.sshfs"):
        raise JournalRefused(
            f"the journal {path} lies on a network disk ({kind}), whose locks cannot be trusted",
            "put it on a local disk, or share a PostgreSQL journal: --journal postgresql://…",
        )


def disk_kind(path: Path, mounts: Path = _MOUNTS) -> str:
    """Return the type of the file system that a path lies on; empty where it is not told."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    resolved = path.resolve()
    best, kind = -1, ""
    for line in lines:
        before, _, after = line.partition(" - ")
        point = Path(before.split()[4].encode().decode("unicode_escape"))
        if resolved.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split()[0]
    return kind
