"""What has been seen before among a million rows, and in which row first.

The first rows are kept in memory; with more, everything goes to a database on disk that has no name
and is gone with the process. What is kept of a row is digests and its place, no address.
"""

import sqlite3
import struct
from dataclasses import dataclass

from runner.model.place import Span

_IN_MEMORY = 100_000
_PLACE = struct.Struct("<IIII")
_TABLE = "CREATE TABLE seen (name BLOB PRIMARY KEY, found BLOB NOT NULL) WITHOUT ROWID"
_CACHE_KIB = 8_192


@dataclass(frozen=True, slots=True)
class First:
    """The row that had a name first: its place, and the digest of its content."""

    place: Span
    content: bytes


class Seen:
    """Names, each with the row that had it first. A name is a digest of 16 bytes."""

    def __init__(self, in_memory: int = _IN_MEMORY) -> None:
        self._limit = in_memory
        self._found: dict[bytes, bytes] = {}
        self._disk: sqlite3.Connection | None = None

    def __del__(self) -> None:
        if self._disk:
            self._disk.close()

    def first(self, name: bytes, place: Span, content: bytes = b"") -> First | None:
        """Return the row that had the name first, or keep this one and return None."""
        found = _PLACE.pack(place.line, place.column, place.end_line, place.end_column) + content
        before = self._keep_on_disk(name, found) if self._disk else self._keep(name, found)
        if before is None:
            return None
        return First(Span(place.file, *_PLACE.unpack_from(before)), before[_PLACE.size :])

    def _keep(self, name: bytes, found: bytes) -> bytes | None:
        before = self._found.setdefault(name, found)
        if before is not found:
            return before
        if len(self._found) > self._limit:
            self._move_to_disk()
        return None

    def _move_to_disk(self) -> None:
        self._disk = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KIB}"):
            self._disk.execute(f"PRAGMA {setting}")
        self._disk.execute(_TABLE)
        self._disk.execute("BEGIN")
        self._disk.executemany("INSERT INTO seen VALUES (?, ?)", sorted(self._found.items()))
        self._found = {}

    def _keep_on_disk(self, name: bytes, found: bytes) -> bytes | None:
        disk = self._disk
        if disk is None:  # pragma: no cover - asked only with a disk
            return None
        kept = disk.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (name, found)).rowcount
        if kept:
            return None
        (before,) = disk.execute("SELECT found FROM seen WHERE name = ?", (name,)).fetchone()
        return bytes(before)
