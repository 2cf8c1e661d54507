"""Finding runs in a journal by what a person types."""

import difflib
from contextlib import ExitStack

from runner.cli.journal_access import JournalChoice, open_existing
from runner.journal.entry import State
from runner.journal.group_commit import Journal
from runner.journal.ledger import RunRow, Selection
from runner.model.errors import UsageFault

_KNOWN = 50


def find_run(journal: Journal, name: str | None) -> RunRow:
    """Return the run whose id begins with `name`; the newest if no name is given.

    Raises:
        UsageFault: there is none, or there are several.
    """
    found = journal.list_runs(_KNOWN, (name or "").upper())
    if not found:
        raise _unknown(journal, name)
    if name and len(found) > 1 and found[0].id != name.upper():
        names = ", ".join(run.id for run in found[:8])
        raise UsageFault(f"several runs begin with {name}: {names}", "write one of them in full")
    return found[0]


def select_keys(select: str, choice: JournalChoice) -> frozenset[str]:
    """Return the keys that have one of the states in the run: `RUN:STATE[,STATE]`.

    Raises:
        UsageFault: it is written differently, or there is no such run or state.
    """
    name, colon, states = select.partition(":")
    known = [str(state) for state in State]
    wanted = [state.strip() for state in states.split(",") if state.strip()]
    wrong = [state for state in wanted if state not in known]
    if not colon or not name or not wanted or wrong:
        remedy = f"write RUN:STATE[,STATE] with states of: {', '.join(known)}"
        raise UsageFault(f"--select {select} cannot be read", remedy)
    with ExitStack() as stack:
        journal = open_existing(stack, choice).journal
        run = find_run(journal, name)
        chosen = Selection(run=run.id, states=tuple(State(state) for state in wanted))
        keys = frozenset(entry.key for entry in journal.list_entries(chosen))
    if not keys:
        raise UsageFault(f"nobody is {' or '.join(wanted)} in run {run.id}")
    return keys


def _unknown(journal: Journal, name: str | None) -> UsageFault:
    runs = [run.id for run in journal.list_runs(_KNOWN)]
    if not runs:
        return UsageFault("the journal knows no run yet", "send something with flexplay run")
    close = difflib.get_close_matches((name or "").upper(), runs, n=1)
    remedy = f"did you mean {close[0]}?" if close else "flexplay status lists the runs"
    return UsageFault(f"the journal knows no run {name}", remedy)
