"""That the journal's clock and Twilio's agree, without which no absence could ever be proved.

An intent is stamped by the journal's clock; whether its request happened is read, after a crash,
in lists that Twilio's clock dates. So nothing leaves, and nothing is concluded from a read, before
an answer's `Date` has been seen to fit.
"""

import asyncio
from collections.abc import Awaitable, Callable

from runner.model.errors import Refused
from runner.model.exchange import Answer, Reply

TOLERATED = 15.0
"""Seconds. What settling adds for another process, and to the window of Events, is more."""
_TRUSTED = 30.0


class ClockGuard:
    """Compares the two clocks, at first before anything leaves and then every half minute.

    Args:
        now: the journal's clock.
        monotonic: the executor's clock, with which answers are stamped.
    """

    def __init__(self, now: Callable[[], Awaitable[float]], monotonic: Callable[[], float]) -> None:
        self._now = now
        self._monotonic = monotonic
        self._asking = asyncio.Lock()
        self._known = False
        self._trusted_until = 0.0

    async def ensure(self, ask: Callable[[], Awaitable[Answer]]) -> None:
        """Return once the clocks have been compared; `ask` sends a read whose answer is dated.

        Where Twilio cannot be reached they are not: then nothing that follows arrives either.

        Raises:
            Refused: they differ.
        """
        async with self._asking:
            if not self._known:
                sent = self._monotonic()
                await self.check(await ask(), sent)

    async def check(self, answer: Answer, sent: float) -> None:
        """Compare the clocks by the answer to a request that was sent at `sent`.

        Raises:
            Refused: they differ.
        """
        if not isinstance(answer, Reply) or (self._known and answer.at < self._trusted_until):
            return
        if answer.date is not None:
            now = await self._now()
            ahead = now - answer.date
            took = self._monotonic() - sent
            if not -TOLERATED <= ahead <= TOLERATED + took:
                raise _differ(ahead)
        self._known = True
        self._trusted_until = answer.at + _TRUSTED


def _differ(ahead: float) -> Refused:
    where = "ahead of" if ahead > 0 else "behind"
    return Refused(
        f"this clock is {abs(ahead):,.0f} s {where} Twilio's, so after a crash nobody could tell "
        "what was sent; nothing more is",
        "set the clock of this machine (of the database, if the journal is one), then carry on",
    )
