"""What one recipient's rendering may cost: a budget of steps, and how large a value may be."""

from collections.abc import Collection, Iterable, Iterator, Sized
from typing import Any, TypeVar

MOST_STEPS = 1_000_000
LONGEST_TEXT = 100_000
LARGEST_VALUE = 1_200_000  # a file of 1 MiB fits
DEEPEST_VALUE = 50
LARGEST_NUMBER = 10_000  # bits: about 3,000 digits

CONTAINERS: tuple[type[Collection[Any]], ...] = (
    list,
    tuple,
    dict,
    set,
    frozenset,
    type({}.keys()),
    type({}.values()),
    type({}.items()),
)
_SHORT = 200
_SHOWN_OVER_AND_OVER = 10  # macros and set blocks print what is printed again

T = TypeVar("T")


class TooMuch(Exception):
    """A template asks for more than any message needs; the text says of what."""


class TooMuchWork(TooMuch):
    """The budget of steps is used up."""

    def __init__(self) -> None:
        super().__init__(f"too much work: more than {MOST_STEPS:,} steps")


class TooMuchText(TooMuch):
    """A text is too long."""

    def __init__(self) -> None:
        super().__init__(f"too much text: more than {LONGEST_TEXT:,} characters")


class TooMuchData(TooMuch):
    """A list, a mapping or a number is too large."""


class Meter:
    """Counts what a rendering costs, and refuses it beyond the limits.

    A step is about what Jinja needs for one name or call. Sizes are characters and items, all
    that a value holds counted each time it is held: `[x, x]` is twice as large as `x`. The size of
    a list is looked up by its identity, which is right as long as templates cannot change lists.
    A meter serves one thread.
    """

    __slots__ = ("_left", "_owner", "_printed", "_sizes")

    def __init__(self) -> None:
        self._owner: object = None
        self._sizes: dict[int, tuple[object, int, int]] = {}
        self.refill()

    def refill(self) -> None:
        """Begin anew."""
        self._left = MOST_STEPS
        self._printed = 0
        self._sizes.clear()

    def start(self, owner: object) -> None:
        """Begin a rendering; all leaves of one recipient share one budget."""
        if owner is None or owner is not self._owner:
            self._owner = owner
            self.refill()

    def spend(self, steps: int) -> None:
        """Count this many steps.

        Raises:
            TooMuchWork: no steps are left.
        """
        self._left -= steps
        if self._left < 0:
            raise TooMuchWork

    def weigh(self, value: T) -> T:
        """Return the value that an expression made, if it may be that large."""
        if isinstance(value, (str, bytes)):
            length = len(value)
            if length > _SHORT:
                self.spend(length // 50)
                if length > LONGEST_TEXT:
                    raise TooMuchText
        elif isinstance(value, CONTAINERS):
            size = self.measure(value)
            self.spend(size // 10)
            if size > LARGEST_VALUE:
                raise TooMuchData(f"too much data: a list of more than {LARGEST_VALUE:,} values")
        elif isinstance(value, int):
            _weigh_number(value)
        return value

    def read(self, value: T) -> T:
        """Return a value that is about to be looked through from end to end."""
        if isinstance(value, (str, bytes)):
            if len(value) > _SHORT:
                self.spend(len(value) // 50)
        elif isinstance(value, CONTAINERS):
            self.spend(self.measure(value) // 10)
        return value

    def show(self, value: T) -> T:
        """Return a value that is about to become part of a text."""
        self._printed += len(value) if isinstance(value, str) else self.measure(value)
        if self._printed > LONGEST_TEXT * _SHOWN_OVER_AND_OVER:
            raise TooMuchText
        return value

    def count(self, items: Iterable[T], weight: int) -> Iterable[T]:
        """Return the items of a loop whose body costs `weight` steps each time."""
        if not isinstance(items, Sized):
            return self._counted(items, weight)
        self.spend(len(items) * weight)
        return items

    def measure(self, value: object) -> int:
        """Return how many characters and items a value holds."""
        return self._measure(value)[0]

    def _counted(self, items: Iterable[T], weight: int) -> Iterator[T]:
        for item in items:
            self.spend(weight)
            yield item

    def _measure(self, value: Any, depth: int = 0) -> tuple[int, int]:
        """Return the value's size and how deep it is nested."""
        if isinstance(value, (str, bytes)):
            return len(value) + 1, 0
        if not isinstance(value, CONTAINERS):
            return (value.bit_length() // 3 + 1 if isinstance(value, int) else 20), 0
        known = self._sizes.get(id(value))
        if known:
            return known[1], known[2]
        if depth > DEEPEST_VALUE:
            raise TooMuchData(f"too much data: lists nested more than {DEEPEST_VALUE} deep")
        self.spend(len(value) // 2 + 1)
        below = [self._measure(item, depth + 1) for item in _items(value)]
        size = 1 + sum(size for size, _ in below)
        deep = 1 + max((deep for _, deep in below), default=0)
        if deep > DEEPEST_VALUE:
            raise TooMuchData(f"too much data: lists nested more than {DEEPEST_VALUE} deep")
        self._sizes[id(value)] = (value, size, deep)
        return size, deep


def _items(value: Any) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value
        yield from value.values()
    else:
        yield from value


def _weigh_number(value: int) -> None:
    if value.bit_length() > LARGEST_NUMBER:
        raise TooMuchData("too much data: a number of more than 3,000 digits")
