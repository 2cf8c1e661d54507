"""The number of a SQLite journal's last change, in a file of its own beside it.

Whoever puts an older copy in the journal's place leaves this file as it is, and is found out. It is
written after each commit and not synced: after a power cut it may be behind, which does no harm.
"""

import contextlib
import os
from pathlib import Path

from runner.journal.sqlite_file import sync_folder
from runner.model.errors import JournalFault

_WIDTH = 20


def generation_path(journal: Path) -> Path:
    """Return where the number lies."""
    return journal.with_name(journal.name + ".generation")


class GenerationFile:
    """The file, opened when it is first written."""

    def __init__(self, journal: Path) -> None:
        self._path = generation_path(journal)
        self._handle = -1

    def read(self) -> int | None:
        """Return the number; None if there is none, or none that can be read."""
        try:
            return int(self._path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def begin(self, number: int) -> None:
        """Make sure that there is a file with this number, whatever happens to the power.

        Raises:
            JournalFault: it cannot be written.
        """
        try:
            self._handle = os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600)
            os.pwrite(self._handle, _text(number), 0)
            os.fsync(self._handle)
            sync_folder(self._path.parent)
        except OSError as error:
            raise JournalFault(
                f"{self._path}, which tells a restored journal, cannot be written"
                f" ({error.strerror})",
                "make the journal's folder writable, or name another journal with --journal",
            ) from error

    def write(self, number: int) -> None:
        """Write the number of a change that has been committed.

        One that cannot be written is behind, as after a power cut.
        """
        with contextlib.suppress(OSError):
            os.pwrite(self._handle, _text(number), 0)

    def close(self) -> None:
        """Close the file."""
        if self._handle >= 0:
            os.close(self._handle)
        self._handle = -1


def _text(number: int) -> bytes:
    return f"{number:0{_WIDTH}}\n".encode("ascii")
