"""Runs out of the journal, as the reports show them."""

import time
from collections import Counter

from runner.book.detail import Detail
from runner.book.forecast import is_alive
from runner.book.session import OpenJournal
from runner.journal.entry import UNDER_WAY, Entry, State
from runner.journal.ledger import RunRow, Selection
from runner.model.outcome import STATES
from runner.report.run_record import OpenDelivery, RunRecord
from runner.report.run_record import State as RunState

_NOT_SENT = tuple(state for state in State if state is not State.SENT)
_REDIRECTED = " redirected in "


def make_record(opened: OpenJournal, row: RunRow, *, with_open: bool = False) -> RunRecord:
    """Return a run as it stands; with everyone who was not sent the message, if wanted."""
    detail = Detail.from_json(row.detail)
    origin, redirected, _ = row.scope.partition(_REDIRECTED)
    alive = is_alive(opened, row, time.time())
    state: RunState = "running" if alive else "ended" if row.finished_at else "broken_off"
    return RunRecord(
        run=row.id,
        playbook=row.playbook,
        environment=row.environment,
        account=row.account,
        origin="" if origin == "twilio" else origin,
        redirected=bool(redirected),
        state=state,
        by=detail.by,
        commit=detail.commit,
        plan=detail.plan,
        started_at=row.started_at,
        finished_at=0.0 if alive else row.finished_at,
        stopped=row.stop,
        counts=_count(opened, row, detail),
        segments=detail.segments,
        duration_s=_duration(row, detail, alive=alive),
        resumable=not (redirected or detail.single),
        open=_open_deliveries(opened, row) if with_open else (),
    )


def _count(opened: OpenJournal, row: RunRow, detail: Detail) -> dict[str, int]:
    """Return the counts, which add up: what the journal has under another run, too.

    What nobody has claimed yet is pending.
    """
    found = Counter(detail.elsewhere)
    found["rejected"] += detail.rejected
    under_way = 0
    for state, count in opened.journal.count_states(row.id).items():
        if state in UNDER_WAY:
            under_way += count
        else:
            found[str(state)] += count
    found["pending"] = 0
    known = found.total()
    planned = max(detail.planned, known + under_way)
    found["pending"] = planned - known
    return {"planned": planned, **{state: found[state] for state in STATES}}


def _duration(row: RunRow, detail: Detail, *, alive: bool) -> float:
    if alive and not detail.spent_s:
        return round(max(time.time() - row.started_at, 0.0), 3)
    return detail.spent_s


def _open_deliveries(opened: OpenJournal, row: RunRow) -> tuple[OpenDelivery, ...]:
    chosen = Selection(run=row.id, states=_NOT_SENT)
    return tuple(map(_open_delivery, opened.journal.list_entries(chosen)))


def _open_delivery(entry: Entry) -> OpenDelivery:
    under_way = entry.state in UNDER_WAY
    state = "pending" if under_way else str(entry.state)
    reason = entry.reason or (f"begun: {entry.step}" if under_way and entry.step else "")
    return OpenDelivery(entry.key, entry.tail, state, reason, entry.row, entry.sids)
