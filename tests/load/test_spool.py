"""Data that comes only once, kept where it can be read again."""

import io
import os
import tempfile
from pathlib import Path

import pytest

from runner.load.spool import Spool


def test_every_reader_has_a_position_of_its_own() -> None:
    """A pass that is under way is not disturbed by the next one."""
    spool = Spool()
    spool.copy_from(io.BytesIO(b"one\ntwo\n"))
    first = spool.open()
    assert first.readline() == b"one\n"
    assert spool.open().read() == b"one\ntwo\n"
    assert first.readline() == b"two\n"


def test_what_is_written_later_is_read_too() -> None:
    """Nothing stays behind in a buffer."""
    spool = Spool()
    spool.write(b"one\n")
    assert spool.open().read() == b"one\n"
    spool.write(b"two\n")
    assert spool.open().read() == b"one\ntwo\n"


def test_nobody_else_can_open_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no name, and only its owner may read it: nothing is left behind, however we end."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    spool = Spool()
    spool.write(b"personal")
    assert os.fstat(spool.fileno()).st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == []


def test_a_reader_keeps_it_open() -> None:
    """What is being read may be all that knows of it."""
    stream = Spool().open()
    assert stream.read() == b""


def test_it_is_closed_with_its_last_reader() -> None:
    """No descriptor is left open."""
    spool = Spool()
    number = spool.fileno()
    del spool
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)
