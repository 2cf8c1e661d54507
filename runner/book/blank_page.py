"""The dry run's book where nothing is remembered: it withholds nothing and keeps nothing."""

from collections.abc import Callable

from runner.book.book import Begin, Claimed
from runner.model.delivery import Delivery
from runner.model.exchange import FRESH, Note, Withheld
from runner.model.outcome import Outcome, Sids


class BlankPage:
    """A book in which nothing is written.

    Args:
        judge: says why a delivery would not be sent now.
    """

    def __init__(self, judge: Callable[[Delivery], Outcome | None] = lambda _: None) -> None:
        self._judge = judge

    def foresee(self, delivery: Delivery) -> Claimed:
        """Begin every delivery afresh that may be sent."""
        return self._judge(delivery) or Begin(delivery, FRESH)

    async def claim(self, delivery: Delivery) -> Claimed:
        """Return what is foreseen."""
        return self.foresee(delivery)

    async def intend(self, delivery: Delivery, step: str, sids: Sids) -> Withheld | None:
        """Let everything leave."""
        del delivery, step, sids
        return None

    async def note(self, delivery: Delivery, note: Note) -> None:
        """Write nothing."""

    async def finish(self, delivery: Delivery, outcome: Outcome) -> None:
        """Write nothing."""

    def release(self, delivery: Delivery) -> None:
        """Hold nothing."""

    async def knows(self, conversation: str) -> bool:
        """Know nothing."""
        del conversation
        return False
