"""The journal's key."""

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.journal.key import (
    JournalKey,
    create_key,
    digest,
    fingerprint,
    hash_address,
    key_path,
    parse_key,
    read_key,
)
from runner.model.errors import JournalFault, JournalRefused

KEY = JournalKey(b"k" * 32)


def test_hashes_depend_on_the_key_and_the_purpose() -> None:
    """One text has another hash under another key, and as an address another than as a digest."""
    other = JournalKey(b"x" * 32)
    hashes = [hash_address(KEY, "a"), hash_address(other, "a"), digest(KEY, b"a"), fingerprint(KEY)]
    assert len({one[:32] for one in hashes}) == 4
    assert hash_address(KEY, "a") == hash_address(JournalKey(b"k" * 32), "a")


@given(st.binary(min_size=32, max_size=64))
def test_a_key_is_read_in_every_way_of_writing_it(value: bytes) -> None:
    """Hexadecimal, base64 and URL-safe base64, with or without padding, are the same key."""
    texts = [value.hex(), value.hex().upper(), f" {value.hex()}\n"]
    standard = base64.b64encode(value).decode()
    texts += [standard, standard.rstrip("="), base64.urlsafe_b64encode(value).decode()]
    for text in texts:
        hexadecimal = all(letter in "0123456789abcdefABCDEF" for letter in text)
        if hexadecimal and "=" not in text and text.lower().strip() != value.hex():
            continue
        assert parse_key(text).reveal() == value


@pytest.mark.parametrize("text", ["", "abc", "5a" * 31, "not a key, but a sentence", "é" * 40])
def test_what_is_no_key_is_refused_and_not_shown(text: str) -> None:
    """Too short, or no encoding: the message says which variable, never its value."""
    with pytest.raises(JournalRefused, match="FLEXPLAY_JOURNAL_KEY") as caught:
        parse_key(text)
    assert not text or text not in caught.value.message + caught.value.remedy


def test_the_first_to_make_a_key_file_wins(tmp_path: Path) -> None:
    """Two processes that create at once agree on one key, for nobody else to read."""
    path = key_path(tmp_path / "new" / "AC1.db")
    first, second = create_key(path), create_key(path)
    assert first == second == read_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["AC1.db.key"]


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """The remedy is the command that mends it."""
    path = tmp_path / "k"
    create_key(path)
    path.chmod(0o644)
    with pytest.raises(JournalRefused, match="read by others") as caught:
        read_key(path)
    assert caught.value.remedy == f"type: chmod 600 {path}"


def test_a_key_that_cannot_be_made_or_read_is_a_fault(tmp_path: Path) -> None:
    """A folder where the key should be is told as it is."""
    (tmp_path / "k").mkdir()
    with pytest.raises(JournalFault):
        read_key(tmp_path / "k")
    with pytest.raises(JournalFault):
        create_key(tmp_path / "k" / ("n" * 300))
