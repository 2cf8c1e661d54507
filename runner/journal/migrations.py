"""The schema, one numbered step after the other, in SQL that both databases understand.

A step that has been released is never changed: another is added. `prepare` brings a database to the
newest version in one transaction, or refuses it.
"""

import uuid
from dataclasses import dataclass

from runner.journal.session import Session
from runner.model.errors import JournalMissing, JournalRefused


@dataclass(frozen=True, slots=True)
class Migration:
    """What leads from the version before to this one."""

    number: int
    sql: tuple[str, ...]


MIGRATIONS = (
    Migration(
        1,
        (
            """CREATE TABLE runs (
                id TEXT NOT NULL PRIMARY KEY, scope TEXT NOT NULL, account TEXT NOT NULL,
                playbook TEXT NOT NULL, environment TEXT NOT NULL, detail TEXT NOT NULL,
                epoch BIGINT NOT NULL, started_at DOUBLE PRECISION NOT NULL,
                lease_until DOUBLE PRECISION NOT NULL, finished_at DOUBLE PRECISION NOT NULL,
                stop TEXT NOT NULL)""",
            """CREATE TABLE entries (
                id TEXT NOT NULL PRIMARY KEY, scope TEXT NOT NULL, account TEXT NOT NULL,
                playbook TEXT NOT NULL, key TEXT NOT NULL, attempt BIGINT NOT NULL,
                created_at DOUBLE PRECISION NOT NULL, digest TEXT NOT NULL,
                address TEXT NOT NULL, tail TEXT NOT NULL, pair TEXT NOT NULL,
                run TEXT NOT NULL, epoch BIGINT NOT NULL, "row" TEXT NOT NULL,
                state TEXT NOT NULL, step TEXT NOT NULL, confirmed TEXT NOT NULL,
                interaction TEXT NOT NULL, channel TEXT NOT NULL, conversation TEXT NOT NULL,
                task TEXT NOT NULL, message TEXT NOT NULL, reason TEXT NOT NULL,
                intent_at DOUBLE PRECISION NOT NULL, updated_at DOUBLE PRECISION NOT NULL)""",
            """CREATE UNIQUE INDEX entries_identity
                ON entries (scope, account, playbook, key, attempt)""",
            "CREATE INDEX entries_run ON entries (run, created_at, id)",
            "CREATE INDEX entries_address ON entries (address)",
            "CREATE INDEX entries_key ON entries (key)",
            """CREATE INDEX entries_conversation ON entries (conversation)
                WHERE conversation <> ''""",
            """CREATE TABLE steps (
                delivery TEXT NOT NULL, at DOUBLE PRECISION NOT NULL, number BIGINT NOT NULL,
                run TEXT NOT NULL, event TEXT NOT NULL, step TEXT NOT NULL,
                state TEXT NOT NULL, reason TEXT NOT NULL)""",
            "CREATE INDEX steps_delivery ON steps (delivery, at, number)",
            "CREATE TABLE payloads (delivery TEXT NOT NULL PRIMARY KEY, sealed BYTEA NOT NULL)",
            """CREATE TABLE suppressions (
                address TEXT NOT NULL PRIMARY KEY, tail TEXT NOT NULL, reason TEXT NOT NULL,
                added_at DOUBLE PRECISION NOT NULL)""",
            """CREATE TABLE used_plans (
                plan TEXT NOT NULL PRIMARY KEY, run TEXT NOT NULL,
                used_at DOUBLE PRECISION NOT NULL)""",
            "CREATE TABLE pairs (pair TEXT NOT NULL PRIMARY KEY, delivery TEXT NOT NULL)",
            """CREATE TABLE pace (
                bucket TEXT NOT NULL PRIMARY KEY, next_slot DOUBLE PRECISION NOT NULL)""",
            # Each process that writes has a row here, with the number of its last transaction: so
            # it can look up whether a commit whose answer was lost has happened.
            """CREATE TABLE writers (
                id TEXT NOT NULL PRIMARY KEY, batch BIGINT NOT NULL,
                seen_at DOUBLE PRECISION NOT NULL)""",
        ),
    ),
)

_META = "CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)"


@dataclass(frozen=True, slots=True)
class Demand:
    """How a journal is to be opened.

    Args:
        fingerprint: of the key that its hashes are made with.
        create: make it if there is none.
        migrate: bring it to the newest version if it is of an older one.
    """

    fingerprint: str
    create: bool = False
    migrate: bool = False


def prepare(session: Session, demand: Demand, name: str) -> None:
    """Bring the journal to the newest version, within the transaction that has begun.

    Raises:
        JournalMissing: there is none, and it is not to be created.
        JournalRefused: it is of a newer version, of an older one that is not to be changed, or of
            another key.
    """
    version = read_version(session)
    if version == 0:
        if not demand.create:
            raise missing(name)
        session.execute(_META)
        _put_meta(session, "journal", str(uuid.uuid4()))
        _put_meta(session, "fingerprint", demand.fingerprint)
        _put_meta(session, "version", "0")
    check_key(session, demand.fingerprint, name)
    newest = MIGRATIONS[-1].number
    _refuse_newer(version, newest, name)
    if 0 < version < newest and not demand.migrate:
        raise outdated(name, version, newest)
    for migration in MIGRATIONS[version:]:
        _migrate(session, migration)


def _migrate(session: Session, migration: Migration) -> None:
    for statement in migration.sql:
        session.execute(statement)
    session.execute("UPDATE meta SET value = ? WHERE name = 'version'", (str(migration.number),))


def check_version(session: Session, name: str) -> None:
    """Refuse a journal that is not of exactly this version: it is only going to be read."""
    version, newest = read_version(session), MIGRATIONS[-1].number
    if version == 0:
        raise missing(name)
    if version < newest:
        raise outdated(name, version, newest)
    _refuse_newer(version, newest, name)


def _refuse_newer(version: int, newest: int, name: str) -> None:
    if version > newest:
        raise JournalRefused(
            f"the journal {name} is of version {version}; this flexplay knows {newest}",
            "use the flexplay that wrote it, or a newer one: pip install --upgrade flexplay",
        )


def read_version(session: Session) -> int:
    """Return the schema's version; 0 if there is no journal."""
    if not session.has_table("meta"):
        return 0
    rows = session.fetch("SELECT value FROM meta WHERE name = 'version'")
    return int(rows[0][0]) if rows else 0


def check_key(session: Session, fingerprint: str, name: str) -> None:
    """Refuse a key that is not the journal's: no address would be recognised."""
    found = session.fetch("SELECT value FROM meta WHERE name = 'fingerprint'")
    if not found or found[0][0] != fingerprint:
        raise JournalRefused(
            f"the journal {name} was written with another key",
            "set FLEXPLAY_JOURNAL_KEY to its key, or put its key file back beside it",
        )


def missing(name: str) -> JournalMissing:
    """Return the refusal to take a journal that is not there for an empty one."""
    return JournalMissing(
        f"there is no journal at {name} yet: without one, nobody counts as messaged",
        "if nothing was ever sent from here, add --new-journal; else name the one with --journal",
    )


def outdated(name: str, version: int, newest: int) -> JournalRefused:
    """Return the refusal to use an older journal as it is."""
    return JournalRefused(
        f"the journal {name} is of version {version}; this flexplay needs {newest}",
        "stop the other runs and type: flexplay journal migrate",
    )


def _put_meta(session: Session, name: str, value: str) -> None:
    session.execute("INSERT INTO meta (name, value) VALUES (?, ?)", (name, value))
