"""Which sample of before is which sample of now."""

import pytest

from runner.diff.entry import Entry, pair_samples
from runner.model.document import Plain


def _entry(where: str, key: str = "", **fields: Plain) -> Entry:
    return Entry(where, fields, key)


def _paired(before: list[Entry], after: list[Entry]) -> list[tuple[str, str]]:
    return [
        (one.where if one else "", other.where if other else "")
        for one, other in pair_samples(before, after)
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_entry("old", "1", name="Ann"), _entry("new", "2", name="Ann")),
        (_entry("old", "1", name="Ann"), _entry("new", "1", name="Eve")),
        (_entry("old", "1", name="Ann"), _entry("new", "2", name="Ann", day="Monday")),
        (_entry("old", "1", name="Ann", day="Monday"), _entry("new", "2", name="Ann")),
        (_entry("old", "single"), _entry("new", "single")),
    ],
)
def test_the_same_sample_is_found_again(before: Entry, after: Entry) -> None:
    """By its fields, by its key, or by what both tell of it."""
    assert _paired([before], [after]) == [("old", "new")]


def test_somebody_else_is_added_and_removed() -> None:
    """Neither fields nor key are the same."""
    before, after = [_entry("old", "1", name="Ann")], [_entry("new", "2", name="Bob")]
    assert _paired(before, after) == [("", "new"), ("old", "")]


def test_equal_samples_come_before_those_with_the_same_key() -> None:
    """Samples that changed places are not taken for edited ones; each is met once."""
    ann, bob = _entry("ann", "1", name="Ann"), _entry("bob", "1", name="Bob")
    assert _paired([ann, bob], [bob, ann]) == [("bob", "bob"), ("ann", "ann")]
    assert _paired([ann], [ann, ann]) == [("ann", "ann"), ("", "ann")]
