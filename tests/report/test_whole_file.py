"""A file that is there whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from runner.model.errors import UsageFault
from runner.report.whole_file import write_whole


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_private_file_is_its_owners(tmp_path: Path) -> None:
    """Also where everybody could read what stood there before."""
    path = tmp_path / "page.html"
    path.write_text("old", "utf-8")
    path.chmod(0o644)
    write_whole(path, "neu — ✓", private=True)
    assert (path.read_text("utf-8"), _mode(path)) == ("neu — ✓", 0o600)


def test_another_file_is_as_files_are(tmp_path: Path) -> None:
    """The user's own mask decides."""
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "page.html", "", private=False)
    finally:
        os.umask(before)
    assert _mode(tmp_path / "page.html") == 0o640


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """A folder in the way, or a folder that is not there: said, and no half file is left."""
    (tmp_path / "page.html").mkdir()
    with pytest.raises(UsageFault, match="cannot be written"):
        write_whole(tmp_path / "page.html", "x", private=True)
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    with pytest.raises(UsageFault, match="no such file"):
        write_whole(tmp_path / "nowhere" / "page.html", "x", private=True)
    with pytest.raises(UsageFault, match="cannot be written"):
        write_whole(tmp_path / "a\0b", "x", private=True)
