"""Recipients from a database: the one door to SQLAlchemy, which is an extra.

The query is asked once, in a transaction that may only read, and its rows are fetched through the
server's cursor into a spool: both passes over the recipients see the same rows, however long the
sending takes and whatever happens to the table.
"""

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from runner.load.spool import Spool
from runner.model.document import Plain
from runner.model.errors import Findings, UsageFault
from runner.model.place import Span
from runner.model.problem import Problem
from runner.recipients.sql_address import Question
from runner.recipients.table import NoPlain, check_names, plain_value

QUERY = "query"
"""The name that a query's rows have in findings."""

_BATCH = 1_000
_CONNECT_SECONDS = 15
_UNFIT = "\0"


class Answer:
    """The rows of a query, kept where they can be read again."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self._spool = Spool()

    def keep(self, values: tuple[Any, ...]) -> None:
        """Add a row."""
        self._spool.write(json.dumps([_pack(value) for value in values]).encode() + b"\n")

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows from the first on."""
        with self._spool.open() as stream:
            for line in stream:
                yield tuple(_unpack(value) for value in json.loads(line))


def ask(question: Question, variables: Mapping[str, Plain]) -> Answer:
    """Return what the database answers; `:name` in the query stands for the variable of that name.

    Raises:
        Findings: it does not answer, or not with rows.
        UsageFault: the extra, or the database's driver, is not installed.
    """
    try:
        import sqlalchemy  # noqa: PLC0415 - an extra
    except ImportError as error:
        remedy = "install it: pip install 'flexplay[sql]'"
        raise UsageFault("databases need an extra that is not installed", remedy) from error
    statement = sqlalchemy.text(question.sql)
    values = _bind(statement.compile().params, variables)
    try:
        engine = _make_engine(question.url)
        with engine.connect() as connection:
            options = {"stream_results": True, "max_row_buffer": _BATCH}
            if engine.dialect.name == "postgresql":
                options["postgresql_readonly"] = True
            asked = connection.execution_options(**options)
            with closing(asked.execute(statement, values)) as result:
                return _fetch(result)
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise Findings((_no_answer(error),)) from error
    except ImportError as error:
        why = f"the driver of this database is not installed: {error.name}"
        raise UsageFault(why, "install the driver that SQLAlchemy names for it") from error


def _fetch(result: Any) -> Answer:
    if not result.returns_rows:
        place = Span(QUERY, 1, 1, 1, 1)
        why = "the query answers with no rows"
        raise Findings((Problem(place, "FP226", why, "begin it with SELECT or WITH"),))
    names = tuple(str(name) for name in result.keys())  # noqa: SIM118 - no mapping
    check_names(names, QUERY)
    answer = Answer(names)
    for row in result:
        answer.keep(tuple(row))
    return answer


def _make_engine(url: str) -> Any:
    import sqlalchemy  # noqa: PLC0415 - an extra

    parsed = sqlalchemy.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed.database or "")
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    given: dict[str, Any] = {}
    if parsed.get_backend_name() == "postgresql":
        given = {"connect_timeout": _CONNECT_SECONDS, "application_name": "flexplay"}
    return sqlalchemy.create_engine(
        parsed, connect_args=given, poolclass=sqlalchemy.NullPool, hide_parameters=True
    )


def _open_sqlite(file: str) -> Any:
    """Return the engine of a file that is there already, and is not written to."""
    import sqlite3  # noqa: PLC0415 - only here

    import sqlalchemy  # noqa: PLC0415 - an extra

    if file and not Path(file).is_file():
        why = f"{file} cannot be read: there is no such file"
        raise Findings((Problem(Span(file, 1, 1, 1, 1), "FP001", why, "check the path"),))
    place = f"file:{quote(file)}?mode=ro" if file else ":memory:"
    return sqlalchemy.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(place, uri=bool(file)),
        poolclass=sqlalchemy.NullPool,
        hide_parameters=True,
    )


def _bind(wanted: Mapping[str, Any], variables: Mapping[str, Plain]) -> dict[str, Plain]:
    lacking = [name for name in wanted if name not in variables]
    if lacking:
        place = Span(QUERY, 1, 1, 1, 1)
        why = f"the query asks for :{lacking[0]}, and there is no such variable"
        raise Findings((Problem(place, "FP226", why, f"give it: --var {lacking[0]}=…"),))
    return {name: variables[name] for name in wanted}


def _no_answer(error: Exception) -> Problem:
    """Return what the database said, without the statement and its values."""
    cause = getattr(error, "orig", None) or error
    said = str(cause).strip().partition("\n")[0].rstrip(".")
    why = f"the database does not answer: {said}"
    return Problem(Span(QUERY, 1, 1, 1, 1), "FP226", why, "try the query in the database's client")


def _pack(value: Any) -> Any:
    """Return the value for the spool; what no message can hold is kept as what it is."""
    try:
        return plain_value(value)
    except NoPlain as error:
        return {_UNFIT: str(error)}


def _unpack(value: Any) -> Any:
    """Return the value, one that no message can hold as another of its kind."""
    if isinstance(value, dict) and _UNFIT in value:
        return math.nan if value[_UNFIT] == "no number" else b""
    return value
