"""Recipients from a database: SQLite and PostgreSQL, both real."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runner.load.file import load_text
from runner.model.document import Document, MappingNode
from runner.model.errors import Findings, UsageFault
from runner.model.recipient import Recipient, RejectedRow
from runner.recipients.source import Source, open_source

pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed: pip install '.[sql]'")

_TABLE = """
CREATE TABLE patients (id integer, name text, phone text, age numeric(6, 2), photo bytea,
                       called date);
INSERT INTO patients VALUES
  (1, 'Ann', '+13115552361', 40, NULL, '2026-03-31'),
  (2, 'Jörg', '+13115552362', NULL, NULL, NULL),
  (3, 'Cem', '+13115552363', 41.5, 'x', '2025-01-01');
"""
_SCHEMA = """
type: object
required: [id, name, phone]
properties:
  id: { type: string }
  phone: { type: string, format: phone }
  age: { type: number }
"""


def _schema(text: str = _SCHEMA) -> MappingNode:
    document = load_text("p.yaml", text.encode())
    assert isinstance(document, Document)
    assert isinstance(document.root, MappingNode)
    return document.root


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Return the URL of a SQLite file with the table."""
    with sqlite3.connect(tmp_path / "crm.db") as connection:
        connection.executescript(_TABLE.replace("'x'", "x'00ff'"))
    connection.close()
    return f"sqlite:///{tmp_path}/crm.db?"


@pytest.fixture
def postgres_url(postgres_server: Any) -> str:
    """Return the URL of a PostgreSQL database with the table."""
    url = postgres_server.create_database()
    name = url.partition("@/")[2].partition("?")[0]
    postgres_server.execute(_TABLE, name)
    return f"{url}&"


@pytest.fixture(params=["sqlite", "postgres"])
def ask(request: pytest.FixtureRequest) -> Callable[..., Source]:
    """Return a function that asks a database of each kind."""
    url = request.getfixturevalue(f"{request.param}_url")

    def ask(query: str, schema: str = _SCHEMA, **variables: Any) -> Source:
        return open_source(f"{url}query={query}", _schema(schema), variables=variables)

    return ask


def _fault(ask: Callable[..., Source], query: str) -> Any:
    with pytest.raises(Findings) as caught:
        ask(query)
    return caught.value.problems[0]


def test_rows_are_converted_to_the_declared_types(ask: Callable[..., Source]) -> None:
    """A number is a text where a text is declared, and NULL is an empty cell."""
    source = ask("SELECT id, name, phone, age, called FROM patients WHERE id < 3 ORDER BY id")
    first, second = source.rows()
    assert first.fields == {
        "id": "1",
        "name": "Ann",
        "phone": "+13115552361",
        "age": 40,
        "called": "2026-03-31",
    }
    assert second.fields == {"id": "2", "name": "Jörg", "phone": "+13115552362", "called": ""}
    assert isinstance(second, Recipient)
    assert (second.cells["name"].file, second.cells["name"].line) == ("query", 2)


def test_variables_are_bound_not_pasted(ask: Callable[..., Source]) -> None:
    """A variable's text is a value, whatever it holds."""
    query = "SELECT id, name, phone FROM patients WHERE name = :who OR '10:30' = :who"
    (row,) = ask(query, who="Jörg").rows()
    assert row.fields["id"] == "2"
    assert list(ask(query, who="' OR 1=1 --").rows()) == []


def test_a_variable_that_is_not_there_is_named(ask: Callable[..., Source]) -> None:
    """Before the database is asked."""
    problem = _fault(ask, "SELECT id, name, phone FROM patients WHERE name = :who")
    assert (problem.code, problem.remedy) == ("FP226", "give it: --var who=…")


def test_columns_are_checked_before_rows(ask: Callable[..., Source]) -> None:
    """One finding, with the column that was meant."""
    problem = _fault(ask, "SELECT id, name AS nmae, phone FROM patients")
    assert problem.message == 'the column "name" is missing, there is "nmae"'
    assert (problem.span.file, problem.span.line, problem.span.column) == ("query", 1, 2)
    assert _fault(ask, "SELECT id, name, phone, id FROM patients").code == "FP218"


def test_a_bad_row_does_not_hide_the_others(ask: Callable[..., Source]) -> None:
    """A photo is no text."""
    kinds = [type(row) for row in ask("SELECT id, name, phone, photo FROM patients").rows()]
    assert kinds == [Recipient, Recipient, RejectedRow]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT nothing FROM nowhere",
        "SELEC 1",
        "DELETE FROM patients",
        "INSERT INTO patients (id) VALUES (7) RETURNING id, 'x' AS name, 'y' AS phone",
    ],
)
def test_what_cannot_be_asked_is_a_finding(ask: Callable[..., Source], query: str) -> None:
    """Nothing can be written: it is asked in a transaction that may only read."""
    assert _fault(ask, query).code == "FP226"
    assert len(list(ask("SELECT id, name, phone FROM patients").rows())) == 3


def test_both_passes_see_the_same_rows(sqlite_url: str, tmp_path: Path) -> None:
    """The query is asked once, whatever happens to the table while messages are sent."""
    query = "SELECT id, name, phone FROM patients"
    source = open_source(f"{sqlite_url}query={query}", _schema())
    first = [row.fields for row in source.rows()]
    with sqlite3.connect(tmp_path / "crm.db") as connection:
        connection.execute("DELETE FROM patients")
    connection.close()
    assert [row.fields for row in source.rows()] == first
    assert len(first) == 3


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """SQLite would make an empty one."""
    with pytest.raises(Findings) as caught:
        open_source(f"sqlite:///{tmp_path}/no.db?query=SELECT 1 AS id", None)
    assert caught.value.problems[0].code == "FP001"
    assert list(tmp_path.iterdir()) == []


def test_postgresql_is_asked_through_the_servers_cursor(
    postgres_url: str, postgres_server: Any
) -> None:
    """A hundred thousand rows come in pieces; no process holds them all."""
    name = postgres_url.partition("@/")[2].partition("?")[0]
    postgres_server.execute(
        f"ALTER DATABASE {name} SET log_min_duration_statement = 0",
    )
    rows = "SELECT n AS id, 'Ann' AS name, '+13115552361' AS phone FROM generate_series(1, 5000) n"
    source = open_source(f"{postgres_url}query={rows}", _schema())
    assert sum(1 for _ in source.rows()) == 5000
    log = (postgres_server.folder / "log").read_text(errors="replace")
    fetched = [line for line in log.splitlines() if "FETCH FORWARD" in line]
    assert len(fetched) >= 5


def test_a_server_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    """With what the driver says, and without the query."""
    url = f"postgresql://flex@/x?host={tmp_path}&query=SELECT 'marked' AS id"
    with pytest.raises(Findings) as caught:
        open_source(url, None)
    (problem,) = caught.value.problems
    assert (problem.code, "marked" in problem.message) == ("FP226", False)


def test_a_driver_that_is_not_there_is_named() -> None:
    """The remedy says what to install."""
    with pytest.raises(UsageFault, match="driver of this database is not installed") as caught:
        open_source("mysql://h/crm?query=SELECT 1 AS id", None)
    assert "MySQLdb" in caught.value.message
