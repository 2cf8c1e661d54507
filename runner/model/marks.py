"""Which rows of many are meant, in a bit each."""

import base64
import binascii
import zlib
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
_MOST = 1 << 27
"""The most bytes that a text may stand for: a thousand million rows."""


class Marks:
    """A yes or no for each row, in the rows' order."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._size = 0
        self._marked = 0

    @property
    def marked(self) -> int:
        """How many rows are meant."""
        return self._marked

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bool]:
        for at in range(self._size):
            yield bool(self._bits[at >> 3] >> (at & 7) & 1)

    def add(self, *, marked: bool) -> None:
        """Add a row at the end."""
        if not self._size & 7:
            self._bits.append(0)
        self._bits[-1] |= marked << (self._size & 7)
        self._size += 1
        self._marked += marked

    def pick(self, items: Iterable[Item], *, marked: bool = True) -> Iterator[Item]:
        """Yield the items whose rows are meant, or those whose are not.

        Raises:
            ValueError: there are more items than rows, or fewer.
        """
        yield from (
            item for item, is_marked in zip(items, self, strict=True) if is_marked == marked
        )

    def to_text(self) -> str:
        """Return the marks as `from_text` reads them: the number of rows, and base64."""
        packed = zlib.compress(bytes(self._bits), 9)
        return f"{self._size}:{base64.b64encode(packed).decode()}"

    @staticmethod
    def from_text(text: str) -> "Marks":
        """Return the marks that `to_text` wrote.

        Raises:
            ValueError: it did not write this.
        """
        size, _, packed = text.partition(":")
        marks = Marks()
        marks._size = int(size)
        marks._bits = bytearray(_unpack(packed))
        if len(marks._bits) != (marks._size + 7) // 8:
            raise ValueError("as many bits as rows are expected")
        marks._marked = sum(byte.bit_count() for byte in marks._bits)
        return marks


def _unpack(packed: str) -> bytes:
    try:
        stream = zlib.decompressobj()
        bits = stream.decompress(base64.b64decode(packed, validate=True), _MOST)
    except (binascii.Error, zlib.error) as error:
        raise ValueError("these are no marks") from error
    if not stream.eof:
        raise ValueError("these marks are cut short, or too many")
    return bits
