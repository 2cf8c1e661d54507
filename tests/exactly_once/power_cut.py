"""A disk after a power cut: all that was synced, and of what was only written, anything.

A run is recorded once by its system calls. For each of its points this gives the journal's files as
a disk may hold them if the power fails there.
"""

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.exactly_once.system_calls import trace

_CHILD = Path(__file__).parent / "children" / "record_points.py"
_CALLS = "pwrite64,write,ftruncate,fdatasync,fsync,unlink"
_CALL = re.compile(
    r"(\w+)\((?:\d+<(?P<file>[^>]*)>|\"(?P<path>[^\"]*)\")(?:, (?P<rest>.*))?\) += 0?"
)
_SECTOR = 512
KEEPS = ("nothing", "anything", "everything")
"""What the disk may have kept of what was not synced."""


@dataclass(slots=True)
class _File:
    """A file: what is surely on the disk, and what was done to it since."""

    synced: bytes = b""
    since: list[tuple[int, bytes]] = field(default_factory=list)

    def copy(self) -> "_File":
        """Return the file as it is now."""
        return _File(self.synced, list(self.since))

    def sync(self) -> None:
        """Let everything reach the disk."""
        self.synced, self.since = self.after("everything", random.Random(0)), []  # noqa: S311

    def after(self, keeps: str, chance: random.Random) -> bytes:
        """Return what the disk holds after a power cut."""
        held = bytearray(self.synced)
        for offset, data in self.since if keeps != "nothing" else ():
            for start in range(0, max(len(data), 1), _SECTOR):
                if keeps == "everything" or chance.random() < 0.5:
                    _put(held, offset + start, data[start : start + _SECTOR])
        return bytes(held)


def _put(held: bytearray, offset: int, data: bytes) -> None:
    held.extend(bytes(max(offset - len(held), 0)))
    held[offset : offset + len(data)] = data


@dataclass(frozen=True, slots=True)
class Image:
    """The journal's files as a disk may hold them; a file without bytes is not there."""

    database: bytes
    log: bytes

    def lay(self, journal: Path) -> None:
        """Put the files in the place of the journal's; the number beside it stays as it is."""
        log = journal.with_name(journal.name + "-wal")
        for stale in (log, journal.with_name(journal.name + "-shm")):
            stale.unlink(missing_ok=True)
        journal.write_bytes(self.database)
        if self.log:
            log.write_bytes(self.log)


@dataclass(slots=True)
class Recording:
    """What the disk may hold at each point of a run, counted from 0."""

    files: list[tuple[_File, _File]]

    def images(self, point: int) -> Iterator[tuple[str, Image]]:
        """Yield all that the disk may hold, with what it kept of what was not synced."""
        database, log = self.files[point]
        seen = set()
        for keeps in KEEPS:
            chance = random.Random(point)  # noqa: S311 - the same each time
            image = Image(database.after(keeps, chance), log.after(keeps, chance))
            if image not in seen:
                yield keeps, image
            seen.add(image)


def record(folder: Path, situation: str, sequence: str, synchronous: str = "FULL") -> Recording:
    """Record a run in which nothing goes wrong."""
    words = (_CHILD, folder, situation, sequence, synchronous)
    lines, done = trace(folder, _CALLS, *words, options=("-xx", "-s", "1000000"))
    assert done.returncode == 0, done.stderr
    database = _File((folder / "before.db").read_bytes())
    return Recording(list(_follow(lines, database)))


def _follow(lines: Iterable[str], database: _File) -> Iterator[tuple[_File, _File]]:
    """Yield the two files at each point; what was done before the run began is on the disk."""
    files = {"journal.db": database, "journal.db-wal": _File()}
    begun = False
    for line in lines:
        call = _CALL.search(line)
        if call is None:
            continue
        name = Path(_text(call["file"] or call["path"])).name
        begun = begun or name == "before.db"
        if name == "points":
            yield (files["journal.db"].copy(), files["journal.db-wal"].copy())
        elif begun and name in files:
            _apply(call[1], files[name], call["rest"] or "")


def _apply(name: str, file: _File, rest: str) -> None:
    match name:
        case "pwrite64":
            data, _, where = rest.rpartition('"')
            file.since.append((int(where.split(", ")[2]), _bytes(data.removeprefix('"'))))
        case "fdatasync" | "fsync":
            file.sync()
        case "ftruncate" | "unlink":
            size = int(rest) if name == "ftruncate" else 0
            file.sync()
            file.synced = file.synced[:size]
        case "write":
            raise AssertionError("SQLite writes at a place, never at the end")


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


def _text(escaped: str) -> str:
    return _bytes(escaped).decode() if escaped.startswith("\\x") else escaped
