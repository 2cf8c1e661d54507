"""A delivery of which the journal may have forgotten something."""

from collections.abc import Awaitable, Callable

from runner.journal.decide import Fenced, Go, Verdict
from runner.journal.entry import Change, Entry, Event, State
from runner.journal.gap import Gap
from runner.model.errors import Refused
from runner.sequence.steps import CREATE_INTERACTION, CREATE_MESSAGE

_SETTLED = (CREATE_INTERACTION, CREATE_MESSAGE)
"""The steps that are settled by evidence; the others may be repeated without harm."""
_LONG_AGO = 1.0
"""When a request may have been intended of which nothing is known: nothing proves its absence."""


async def suspect(
    entry: Entry, gap: Gap | None, tell: Callable[[Change], Awaitable[Verdict]]
) -> Entry:
    """Write down that the next request was intended in the gap, and return the entry.

    What that intent means, and that it is settled before anything is sent, is the same as after a
    crash. An intent that is withheld stands for nothing: the request's own will be, too.

    Raises:
        Refused: another process has taken the run over.
    """
    if gap is None or not gap.covers(entry):
        return entry
    if entry.state in (State.INTENT, State.UNCERTAIN):
        if entry.step in _SETTLED:
            return entry
        entry = await _tell(tell, Change(entry.id, Event.DISPROVE, entry.step), entry)
    step = CREATE_MESSAGE if CREATE_INTERACTION in entry.confirmed else CREATE_INTERACTION
    at = max(gap.since, _LONG_AGO)
    change = Change(entry.id, Event.INTEND, step, reason=gap.reason, at=at)
    return await _tell(tell, change, entry)


async def _tell(
    tell: Callable[[Change], Awaitable[Verdict]], change: Change, entry: Entry
) -> Entry:
    verdict = await tell(change)
    if isinstance(verdict, Fenced):
        raise Refused(f"{verdict.reason}; this process sends nothing more")
    return verdict.entry if isinstance(verdict, Go) else entry
