"""Where a journal's file may lie."""

from pathlib import Path

import pytest

from runner.journal.sqlite_file import disk_kind, refuse_network_disk
from runner.model.errors import JournalRefused

MOUNTS = """\
21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 21 0:35 / /net rw shared:7 - nfs4 server:/export rw
41 21 0:36 / /net/my\\040disk rw - tmpfs tmpfs rw
42 21 0:37 / /share rw - cifs //server/share rw
43 21 0:38 / /ssh rw - fuse.sshfs me@there: rw
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    """Return a table of mounts as the kernel writes it."""
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTS)
    return path


@pytest.mark.parametrize("path", ["/net/a.db", "/net/deep/er/a.db", "/share/a.db", "/ssh/a.db"])
def test_a_network_disk_is_refused(mounts: Path, path: str) -> None:
    """Locks over the network cannot be trusted."""
    with pytest.raises(JournalRefused, match="network disk"):
        refuse_network_disk(Path(path), mounts)


@pytest.mark.parametrize("path", ["/var/a.db", "/net/my disk/a.db", "/network/a.db"])
def test_a_local_disk_is_taken(mounts: Path, path: str) -> None:
    """The nearest mount counts, and where nothing is known the disk counts as local."""
    refuse_network_disk(Path(path), mounts)
    assert disk_kind(Path(path), mounts.with_name("missing")) == ""
