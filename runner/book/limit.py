"""`--limit`: so many people get the message, the others are left for later."""

import itertools
from collections.abc import Callable, Iterator
from typing import TypeAlias

from runner.book.blank_page import BlankPage
from runner.book.book import Begin
from runner.model.delivery import Delivery
from runner.model.errors import FlexplayError
from runner.model.outcome import Outcome, Pending

Beyond: TypeAlias = Callable[[str], Iterator[tuple[Delivery, Outcome]]]
"""The deliveries that a limit leaves, with their ends; the argument is why the run stopped."""


def split_deliveries(
    deliveries: Iterator[Delivery], limit: int | None, book: BlankPage
) -> tuple[Iterator[Delivery], Beyond]:
    """Return the deliveries of which at most `limit` begin, and the others.

    Who has got the message already does not count, so that the same limit once more reaches the
    next people.
    """
    if limit is None:
        return deliveries, lambda _: iter(())
    put_back: list[Delivery] = []

    def within() -> Iterator[Delivery]:
        begun = 0
        for delivery in deliveries:
            begun += _may_begin(delivery, book)
            if begun > limit:
                put_back.append(delivery)
                return
            yield delivery

    def beyond(halt: str) -> Iterator[tuple[Delivery, Outcome]]:
        for delivery in itertools.chain(put_back, deliveries):
            foreseen = Pending(halt) if halt else book.foresee(delivery)
            yield delivery, Pending("beyond --limit") if isinstance(foreseen, Begin) else foreseen

    return within(), beyond


def _may_begin(delivery: Delivery, book: BlankPage) -> bool:
    """Tell whether a delivery counts; a journal that cannot be read is the claim's to tell of."""
    try:
        return isinstance(book.foresee(delivery), Begin)
    except FlexplayError:
        return True
