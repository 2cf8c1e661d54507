"""Digests of many rows, 16 bytes each and nothing else."""

from collections.abc import Iterator, Sequence
from typing import overload

SIZE = 16
"""The bytes of a digest."""


class Digests(Sequence[bytes]):
    """Digests in the order of their rows."""

    def __init__(self) -> None:
        self._data = bytearray()

    def add(self, digest: bytes) -> None:
        """Add a digest at the end."""
        self._data += digest

    def __len__(self) -> int:
        return len(self._data) // SIZE

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._data), SIZE):
            yield bytes(self._data[start : start + SIZE])

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[bytes, ...]: ...
    def __getitem__(self, index: int | slice) -> bytes | tuple[bytes, ...]:
        if isinstance(index, slice):
            return tuple(self[at] for at in range(*index.indices(len(self))))
        at = range(len(self))[index]
        return bytes(self._data[at * SIZE : (at + 1) * SIZE])

    def __eq__(self, other: object) -> bool:
        return self._data == other._data if isinstance(other, Digests) else NotImplemented

    __hash__ = None  # type: ignore[assignment]
