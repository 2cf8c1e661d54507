"""That a run is ours: a kernel lock on one machine, a lease with a fence where several share.

A frozen process cannot know that its lease ran out while it stood still. So the kernel ends it: a
timer that every heartbeat sets anew kills the process before it executes another instruction.
"""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from runner.journal.decide import Fenced
from runner.journal.group_commit import Journal
from runner.journal.run_lock import take_run_lock

TTL = 30.0
FOREVER = 10 * 365 * 86_400.0
"""The lease of a run that a kernel lock guards: the lock ends with the process, by itself."""


@contextlib.asynccontextmanager
async def hold_lock(journal: Path, run: str) -> AsyncIterator[None]:
    """Hold the run's kernel lock; whoever finds it free knows that the process is gone."""
    with take_run_lock(journal, run):
        yield


@contextlib.asynccontextmanager
async def hold_lease(
    journal: Journal, run: str, epoch: int, stop: Callable[[str], None]
) -> AsyncIterator[None]:
    """Renew the run's lease until the end; tell `stop` when it is lost or someone stops the run."""
    _arm_fence(TTL)
    beating = asyncio.create_task(_beat(journal, run, epoch, stop))
    try:
        yield
    finally:
        beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beating
        _arm_fence(0.0)


async def _beat(journal: Journal, run: str, epoch: int, stop: Callable[[str], None]) -> None:
    while True:
        await asyncio.sleep(TTL / 3)
        before = time.monotonic()
        renewed = await journal.heartbeat(run, epoch, TTL)
        if isinstance(renewed, Fenced):
            stop(renewed.reason)
            return
        _arm_fence(TTL - (time.monotonic() - before))
        if renewed.stop:
            stop(renewed.stop)


def _arm_fence(seconds: float) -> None:
    """Let the kernel end this process in so many seconds; never, with 0."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
