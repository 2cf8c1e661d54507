"""Which PostgreSQL server it is, whether it keeps what it acknowledges, and its schema."""

from runner.journal.migrations import Demand, prepare
from runner.journal.postgres_settings import PREPARING, STALE
from runner.journal.session import Session
from runner.model.errors import JournalRefused

_MAY_KNOW = "SELECT has_function_privilege('pg_control_system()', 'EXECUTE')"
_SYSTEM = "SELECT system_identifier::text FROM pg_control_system()"
_TIMELINE = (
    "SELECT CASE WHEN pg_is_in_recovery() THEN '' "
    "ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END"
)


def identify_server(session: Session) -> str:
    """Return the cluster's identifier and its timeline; another one has begun after a failover.

    https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CONTROLDATA
    https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES
    """
    may_know = session.fetch(_MAY_KNOW)[0][0]  # every user may, unless a provider took it away
    system = session.fetch(_SYSTEM)[0][0] if may_know else ""
    return f"{system}/{session.fetch(_TIMELINE)[0][0]}"


def refuse_forgetful(session: Session, name: str) -> None:
    """Refuse a server that forgets when the power fails.

    Raises:
        JournalRefused: it does.
    """
    if session.fetch("SHOW fsync") != [("on",)]:
        raise JournalRefused(
            f"the server of the journal {name} runs with fsync = off: a power cut makes it forget",
            "set fsync = on in postgresql.conf, or name another server",
        )


def refuse_other_server(session: Session, server: str, name: str) -> None:
    """Refuse to carry on where the run did not begin: what it wrote last may not be there.

    Raises:
        JournalRefused: the server is another.
    """
    now = identify_server(session)
    if now != server:
        raise JournalRefused(
            f"the server of the journal {name} is another than when the run began"
            f" ({server} was, {now} is)",
            "type: flexplay resume; each delivery is looked up at Twilio then",
        )


def prepare_database(session: Session, demand: Demand, name: str) -> None:
    """Bring the schema to the newest version, one process at a time, within the transaction."""
    session.fetch("SELECT pg_advisory_xact_lock(?)", (PREPARING,))
    there = session.fetch("SELECT to_regnamespace('flexplay') IS NOT NULL")[0][0]
    if demand.create and not there:
        session.execute("CREATE SCHEMA flexplay")
    prepare(session, demand, name)
    session.execute(
        "DELETE FROM writers WHERE seen_at < extract(epoch FROM clock_timestamp()) - ?", (STALE,)
    )
