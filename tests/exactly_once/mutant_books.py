"""Books that break the promise, each in one way, for the tests that show that it is noticed."""

from typing import Any

from runner.model.delivery import Delivery
from runner.model.exchange import Note, Withheld
from runner.model.outcome import Outcome, Sids
from tests.exactly_once.simulated_process import Process


class _Book:
    """Hands everything on to the real book."""

    def __init__(self, book: Any) -> None:
        self._book = book

    def __getattr__(self, name: str) -> Any:
        return getattr(self._book, name)


class _IntentAfterwards(_Book):
    """Writes the intent when the answer is there."""

    _owed: tuple[Any, ...] = ()

    async def intend(self, *intent: Any) -> Withheld | None:
        """Remember the intent."""
        self._owed = intent
        return None

    async def note(self, delivery: Delivery, note: Note) -> None:
        """Write the intent, then what became of it."""
        await self._pay()
        await self._book.note(delivery, note)

    async def finish(self, delivery: Delivery, outcome: Outcome) -> None:
        """Write the intent, then how it ended."""
        await self._pay()
        await self._book.finish(delivery, outcome)

    async def _pay(self) -> None:
        if self._owed:
            await self._book.intend(*self._owed)
            self._owed = ()


class _ResultAtTheEnd(_Book):
    """Writes what was done, and what is about to be, only when the delivery has ended."""

    def __init__(self, book: Any) -> None:
        super().__init__(book)
        self._owed: list[tuple[Any, tuple[Any, ...]]] = []
        self._intended = False

    async def intend(self, delivery: Delivery, step: str, sids: Sids) -> Withheld | None:
        """Write the first intent; remember the others."""
        if not self._intended:
            self._intended = True
            withheld: Withheld | None = await self._book.intend(delivery, step, sids)
            return withheld
        self._owed.append((self._book.intend, (delivery, step, sids)))
        return None

    async def note(self, delivery: Delivery, note: Note) -> None:
        """Remember the result."""
        self._owed.append((self._book.note, (delivery, note)))

    async def finish(self, delivery: Delivery, outcome: Outcome) -> None:
        """Write everything."""
        for write, what in self._owed:
            await write(*what)
        self._owed.clear()
        await self._book.finish(delivery, outcome)


class IntentAfterwards(Process):
    """A process whose intents are written after their requests."""

    def make_book(self, book: Any) -> Any:
        """Return the mutant."""
        return _IntentAfterwards(book)


class ResultAtTheEnd(Process):
    """A process whose results are not written before what depends on them."""

    def make_book(self, book: Any) -> Any:
        """Return the mutant."""
        return _ResultAtTheEnd(book)
