"""A transaction in the SQL that both databases understand."""

# ruff: noqa: S608 - only our own names are put together; values are always bound

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from runner.journal.entry import FINAL, Entry
from runner.journal.gap import close_gap
from runner.journal.ledger import Identity, RunRow, Step, Suppression
from runner.journal.rows import (
    ENTRY,
    ENTRY_CHANGING,
    RUN,
    STEP,
    SUPPRESSION,
    Row,
    changing_row,
    entry_from,
    entry_row,
    run_from,
    run_row,
    step_row,
    suppression_row,
)
from runner.journal.session import Session

_CHUNK = 256


def quote_names(columns: Iterable[str], table: str = "") -> str:
    """Return columns as SQL names them; `row` and `key` are words of its own."""
    return ", ".join(f'{table}"{column}"' for column in columns)


def insert(table: str, columns: Sequence[str]) -> str:
    """Return the statement that adds a row."""
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({quote_names(columns)}) VALUES ({marks})"


def upsert(table: str, columns: Sequence[str]) -> str:
    """Return the statement that adds a row, or overwrites the one with the same first column."""
    changes = ", ".join(f'"{column}" = excluded."{column}"' for column in columns[1:])
    return f'{insert(table, columns)} ON CONFLICT ("{columns[0]}") DO UPDATE SET {changes}'


SELECT_ENTRIES = f"SELECT {quote_names(ENTRY, 'e.')} FROM entries e"
SELECT_RUNS = f"SELECT {quote_names(RUN, 'e.')} FROM runs e"
_INSERT_ENTRY = insert("entries", ENTRY)
_UPDATE_ENTRY = (
    "UPDATE entries SET "
    + ", ".join(f'"{column}" = ?' for column in ENTRY_CHANGING)
    + " WHERE id = ?"
)
_WANTED = "scope, account, playbook, key"
_JOIN = " AND ".join(f'e."{name}" = w."{name}"' for name in _WANTED.split(", "))


