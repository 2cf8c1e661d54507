"""The dry run's book where nothing is remembered: it withholds nothing and keeps nothing."""

from runner.book.book import Begin, Claimed
from runner.model.delivery import Delivery
from runner.model.exchange import FRESH, Note, Withheld
from runner.model.outcome import Outcome, Sids


class BlankPage:
    """A book in which nothing is written."""

    def foresee(self, delivery: Delivery) -> Claimed:
        """Begin every delivery afresh."""
        return Begin(delivery, FRESH)

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
