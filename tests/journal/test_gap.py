"""A journal that has forgotten something without knowing it, and how it finds out."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from runner.journal.entry import Change, Event
from runner.journal.gap import Gap
from runner.journal.generation import generation_path

STEP = "create_interaction"


def fill(home: Any, *keys: str) -> None:
    """Write deliveries, and close the journal."""
    journal = home.open()

    async def work() -> None:
        await home.begin(journal, *keys)
        for key in keys:
            change = Change(home.entry(key).id, Event.INTEND, STEP)
            await journal.change(change, home.run, 1)

    asyncio.run(work())
    shut(home)


def shut(home: Any) -> None:
    """Close what is open."""
    for journal in home.opened:
        journal.close()
    home.opened.clear()


def gap_of(home: Any) -> Gap | None:
    """Return what the journal says of itself when it is opened."""
    gap: Gap | None = home.open().gap
    shut(home)
    return gap


def files(home: Any) -> list[Path]:
    """Return the journal's file and its log."""
    path = home.location.path
    return [each for each in (path, path.with_name(path.name + "-wal")) if each.exists()]


@pytest.fixture
def copied(sqlite_home: Any, tmp_path: Path) -> Any:
    """Return a journal with a delivery, and a copy of it in `copy`, made before another one."""
    fill(sqlite_home, "A-1")
    (tmp_path / "copy").mkdir()
    for file in files(sqlite_home):
        shutil.copy(file, tmp_path / "copy")
    sqlite_home.run = "run-two"
    fill(sqlite_home, "A-2")
    return sqlite_home


def restore(home: Any, copy: Path) -> None:
    """Put the copy in the journal's place."""
    for file in files(home):
        file.unlink()
    for file in copy.iterdir():
        shutil.copy(file, home.location.path.parent)


def test_a_journal_that_was_left_alone_has_no_gap(home: Any) -> None:
    """Opened again and again, by several at once, it has forgotten nothing."""
    fill(home, "A-1")
    one, two = home.open(), home.open()
    asyncio.run(home.begin(one, "A-2", run="run-two"))
    asyncio.run(home.begin(two, "A-3", run="run-three"))
    asyncio.run(home.begin(one, "A-4", run="run-four"))
    shut(home)
    assert gap_of(home) is None


def test_an_older_copy_is_found_out(copied: Any, tmp_path: Path) -> None:
    """The gap is from what the copy knew last until the copy was first opened."""
    before = copied.store().read(lambda session: session.now())
    restore(copied, tmp_path / "copy")
    gap = gap_of(copied)
    assert gap is not None
    assert "older than what was written" in gap.reason
    assert 0 < gap.since < before <= gap.until


def test_each_change_counts(sqlite_home: Any, tmp_path: Path) -> None:
    """A copy that lacks the last change alone is found out."""
    journal = sqlite_home.open()
    asyncio.run(sqlite_home.begin(journal, "A-1"))
    for file in files(sqlite_home):
        (tmp_path / "copy").mkdir(exist_ok=True)
        shutil.copy(file, tmp_path / "copy")
    asyncio.run(journal.heartbeat(sqlite_home.run, 1, 60.0))
    shut(sqlite_home)
    restore(sqlite_home, tmp_path / "copy")
    assert gap_of(sqlite_home)


@pytest.mark.parametrize("text", [None, "", "seven"])
def test_a_number_that_is_gone_is_a_gap(sqlite_home: Any, text: str | None) -> None:
    """A file that was taken to another place, without its number, may be an old one."""
    fill(sqlite_home, "A-1")
    beside = generation_path(sqlite_home.location.path)
    beside.unlink() if text is None else beside.write_text(text)
    assert gap_of(sqlite_home)


def test_a_number_that_is_behind_is_none(sqlite_home: Any) -> None:
    """The number is not synced: after a power cut it may be older than the file."""
    fill(sqlite_home, "A-1")
    generation_path(sqlite_home.location.path).write_text("1")
    assert gap_of(sqlite_home) is None


def test_a_gap_stays_until_somebody_closes_it(copied: Any, tmp_path: Path) -> None:
    """It is there at every opening; once closed it is gone, and the next copy is found out anew."""
    restore(copied, tmp_path / "copy")
    gap = gap_of(copied)
    assert gap
    assert gap_of(copied) == gap
    asyncio.run(copied.open().close_gap())
    shut(copied)
    assert gap_of(copied) is None
    restore(copied, tmp_path / "copy")
    assert gap_of(copied)


def test_a_second_gap_is_added_to_the_first(copied: Any, tmp_path: Path) -> None:
    """Two gaps are one, from the beginning of the first until the end of the second."""
    restore(copied, tmp_path / "copy")
    first = gap_of(copied)
    copied.run = "run-three"
    fill(copied, "A-3")
    restore(copied, tmp_path / "copy")
    second = gap_of(copied)
    assert first
    assert second
    assert second.since == first.since
    assert second.until > first.until


def test_a_gap_covers_what_it_may_have_swallowed(home: Any) -> None:
    """All that was not intended since: what is new, too; never what was intended afterwards."""
    gap = Gap(100.0, 200.0, "")
    assert gap.covers(home.entry("A-1"))
    assert gap.covers(home.entry("A-1", intent_at=150.0))
    assert not gap.covers(home.entry("A-1", intent_at=201.0))


def test_an_intent_may_lie_in_the_gap(home: Any) -> None:
    """What may have been intended is written with the time when it may have been."""
    journal = home.open()

    async def work() -> Any:
        await home.begin(journal, "A-1")
        change = Change(home.entry("A-1").id, Event.INTEND, STEP, at=123.0)
        return await journal.change(change, home.run, 1)

    assert asyncio.run(work()).entry.intent_at == 123.0
