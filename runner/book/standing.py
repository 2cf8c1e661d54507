"""What an entry of the journal says of a delivery that is wanted."""

from datetime import UTC, datetime

from runner.journal.entry import Entry, State
from runner.journal.gap import Gap
from runner.model import outcome as ends
from runner.model.exchange import FRESH, Progress
from runner.model.outcome import Outcome


def is_begun(entry: Entry) -> bool:
    """Tell whether something may have left already."""
    return bool(entry.confirmed) or entry.state is not State.PLANNED


def progress_of(entry: Entry, now: float, gap: Gap | None = None) -> Progress:
    """Return where the entry stands, as the sequence begins with it.

    In a `gap` any request may have left after the last that the entry knows of.
    """
    open_step = entry.step if entry.state in (State.INTENT, State.UNCERTAIN) else ""
    if not open_step and not entry.confirmed:
        return FRESH
    until = gap.until if gap and gap.covers(entry) else 0.0
    return Progress(
        confirmed=entry.confirmed,
        sids=entry.sids,
        intended=open_step,
        age=max(now - max(entry.intent_at, until), 0.0),
        intent_at=entry.intent_at,
        taken_over=True,
        forgotten_until=until,
    )


def refuse_other_text(entry: Entry, digest_now: str) -> Outcome | None:
    """Return why a delivery must not be finished with another text than it was begun with."""
    begun = entry.confirmed or entry.state in (State.INTENT, State.UNCERTAIN)
    if not begun or entry.digest == digest_now:
        return None
    why = f"begun in run {entry.run} with another text; give it the playbook of that run"
    return ends.Pending(why, entry.sids)


def say_busy(run: str) -> Outcome:
    """Return the outcome of a delivery that a live run has."""
    return ends.Pending(f"in run {run}")


def say_kept(entry: Entry, digest_now: str) -> Outcome:
    """Return the outcome of a delivery that has come to its end before."""
    when = datetime.fromtimestamp(entry.updated_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    said = f"in run {entry.run}, {when}"
    match entry.state:
        case State.SENT if entry.digest == digest_now:
            return ends.AlreadySent(said, entry.sids)
        case State.SENT:
            why = f"an EARLIER text was sent under this key {said}: a new message needs a new key"
            return ends.Changed(why, entry.sids)
        case State.UNCERTAIN:
            return ends.Uncertain(f"{entry.reason} ({said})", entry.sids)
        case _:
            return ends.Failed(f"{entry.reason} ({said}; again with --failed)", entry.sids)
