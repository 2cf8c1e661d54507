"""From what the user writes to an open journal: the one module that knows both stores."""

import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from runner.journal.batch import IsAlive
from runner.journal.copying import copy_tables
from runner.journal.entry import State
from runner.journal.gap import Gap
from runner.journal.group_commit import Journal
from runner.journal.key import (
    VARIABLE,
    JournalKey,
    create_key,
    fingerprint,
    key_path,
    parse_key,
    read_key,
)
from runner.journal.ledger import RunRow, Store
from runner.journal.migrations import Demand, missing
from runner.journal.run_lock import is_run_alive
from runner.model.errors import JournalFault, JournalRefused, UsageFault

_POSTGRES = ("postgresql", "postgres")
_ALL = 1_000_000_000


@dataclass(frozen=True, slots=True)
class SqliteLocation:
    """A file on this machine."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True, repr=False)
class PostgresLocation:
    """A database that several machines share."""

    url: str

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        name, _, host = parts.netloc.rpartition("@")
        shown = f"{name.partition(':')[0]}@{host}" if name else host
        return urlunsplit((parts.scheme, shown, parts.path, "", ""))

    def __repr__(self) -> str:
        return f"PostgresLocation('{self}')"


Location: TypeAlias = SqliteLocation | PostgresLocation


def default_path(account: str, environment: Mapping[str, str] = os.environ) -> Path:
    """Return where an account's journal lies if nothing else is said: the user's state directory.

    See https://specifications.freedesktop.org/basedir-spec/latest/.
    """
    state = Path(environment.get("XDG_STATE_HOME", ""))
    if not state.is_absolute():
        state = Path.home() / ".local" / "state"
    return state / "flexplay" / f"{account}.db"


def parse_location(text: str) -> Location:
    """Return the location that `sqlite:///PATH`, a plain path or `postgresql://…` names.

    Raises:
        UsageFault: it names none.
    """
    scheme, colon, rest = text.partition("://")
    if not colon:
        return SqliteLocation(_path(text, text))
    if scheme == "sqlite":
        if not rest.startswith("/"):
            raise _wrong(text, "an SQLite URL has three slashes and a path")
        return SqliteLocation(_path("/" + unquote(rest).lstrip("/"), text))
    if scheme in _POSTGRES:
        return PostgresLocation(_checked(text))
    raise _wrong(text, f"{scheme}:// is not a kind of journal")


def _path(path: str, text: str) -> Path:
    if not path.strip("/ ") or "\0" in path:
        raise _wrong(text, "it names no file")
    if Path(path).is_dir():
        raise _wrong(text, "it is a folder")
    return Path(path).expanduser().absolute()


def _checked(text: str) -> str:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise _wrong(text, str(error)) from error
    if not parts.path.strip("/"):
        raise _wrong(text, "it names no database")
    return text


def _wrong(text: str, reason: str) -> UsageFault:
    shown = "" if "@" in text or "password" in text else f" {text!r}"
    return UsageFault(
        f"the journal{shown} cannot be: {reason}",
        "write a path, sqlite:///PATH or postgresql://USER@HOST/DATABASE",
    )


def has_password(text: str) -> bool:
    """Tell whether a URL holds a password, which must not be on a command line."""
    parts = urlsplit(text)
    query = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return ":" in parts.netloc.rpartition("@")[0] or bool(query & {"password", "sslpassword"})


def open_journal(
    location: Location,
    *,
    create: bool = False,
    migrate: bool | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Journal:
    """Open a journal for writing.

    Args:
        location: where it is.
        create: make it if there is none; harmless if there is.
        migrate: bring an older one to the newest version; by default only a file, which no other
            machine's older flexplay can be using.
        environment: where the key may be.

    Raises:
        JournalMissing: there is none, and it is not to be created.
        JournalRefused: it must not be used as it is.
        JournalFault: it cannot be opened now.
    """
    key = find_key(location, create=create, environment=environment)
    if migrate is None:
        migrate = isinstance(location, SqliteLocation)
    store = open_store(location, Demand(fingerprint(key), create=create, migrate=migrate))
    return _journal(location, store, key)


def read_journal(location: SqliteLocation, environment: Mapping[str, str] = os.environ) -> Journal:
    """Open a file for reading only, for a dry run: it changes nothing, not even the version.

    Raises:
        JournalMissing: there is none.
        JournalRefused: it must not be used as it is.
        JournalFault: it cannot be read now.
    """
    from runner.journal.sqlite import read_sqlite  # noqa: PLC0415 - only the store that is used

    key = find_key(location, create=False, environment=environment)
    return _journal(location, read_sqlite(location.path, fingerprint(key)), key)


def _journal(location: Location, store: Store, key: JournalKey) -> Journal:
    return Journal(store, key, _liveness(location))


def _liveness(location: Location) -> IsAlive:
    if isinstance(location, SqliteLocation):
        path = location.path
        return lambda run, _: is_run_alive(path, run.id)
    return is_leased


def is_leased(run: RunRow, now: float) -> bool:
    """Tell whether a run on some other machine counts as alive."""
    return now < run.lease_until


def open_store(location: Location, demand: Demand) -> Store:
    """Open the store that a location names; its driver is imported only now."""
    if isinstance(location, SqliteLocation):
        from runner.journal.sqlite import open_sqlite  # noqa: PLC0415 - only the one that is used

        return open_sqlite(location.path, demand)
    try:
        from runner.journal.postgres import open_postgres  # noqa: PLC0415 - only the one used
    except ImportError as error:
        raise JournalFault(
            f"the journal {location} needs the package psycopg ({error})",
            "type: pip install 'flexplay[postgres]'",
        ) from error
    return open_postgres(location.url, demand, str(location))


def find_key(
    location: Location, *, create: bool, environment: Mapping[str, str] = os.environ
) -> JournalKey:
    """Return the journal's key: from the environment, else from the file beside a SQLite journal.

    Raises:
        JournalMissing: there is no journal yet, and it is not to be created.
        JournalRefused: there is no key, or it cannot be one.
    """
    given = environment.get(VARIABLE, "")
    exists = not isinstance(location, SqliteLocation) or _is_there(location.path)
    if not exists and not create:
        raise missing(str(location))
    if given:
        return parse_key(given)
    if isinstance(location, SqliteLocation):
        path = key_path(location.path)
        return read_key(path) if exists else create_key(path)
    raise JournalRefused(
        f"the journal {location} needs its key, and {VARIABLE} is not set",
        f"set {VARIABLE} to the key that all its users share; a new one is made by: "
        "openssl rand -hex 32",
    )


def _is_there(path: Path) -> bool:
    """Tell whether there is more than what an interrupted creation leaves."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check of a journal found: nothing wrong, or a sentence for each thing.

    `gap` is what it may have forgotten.
    """

    problems: tuple[str, ...]
    runs: int
    states: Mapping[State, int]
    gap: Gap | None


def check_journal(location: Location, environment: Mapping[str, str] = os.environ) -> CheckReport:
    """Look at every page and at whether the rows belong together; changes nothing but the version.

    Raises:
        JournalRefused: it is so damaged, or so different, that it cannot be opened.
    """
    key = find_key(location, create=False, environment=environment)
    with closing(open_store(location, Demand(fingerprint(key)))) as store:
        problems = store.check()
        runs = len(store.list_runs(_ALL))
        return CheckReport(problems, runs, store.count_states(None), store.gap)


def copy_journal(
    source: Location, target: Location, environment: Mapping[str, str] = os.environ
) -> None:
    """Copy everything that a journal remembers into a new one with the same key.

    Raises:
        JournalRefused: a run goes on, something may have been forgotten, the target is not empty,
            or it has another key.
    """
    key = find_key(source, create=False, environment=environment)
    demand = Demand(fingerprint(key), create=True)
    with closing(open_store(source, Demand(fingerprint(key)))) as origin:
        _refuse_live(source, origin)
        _refuse_forgetful(source, origin)
        if isinstance(target, SqliteLocation) and not environment.get(VARIABLE):
            create_key(key_path(target.path), key)
        with closing(open_store(target, demand)) as copy:
            copy_tables(origin, copy)


def _refuse_live(location: Location, store: Store) -> None:
    """Refuse to copy a memory that is about to change."""
    is_alive = _liveness(location)
    now = store.write(lambda to: to.now())
    live = [run.id for run in store.list_runs(_ALL) if not run.finished_at and is_alive(run, now)]
    if live:
        raise JournalRefused(
            f"run {live[0]} is being executed on the journal {location}",
            f"let it end, or stop it: flexplay stop {live[0]}",
        )


def _refuse_forgetful(location: Location, store: Store) -> None:
    """Refuse to copy a memory with a gap: the copy would not know of it."""
    if store.gap:
        raise JournalRefused(
            f"the journal {location} may have forgotten something: {store.gap.reason}",
            "carry on the runs of that time, then type: flexplay journal trust",
        )