class SqlTransaction:
    """What `ledger.Transaction` promises, over a session whose transaction has begun."""

    def __init__(self, session: Session, *, keeps_payloads: bool) -> None:
        self._session = session
        self._keeps_payloads = keeps_payloads
        self._known: set[str] = set()

    def now(self) -> float:
        """Return the session's clock."""
        return self._session.now()

    def lock_run(self, run: str) -> RunRow | None:
        """Return a run, locked for writing."""
        sql = f"{SELECT_RUNS} WHERE e.id = ?{self._session.lock}"
        rows = self._session.fetch(sql, (run,))
        return run_from(rows[0]) if rows else None

    def runs(self, ids: Iterable[str]) -> Mapping[str, RunRow]:
        """Return runs, locked against writing."""
        return self._runs(ids, self._session.share)

    def peek_runs(self, ids: Iterable[str]) -> Mapping[str, RunRow]:
        """Return runs, not locked."""
        return self._runs(ids, "")

    def _runs(self, ids: Iterable[str], lock: str) -> Mapping[str, RunRow]:
        return {row[0]: run_from(row) for row in self._select(SELECT_RUNS, "e.id", ids, lock)}

    def put_run(self, run: RunRow) -> None:
        """Write a run."""
        self._session.execute(upsert("runs", RUN), run_row(run))

    def entries(self, ids: Iterable[str]) -> Mapping[str, Entry]:
        """Return entries, locked."""
        rows = self._select(SELECT_ENTRIES, "e.id", ids, self._session.lock)
        return self._remember(map(entry_from, rows))

    def peek_entries(self, ids: Iterable[str]) -> Mapping[str, Entry]:
        """Return entries, not locked."""
        rows = self._select(SELECT_ENTRIES, "e.id", ids, "")
        return {row[0]: entry_from(row) for row in rows}

    def _remember(self, entries: Iterable[Entry]) -> dict[str, Entry]:
        found = {entry.id: entry for entry in entries}
        self._known.update(found)
        return found

    def latest(self, identities: Iterable[Identity]) -> Mapping[Identity, Entry]:
        """Return the entry of the highest attempt of each identity, locked."""
        wanted = sorted({(one.scope, one.account, one.playbook, one.key) for one in identities})
        latest: dict[Identity, Entry] = {}
        for chunk in _chunks(wanted):
            marks = ", ".join(["(?, ?, ?, ?)"] * len(chunk))
            sql = (
                f"WITH w ({_WANTED}) AS (VALUES {marks}) {SELECT_ENTRIES} JOIN w ON {_JOIN}"
                f" ORDER BY e.id{self._session.lock}"
            )
            rows = self._session.fetch(sql, [value for one in chunk for value in one])
            for entry in self._remember(map(entry_from, rows)).values():
                identity = identity_of(entry)
                known = latest.get(identity)
                if known is None or entry.attempt > known.attempt:
                    latest[identity] = entry
        return latest

    def put_entries(self, entries: Iterable[Entry]) -> None:
        """Write entries; one that nobody has read in this transaction is new."""
        ordered = sorted(entries, key=lambda entry: entry.id)
        new = [entry_row(entry) for entry in ordered if entry.id not in self._known]
        known = [(*changing_row(one), one.id) for one in ordered if one.id in self._known]
        self._many(_INSERT_ENTRY, new)
        self._many(_UPDATE_ENTRY, known)
        self._known.update(entry.id for entry in ordered)
        if self._keeps_payloads:
            ended = [(entry.id,) for entry in ordered if entry.state in FINAL]
            self._many("DELETE FROM payloads WHERE delivery = ?", ended)

    def add_steps(self, steps: Iterable[Step]) -> None:
        """Add to the histories."""
        self._many(insert("steps", STEP), [step_row(step) for step in steps])

    def put_payloads(self, payloads: Mapping[str, bytes]) -> None:
        """Keep what is needed to finish deliveries, where another machine could."""
        if self._keeps_payloads:
            self._many(upsert("payloads", ("delivery", "sealed")), sorted(payloads.items()))

    def payload(self, delivery: str) -> bytes | None:
        """Return what was kept."""
        sql = "SELECT sealed FROM payloads WHERE delivery = ?"
        rows = self._session.fetch(sql, (delivery,))
        return bytes(rows[0][0]) if rows else None

    def suppressed(self, addresses: Iterable[str]) -> Mapping[str, str]:
        """Return the reasons."""
        select = "SELECT e.address, e.reason FROM suppressions e"
        return dict(self._select(select, "e.address", addresses, ""))

    def put_suppressions(self, suppressions: Iterable[Suppression]) -> None:
        """Write suppressions."""
        rows = sorted(suppression_row(one) for one in suppressions)
        self._many(upsert("suppressions", SUPPRESSION), rows)

    def drop_suppressions(self, addresses: Iterable[str]) -> None:
        """Delete suppressions."""
        rows = [(address,) for address in sorted(addresses)]
        self._many("DELETE FROM suppressions WHERE address = ?", rows)

    def use_plan(self, plan: str, run: str) -> str:
        """Return the first run that used the plan."""
        sql = insert("used_plans", ("plan", "run", "used_at")) + " ON CONFLICT (plan) DO NOTHING"
        self._session.execute(sql, (plan, run, self.now()))
        rows = self._session.fetch("SELECT run FROM used_plans WHERE plan = ?", (plan,))
        return str(rows[0][0])

    def pairs(self, pairs: Iterable[str]) -> Mapping[str, str]:
        """Return who holds the pairs; a row is made for each, so that there is one to lock."""
        wanted = sorted(set(pairs))
        sql = insert("pairs", ("pair", "delivery")) + " ON CONFLICT (pair) DO NOTHING"
        self._many(sql, [(pair, "") for pair in wanted])
        select = "SELECT e.pair, e.delivery FROM pairs e"
        found = self._select(select, "e.pair", wanted, self._session.lock)
        return {pair: delivery for pair, delivery in found if delivery}

    def put_pair(self, pair: str, delivery: str) -> None:
        """Write who holds a pair."""
        if delivery:
            self._session.execute(upsert("pairs", ("pair", "delivery")), (pair, delivery))
        else:
            self._session.execute("DELETE FROM pairs WHERE pair = ?", (pair,))

    def pace(self, bucket: str) -> float:
        """Return the bucket's next slot, locked."""
        sql = insert("pace", ("bucket", "next_slot")) + " ON CONFLICT (bucket) DO NOTHING"
        self._session.execute(sql, (bucket, 0.0))
        select = f"SELECT e.next_slot FROM pace e WHERE e.bucket = ?{self._session.lock}"
        return float(self._session.fetch(select, (bucket,))[0][0])

    def put_pace(self, bucket: str, next_slot: float) -> None:
        """Write the bucket's next slot."""
        self._session.execute("UPDATE pace SET next_slot = ? WHERE bucket = ?", (next_slot, bucket))

    def close_gap(self) -> None:
        """Forget that something may be missing."""
        close_gap(self._session)

    def _select(self, select: str, column: str, values: Iterable[str], lock: str) -> Iterator[Row]:
        """Yield the rows whose column has one of the values, in order, so that locks are too."""
        for chunk in _chunks(sorted(set(values))):
            marks = ", ".join("?" * len(chunk))
            sql = f"{select} WHERE {column} IN ({marks}) ORDER BY {column}{lock}"
            yield from self._session.fetch(sql, chunk)

    def _many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        if rows:
            self._session.execute_many(sql, rows)


def identity_of(entry: Entry) -> Identity:
    """Return what the entry's message is about."""
    return Identity(entry.scope, entry.account, entry.playbook, entry.key)


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield the values in pieces of a few sizes only, so that few statements are prepared."""
    for start in range(0, len(values), _CHUNK):
        chunk = list(values[start : start + _CHUNK])
        size = 1 << (len(chunk) - 1).bit_length()
        yield chunk + [chunk[-1]] * (size - len(chunk))
