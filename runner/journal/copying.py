"""All rows of one journal into another that is empty."""

# ruff: noqa: S608 - only our own names are put together; values are always bound

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from runner.journal.ledger import Store
from runner.journal.rows import TABLES
from runner.journal.session import Session
from runner.journal.sql_transaction import insert
from runner.model.errors import JournalRefused

_BATCH = 1000


def copy_tables(source: Store, target: Store) -> None:
    """Copy everything that a journal remembers, in one transaction of the target.

    Raises:
        JournalRefused: the target is not empty.
    """
    target.load({table: source.dump(table) for table in TABLES})


def load_tables(
    session: Session, tables: Mapping[str, Iterable[tuple[object, ...]]], name: str
) -> None:
    """Fill an empty journal, within the transaction that has begun."""
    for table in TABLES:
        if session.fetch(f"SELECT 1 FROM {table} LIMIT 1"):
            raise JournalRefused(
                f"the journal {name} is not empty: it has rows in {table}",
                "copy into a new journal, so that two memories are never mixed",
            )
    for table, rows in tables.items():
        for batch in _batches(iter(rows)):
            session.execute_many(insert(table, TABLES[table]), batch)


def _batches(rows: Iterator[tuple[object, ...]]) -> Iterator[list[tuple[object, ...]]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch
