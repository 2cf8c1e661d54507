"""How wide a text is on a terminal, where some characters take two cells and some none."""

from collections.abc import Iterator


def cell_width(text: str) -> int:
    """Return how many cells of a terminal a text takes that has no control characters."""
    if text.isascii():
        return len(text)
    from wcwidth import width  # noqa: PLC0415 - large tables, and most texts need none

    return width(text)


def split_cells(text: str) -> Iterator[tuple[str, int]]:
    """Yield the characters as a reader sees them, each with its width."""
    if text.isascii():
        yield from ((char, 1) for char in text)
        return
    from wcwidth import iter_graphemes, width  # noqa: PLC0415 - large tables

    for cluster in iter_graphemes(text):
        yield cluster, width(cluster)
