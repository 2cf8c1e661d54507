"""The plan file is what it was, or it is refused."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.journal.key import JournalKey
from runner.model.errors import Refused
from runner.model.marks import Marks
from runner.plan.file import PlanFile, load_plan, write_plan

_KEY = JournalKey(b"k" * 32)
_NOW = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)


def _marks() -> Marks:
    marks = Marks()
    for row in range(20):
        marks.add(marked=row % 3 == 0)
    return marks


_PLAN = PlanFile(
    run="7QM9KD",
    playbook="playbooks/reminder.yaml",
    name="reminder",
    environment="production",
    scope="twilio",
    account="AC" + "0a" * 16,
    now=_NOW,
    created_at=_NOW,
    expires_at=_NOW + timedelta(days=1),
    pins={"file reminder.yaml": "ab12", "requests": "cd34"},
    counts={"send": 7, "held": 0},
    segments=9,
    marks=_marks(),
    variables={"week": "49"},
    only=("A-1", "A-2"),
)
_TEXT = write_plan(_PLAN, _KEY)


def _load(folder: Path, text: str | bytes, key: JournalKey = _KEY) -> PlanFile:
    file = folder / "plan.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return load_plan(str(file)).prove(key)


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    """All of it."""
    read = _load(tmp_path, _TEXT)
    assert write_plan(read, _KEY) == _TEXT
    assert (read.run, read.now, read.only, list(read.marks)) == (
        "7QM9KD", _NOW, ("A-1", "A-2"), list(_PLAN.marks),
    )  # fmt: skip
    assert read.digest == _PLAN.digest


@pytest.mark.parametrize("at", range(0, len(_TEXT), 7))
def test_one_byte_changed_is_refused(tmp_path: Path, at: int) -> None:
    """Wherever it is: in a count, in the marks, in the expiry, between the values."""
    byte = "1" if _TEXT[at] != "1" else "2"
    with pytest.raises(Refused, match=r"edited|no plan|newer|another journal"):
        _load(tmp_path, _TEXT[:at] + byte + _TEXT[at + 1 :])


@pytest.mark.parametrize("length", [0, 1, 100, len(_TEXT) // 2, len(_TEXT) - 2, len(_TEXT) - 1])
def test_a_plan_that_is_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    """Down to its last byte."""
    with pytest.raises(Refused):
        _load(tmp_path, _TEXT[:length])


def test_who_has_not_the_key_cannot_make_one(tmp_path: Path) -> None:
    """An edit with a fitting digest lacks the seal."""
    document = json.loads(_TEXT)
    document["expires_at"] = "2099-01-01T00:00:00+00:00"
    with pytest.raises(Refused, match="edited"):
        _load(tmp_path, json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def test_another_journals_plan_is_refused(tmp_path: Path) -> None:
    """That journal knows other people as messaged."""
    with pytest.raises(Refused, match="another journal"):
        _load(tmp_path, _TEXT, JournalKey(b"x" * 32))


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"flexplay_plan": 2}, "newer flexplay"),
        ({"flexplay_plan": "1"}, "no plan"),
        ({"flexplay_plan": True}, "no plan"),
        ({}, "no plan"),
        ([], "no plan"),
        (7, "no plan"),
    ],
)
def test_what_is_no_plan_of_this_version_says_so(tmp_path: Path, document: Any, why: str) -> None:
    """A newer one, or another JSON file."""
    with pytest.raises(Refused, match=why):
        _load(tmp_path, json.dumps(document))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With what to type."""
    with pytest.raises(Refused, match="cannot be read") as refused:
        load_plan(str(tmp_path / "gone.json"))
    assert "flexplay plan" in refused.value.remedy


@given(st.binary(max_size=300))
def test_no_bytes_break_it(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever is in the file, it is refused and nothing else happens."""
    with pytest.raises(Refused):
        _load(tmp_path_factory.mktemp("plan"), data)


def test_the_digest_is_of_the_messages_not_of_the_moment() -> None:
    """A plan made later of the same has the same digest; of other requests another."""
    from dataclasses import replace  # noqa: PLC0415

    later = replace(
        _PLAN, run="ABCDEF", created_at=_NOW + timedelta(hours=3), counts={"send": 1}, marks=Marks()
    )
    assert later.digest == _PLAN.digest
    assert replace(_PLAN, pins={**_PLAN.pins, "requests": "ef56"}).digest != _PLAN.digest
    assert replace(_PLAN, only=("A-1",)).digest != _PLAN.digest
