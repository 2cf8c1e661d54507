"""Long lists a screen at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from runner.sandbox.inbox.markup import Html, tag
from runner.sandbox.inbox.visit import address

Row = TypeVar("Row")
SIZE = 50
_TO = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Window(Generic[Row]):
    """One page of a list; `total` is None where counting would cost more than looking."""

    rows: tuple[Row, ...]
    page: int
    more: bool
    total: int | None = None

    @property
    def first(self) -> int:
        """The place of the first row in the whole list, from 1."""
        return (self.page - 1) * SIZE + 1

    def count(self) -> str:
        """How many there are, as far as that is known: `10,000`."""
        if self.total is not None:
            return f"{self.total:,}"
        return f"{len(self.rows):,}" if self.page == 1 and not self.more else ""

    def span(self) -> str:
        """What is shown: `51 to 100 of 10,000`."""
        if not self.rows:
            return "No more"
        span = f"{self.first:,}{_TO}{self.first + len(self.rows) - 1:,}"
        return span if self.total is None else f"{span} of {self.total:,}"


def window(rows: Iterable[Row], page: int, total: int | None = None) -> Window[Row]:
    """The rows of a page; no more of them are taken than are needed to know whether more follow."""
    begin = (page - 1) * SIZE
    found = tuple(islice(rows, begin, begin + SIZE + 1))
    return Window(found[:SIZE], page, len(found) > SIZE, total)


def pager(shown: Window[Row], path: str, filters: Mapping[str, str | int]) -> Html | None:
    """Links to the pages before and after, where there are any."""
    if shown.page == 1 and not shown.more:
        return None
    kept = {name: value for name, value in filters.items() if name != "page"}
    before = address(path, **kept, page=shown.page - 1 if shown.page > 2 else 0)
    after = address(path, **kept, page=shown.page + 1)
    return tag(
        "nav",
        _step("Newer", before, "prev") if shown.page > 1 else _no_step("Newer"),
        tag("span", shown.span(), class_="where"),
        _step("Older", after, "next") if shown.more else _no_step("Older"),
        class_="pager",
        aria_label="Pages of the list",
    )


def _step(words: str, href: str, rel: str) -> Html:
    return tag("a", words, href=href, rel=rel, class_="button")


def _no_step(words: str) -> Html:
    return tag("span", words, class_="button", aria_disabled="true")
