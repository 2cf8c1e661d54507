"""What has been seen before among a million rows."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.place import Span
from runner.recipients.seen import First, Seen


def _name(number: int) -> bytes:
    return hashlib.blake2b(str(number).encode(), digest_size=16).digest()


def _place(line: int) -> Span:
    return Span("r.csv", line, 1, line, 9)


@given(st.lists(st.integers(0, 12), max_size=40), st.sampled_from([0, 1, 5, 100]))
def test_the_first_row_of_a_name_is_told_on_disk_as_in_memory(
    numbers: list[int], in_memory: int
) -> None:
    """How much is kept in memory changes nothing."""
    seen = Seen(in_memory)
    known: dict[int, First] = {}
    for line, number in enumerate(numbers, 1):
        content = _name(line)
        assert seen.first(_name(number), _place(line), content) == known.get(number)
        known.setdefault(number, First(_place(line), content))


@pytest.mark.parametrize("in_memory", [0, 1_000])
def test_content_may_be_empty(in_memory: int) -> None:
    """Of an address only the row is told."""
    seen = Seen(in_memory)
    assert seen.first(_name(1), _place(1)) is None
    assert seen.first(_name(1), _place(2)) == First(_place(1), b"")


def test_beyond_the_limit_nothing_is_kept_in_memory() -> None:
    """That is what the disk is for."""
    seen = Seen(10)
    for line in range(1, 50):
        assert seen.first(_name(line), _place(line)) is None
    assert seen._found == {}
