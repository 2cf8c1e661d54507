"""The clock of a journal that one machine has to itself."""

import time
from collections.abc import Callable


def _elapsed() -> float:
    """Return seconds that also pass while the machine is suspended, where the kernel has them."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


class MachineClock:
    """Seconds since 1970 that never jump while this process lives.

    The wall clock is read once; from there only elapsed time is added. Somebody who sets the clock
    meanwhile lets no lease run out and no waiting time pass.
    """

    def __init__(
        self, wall: Callable[[], float] = time.time, elapsed: Callable[[], float] = _elapsed
    ) -> None:
        self._elapsed = elapsed
        self._base = wall() - elapsed()

    def now(self) -> float:
        """Return the time."""
        return self._base + self._elapsed()
