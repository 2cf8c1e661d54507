"""What a journal has forgotten without knowing it: a server failed over, a file was restored.

The journal bears a mark that its place bears, too: a file the number of its last change, a database
the server's identity. Where they differ, whatever was written between the newest that is there and
the moment when this was noticed may be lost. From then on no delivery counts as never begun: it is
looked up at Twilio first, until somebody says that the gap is closed.
"""

import json
from dataclasses import asdict, dataclass

from runner.journal.entry import Entry
from runner.journal.session import Session

_GAP, _SERVER, _GENERATION = "gap", "server", "generation"
_NEWEST = (
    "SELECT max(at) FROM (SELECT max(updated_at) AS at FROM entries"
    " UNION ALL SELECT max(started_at) FROM runs) AS known"
)


@dataclass(frozen=True, slots=True)
class Gap:
    """What was written after `since` and before `until`, on the journal's clock, may be missing.

    `since` is 0 where nothing at all is left. `reason` says how that is known.
    """

    since: float
    until: float
    reason: str

    def covers(self, entry: Entry) -> bool:
        """Tell whether something of this delivery may have been forgotten."""
        return entry.intent_at <= self.until


def read_gap(session: Session) -> Gap | None:
    """Return the gap that nobody has closed yet."""
    found = _get(session, _GAP)
    return Gap(**json.loads(found)) if found else None


def close_gap(session: Session) -> None:
    """Believe from now on that nothing is missing."""
    session.execute("DELETE FROM meta WHERE name = ?", (_GAP,))


def notice_other_server(session: Session, server: str) -> None:
    """Compare the server with the one that the journal was written on, and remember it."""
    known = _get(session, _SERVER)
    if known and known != server:
        _open(session, f"the server is another than before ({known} was, {server} is)")
    _put(session, _SERVER, server)


def notice_older_file(session: Session, seen: int | None) -> int:
    """Compare the file's number with the one beside it, and return which they both have now.

    Args:
        session: a transaction of the file's.
        seen: the number beside the file; None if there is none.
    """
    known = int(_get(session, _GENERATION) or -1)
    if known > 0 and seen is None:
        _open(session, "the number of its last change is not beside the file any more")
    if seen is not None and 0 <= known < seen:
        _open(session, f"the file is older than what was written ({known} of {seen} changes)")
    number = 0 if known < 0 else max(known, seen or 0)
    _put(session, _GENERATION, str(number))
    return number


def count_change(session: Session) -> int:
    """Number the transaction that goes on."""
    number = int(_get(session, _GENERATION) or 0) + 1
    _put(session, _GENERATION, str(number))
    return number


def _open(session: Session, reason: str) -> None:
    before = read_gap(session)
    newest = session.fetch(_NEWEST)[0][0] or 0.0
    since = min(newest, before.since) if before else newest
    _put(session, _GAP, json.dumps(asdict(Gap(since, session.now(), reason))))


def _get(session: Session, name: str) -> str:
    rows = session.fetch("SELECT value FROM meta WHERE name = ?", (name,))
    return str(rows[0][0]) if rows else ""


def _put(session: Session, name: str, value: str) -> None:
    session.execute(
        "INSERT INTO meta (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
