"""A connection as the shared SQL sees it: what SQLite and PostgreSQL do differently."""

from collections.abc import Sequence
from typing import Any, Protocol


class Session(Protocol):
    """One open connection. Values stand as `?` in the SQL, whatever the driver calls them."""

    @property
    def lock(self) -> str:
        """What is added to a SELECT of `e` so that its rows can be written by nobody else."""
        ...

    @property
    def share(self) -> str:
        """What is added to a SELECT of `e` so that its rows do not change until the end."""
        ...

    def now(self) -> float:
        """Return the journal's clock, in seconds since 1970."""
        ...

    def has_table(self, name: str) -> bool:
        """Tell whether the database has this table."""
        ...

    def fetch(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        ...

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        """Execute a statement."""
        ...

    def execute_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Execute a statement for each of these rows."""
        ...
