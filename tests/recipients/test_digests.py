"""Digests of many rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.recipients.digests import SIZE, Digests

_DIGESTS = st.lists(st.binary(min_size=SIZE, max_size=SIZE), max_size=8)


def _make(values: list[bytes]) -> Digests:
    digests = Digests()
    for value in values:
        digests.add(value)
    return digests


@given(_DIGESTS, st.slices(8))
def test_they_are_a_sequence(values: list[bytes], part: slice) -> None:
    """Whatever a tuple tells, they tell."""
    digests = _make(values)
    assert (list(digests), len(digests)) == (values, len(values))
    assert digests[part] == tuple(values[part])
    assert [digests[at] for at in range(-len(values), len(values))] == values * 2


@given(_DIGESTS, _DIGESTS)
def test_equal_ones_are_equal(one: list[bytes], two: list[bytes]) -> None:
    """Two passes can be compared."""
    assert (_make(one) == _make(two)) is (one == two)


def test_there_is_none_beyond_the_end() -> None:
    """As of any sequence."""
    with pytest.raises(IndexError):
        Digests()[0]
