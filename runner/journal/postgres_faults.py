"""What PostgreSQL's SQLSTATEs mean for the user and for the next attempt.

https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from runner.model.errors import FlexplayError, JournalFault, JournalRefused

CONFLICTS = frozenset({"40001", "40P01", "23505", "55P03"})
"""Another transaction was in the way and this one has been undone: it is simply done again.

A unique violation is among them: two runs claimed one key, and the other was first.
"""
_LOST = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03", "53300"})
_LOST_CLASS = "08"

_WORDS = {
    "25006": ("is read-only", "name the primary server, not a standby"),
    "28000": ("does not let this user in", "check the user and pg_hba.conf on the server"),
    "28P01": ("does not accept the password", "set PGPASSWORD, or write it into ~/.pgpass"),
    "3D000": ("does not exist", "create the database: createdb NAME"),
    "42501": (
        "must not be changed by this user",
        "let its owner type: CREATE SCHEMA flexplay AUTHORIZATION the_user",
    ),
    "53100": ("cannot grow: the server's disk is full", "make room, then type: flexplay resume"),
    "57014": ("did not answer in time", "look for a blocked session in pg_stat_activity"),
}


def is_lost(sqlstate: str | None) -> bool:
    """Tell whether the server has ended, or is ending, this connection."""
    return sqlstate in _LOST or bool(sqlstate and sqlstate.startswith(_LOST_CLASS))


def postgres_fault(sqlstate: str | None, text: str, name: str) -> FlexplayError:
    """Return the error for a SQLSTATE; `text` is the server's own words."""
    said = text.strip().partition("\n")[0]
    if sqlstate in ("XX001", "XX002"):
        return JournalRefused(
            f"the journal {name} is damaged ({said})",
            "restore the database from a backup; do not begin a new one",
        )
    words, remedy = _WORDS.get(
        sqlstate or "",
        ("cannot be reached or used", "check the URL and the server, then type the command again"),
    )
    return JournalFault(f"the journal {name} {words} ({said})", remedy)
