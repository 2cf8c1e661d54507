"""A database and what to ask it, as one address: `postgresql://host/crm?query=SELECT …`."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from runner.model.errors import Findings, UsageFault
from runner.model.place import Span
from runner.model.problem import Problem

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+]*://")
_QUERY = re.compile(r"[?&]query=")
_PASSWORD = re.compile(r"//[^/?#]*:[^/?#@]*@|[?&]password=", re.IGNORECASE)
DATABASE = "FLEXPLAY_RECIPIENTS_URL"
"""The variable that names the database of a `.sql` file; it may hold a password."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask of which database. The URL may hold a password, so it is never shown."""

    url: str
    sql: str


def is_sql(name: str) -> bool:
    """Tell whether recipients of this name come from a database."""
    return bool(_URL.match(name)) or name.lower().endswith(".sql")


def is_url(name: str) -> bool:
    """Tell whether this is a URL instead of a path."""
    return bool(_URL.match(name))


def read_question(name: str) -> Question:
    """Return what to ask of which database.

    A URL ends with `query=` and a query, or the path of a `.sql` file. A `.sql` file alone is asked
    of the database that the environment names.

    Raises:
        UsageFault: a password is in the URL, or there is no query, or no database.
        Findings: the `.sql` file cannot be read.
    """
    if not is_url(name):
        return Question(_database_of(name), _read_sql(name))
    if _PASSWORD.search(_QUERY.split(name, maxsplit=1)[0]):
        why = "a password in a URL can be seen by everyone on this machine"
        raise UsageFault(why, "leave it out, and set PGPASSWORD or name a service: ?service=crm")
    url, query = _split(name)
    if not query.strip():
        remedy = f'end it with ?query= and a query, or a .sql file: "{url}?query=patients.sql"'
        raise UsageFault("the database is not asked anything", remedy)
    return Question(url, _read_sql(query) if query.lower().endswith(".sql") else query)


def _split(name: str) -> tuple[str, str]:
    """Return the URL without its query, and the query.

    The query is the last of the URL, whatever it holds. It is taken as it stands if there is a
    blank in it, since then nobody has encoded it for a URL.
    """
    url, *rest = _QUERY.split(name, maxsplit=1)
    query = rest[0] if rest else ""
    return url, query if re.search(r"\s", query) else unquote(query)


def _database_of(file: str) -> str:
    url = os.environ.get(DATABASE, "")
    if not url:
        remedy = f'set {DATABASE}, or name it: "postgresql://host/crm?query={file}"'
        raise UsageFault(f"{file} says what to ask, and not which database", remedy)
    return url


def _read_sql(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        why = f"{file} cannot be read: {reason.lower()}"
        place = Span(file, 1, 1, 1, 1)
        raise Findings((Problem(place, "FP001", why, "check the path"),)) from error
