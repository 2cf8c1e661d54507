"""The rows that cannot be used, however many: the first in memory, the others in a spool."""

import pickle
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import overload

from runner.load.spool import Spool
from runner.model.recipient import RejectedRow

KEPT = 1_000
"""How many rows are kept in memory."""


class RejectedRows(Sequence[RejectedRow]):
    """Rejected rows in their order. Going over them is quick, a single late one is not."""

    def __init__(self) -> None:
        self._kept: list[RejectedRow] = []
        self._spool: Spool | None = None
        self._count = 0

    def add(self, row: RejectedRow) -> None:
        """Add a row at the end."""
        self._count += 1
        if len(self._kept) < KEPT:
            self._kept.append(row)
            return
        self._spool = self._spool or Spool()
        self._spool.write(pickle.dumps(row, pickle.HIGHEST_PROTOCOL))

    @property
    def kept(self) -> tuple[RejectedRow, ...]:
        """The first of them, which are in memory."""
        return tuple(self._kept)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[RejectedRow]:
        yield from self._kept
        if self._spool is None:
            return
        with self._spool.open() as stream:
            for _ in range(self._count - len(self._kept)):
                yield pickle.load(stream)  # noqa: S301 - our own file, which nobody can open

    @overload
    def __getitem__(self, index: int) -> RejectedRow: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[RejectedRow, ...]: ...
    def __getitem__(self, index: int | slice) -> RejectedRow | tuple[RejectedRow, ...]:
        if isinstance(index, slice):
            start, stop, step = index.indices(self._count)
            if step < 1:
                return tuple(self)[index]
            return tuple(islice(self, start, stop, step))
        at = index + self._count if index < 0 else index
        if not 0 <= at < self._count:
            raise IndexError(index)
        return next(islice(self, at, None))
