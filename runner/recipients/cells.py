"""The places of a row's cells, worked out only when a finding asks for one."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from runner.model.place import Span


class LazyCells(Mapping[str, Span]):
    """The places that `find` returns; it is asked once, and not at all for a good row."""

    def __init__(self, find: Callable[[], Mapping[str, Span]]) -> None:
        self._find = find

    @cached_property
    def _places(self) -> Mapping[str, Span]:
        return self._find()

    def __getitem__(self, name: str) -> Span:
        return self._places[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
