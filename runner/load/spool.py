"""Data that comes only once, kept where it can be read again.

The file has no name: it is gone when the process is, however that ends, and nobody else can open
it. Every reader has a position of its own, so that one pass does not disturb another.
"""

import io
import os
import tempfile
from typing import Any, BinaryIO, cast

_CHUNK = 1 << 16


class Spool:
    """A file without a name, written once from the first byte to the last, then only read."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="flexplay-")  # noqa: SIM115 - closed by close
        os.fchmod(self._file.fileno(), 0o600)

    def __del__(self) -> None:
        self._file.close()

    def write(self, data: bytes) -> None:
        """Add the data at the end."""
        self._file.write(data)

    def copy_from(self, stream: BinaryIO) -> None:
        """Add everything that the stream still has."""
        while chunk := stream.read(_CHUNK):
            self._file.write(chunk)

    def open(self) -> BinaryIO:
        """Return a stream from the first byte on, with a position of its own."""
        self._file.flush()
        return cast("BinaryIO", io.BufferedReader(_Reader(self), _CHUNK))

    def fileno(self) -> int:
        """Return the file's descriptor."""
        return self._file.fileno()


class _Reader(io.RawIOBase):
    """Reads a spool, and keeps it from being closed."""

    def __init__(self, spool: Spool) -> None:
        super().__init__()
        self._spool = spool
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position}
        base = start[whence] if whence in start else os.fstat(self._spool.fileno()).st_size
        self._position = base + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        data = os.pread(self._spool.fileno(), len(buffer), self._position)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)
