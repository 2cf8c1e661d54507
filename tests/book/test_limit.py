"""`--limit`: so many begin, the others are left, and nobody is forgotten."""

from collections.abc import Iterator

import pytest

from runner.book.blank_page import BlankPage
from runner.book.book import Begin, Claimed
from runner.book.limit import split_deliveries
from runner.model.channel import CHANNELS
from runner.model.delivery import Customer, Delivery
from runner.model.errors import JournalFault
from runner.model.exchange import FRESH
from runner.model.outcome import AlreadySent, Pending
from runner.model.place import Span

_PLACE = Span("r.csv", 2, 1, 2, 9)


def _deliveries(keys: str) -> Iterator[Delivery]:
    for key in keys:
        yield Delivery(key, key, _PLACE, CHANNELS["sms"], Customer("+1"), (), ())


class _Book(BlankPage):
    """Knows that lower-case keys have been sent; of "!" it cannot be asked."""

    def foresee(self, delivery: Delivery) -> Claimed:
        if delivery.key == "!":
            raise JournalFault("the journal is locked")
        return AlreadySent("before") if delivery.key.islower() else Begin(delivery, FRESH)


@pytest.mark.parametrize(
    ("keys", "limit", "within", "beyond"),
    [
        ("ABC", 2, "AB", "C"),
        ("aBcDE", 2, "aBcD", "E"),
        ("Abc", 1, "Abc", ""),
        ("ABC", 9, "ABC", ""),
        ("A!C", 2, "A!", "C"),
        ("", 1, "", ""),
    ],
)
def test_who_has_it_already_does_not_count(keys: str, limit: int, within: str, beyond: str) -> None:
    """What cannot be foreseen counts: the claim will tell."""
    first, rest = split_deliveries(_deliveries(keys), limit, _Book())
    assert "".join(delivery.key for delivery in first) == within
    assert "".join(delivery.key for delivery, _ in rest("")) == beyond


def test_the_others_have_their_own_ends() -> None:
    """Who has it already has it, also beyond the limit; after a halt all are pending for that."""
    first, rest = split_deliveries(_deliveries("ABc"), 1, _Book())
    assert len(list(first)) == 1
    assert [outcome for _, outcome in rest("")] == [
        Pending("beyond --limit"),
        AlreadySent("before"),
    ]
    first, rest = split_deliveries(_deliveries("AB!"), 1, _Book())
    assert len(list(first)) == 1
    assert [outcome for _, outcome in rest("disk full")] == [Pending("disk full")] * 2


def test_without_a_limit_all_are_within() -> None:
    """And nothing is asked of the journal."""
    first, rest = split_deliveries(_deliveries("A!"), None, _Book())
    assert len(list(first)) == 2
    assert list(rest("")) == []
