"""Questions to a journal in the SQL that both databases understand."""

# ruff: noqa: S608 - only our own names are put together; values are always bound

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TypeVar

from runner.journal.entry import Entry, State
from runner.journal.ledger import RunRow, Selection, Step, Suppression
from runner.journal.rows import (
    STEP,
    SUPPRESSION,
    entry_from,
    run_from,
    step_from,
    suppression_from,
)
from runner.journal.session import Session
from runner.journal.sql_transaction import SELECT_ENTRIES, SELECT_RUNS, quote_names

Result = TypeVar("Result")

_LIKE = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


class SqlReads(ABC):
    """What `ledger.Reads` promises, for a store that can give a session."""

    @abstractmethod
    def read(self, ask: Callable[[Session], Result]) -> Result:
        """Ask something of a session; the driver's errors become the journal's."""

    def list_runs(self, limit: int, prefix: str = "") -> tuple[RunRow, ...]:
        """Return the newest runs first, those whose id begins with `prefix`."""
        return self.read(lambda session: _list_runs(session, limit, prefix))

    def page_entries(
        self, selection: Selection, after: Entry | None, limit: int
    ) -> tuple[Entry, ...]:
        """Return the next entries of a selection, oldest first."""
        return self.read(lambda session: _page_entries(session, selection, after, limit))

    def list_steps(self, delivery: str) -> tuple[Step, ...]:
        """Return a delivery's history, oldest first."""
        return self.read(lambda session: _list_steps(session, delivery))

    def list_suppressions(self) -> tuple[Suppression, ...]:
        """Return the suppressions, oldest first."""
        return self.read(_list_suppressions)

    def count_states(self, run: str | None) -> Mapping[State, int]:
        """Return how many entries, of a run or of all, are in each state."""
        return self.read(lambda session: _count_states(session, run))


def _list_runs(session: Session, limit: int, prefix: str) -> tuple[RunRow, ...]:
    """Return the newest runs whose id begins with `prefix`."""
    sql = f"{SELECT_RUNS} WHERE e.id LIKE ? ESCAPE '\\' ORDER BY e.started_at DESC, e.id LIMIT ?"
    rows = session.fetch(sql, (prefix.translate(_LIKE) + "%", limit))
    return tuple(map(run_from, rows))


def _page_entries(
    session: Session, selection: Selection, after: Entry | None, limit: int
) -> tuple[Entry, ...]:
    """Return the next entries of a selection, oldest first."""
    terms, values = _terms(selection)
    if after is not None:
        terms.append("(e.created_at, e.id) > (?, ?)")
        values += [after.created_at, after.id]
    where = f" WHERE {' AND '.join(terms)}" if terms else ""
    sql = f"{SELECT_ENTRIES}{where} ORDER BY e.created_at, e.id LIMIT ?"
    return tuple(map(entry_from, session.fetch(sql, (*values, limit))))


def _terms(selection: Selection) -> tuple[list[str], list[object]]:
    terms: list[str] = []
    values: list[object] = []
    if selection.states:
        terms.append(f"e.state IN ({', '.join('?' * len(selection.states))})")
        values += [state.value for state in selection.states]
    for column in ("run", "address", "key", "conversation"):
        wanted = getattr(selection, column)
        if wanted is not None:
            terms.append(f'e."{column}" = ?')
            values.append(wanted)
    if selection.conversation:
        terms.append("e.conversation <> ''")  # so that the partial index is used
    return terms, values


def _list_steps(session: Session, delivery: str) -> tuple[Step, ...]:
    """Return a delivery's history."""
    sql = f"SELECT {quote_names(STEP)} FROM steps WHERE delivery = ? ORDER BY at, number"
    return tuple(map(step_from, session.fetch(sql, (delivery,))))


def _list_suppressions(session: Session) -> tuple[Suppression, ...]:
    """Return the suppressions, oldest first."""
    sql = f"SELECT {quote_names(SUPPRESSION)} FROM suppressions ORDER BY added_at, address"
    return tuple(map(suppression_from, session.fetch(sql)))


def _count_states(session: Session, run: str | None) -> Mapping[State, int]:
    """Return how many entries, of a run or of all, are in each state."""
    where, values = ("", ()) if run is None else (" WHERE run = ?", (run,))
    sql = f"SELECT state, count(*) FROM entries{where} GROUP BY state"
    rows = session.fetch(sql, values)
    return {State(state): int(count) for state, count in rows}


def find_orphans(session: Session) -> tuple[str, ...]:
    """Return what does not belong together, a sentence each."""
    asked = (
        (
            "SELECT count(*) FROM entries WHERE run NOT IN (SELECT id FROM runs)",
            "{} deliveries belong to a run that the journal does not know",
        ),
        (
            "SELECT count(*) FROM steps WHERE delivery NOT IN (SELECT id FROM entries)",
            "{} lines of history belong to a delivery that the journal does not know",
        ),
        (
            "SELECT count(*) FROM payloads WHERE delivery NOT IN (SELECT id FROM entries)",
            "{} encrypted requests belong to a delivery that the journal does not know",
        ),
        (
            f"SELECT count(*) FROM entries WHERE state NOT IN ({_STATES})",
            "{} deliveries are in a state that does not exist",
        ),
    )
    counts = [(int(session.fetch(sql)[0][0]), sentence) for sql, sentence in asked]
    return tuple(sentence.format(count) for count, sentence in counts if count)


_STATES = ", ".join(f"'{state.value}'" for state in State)
