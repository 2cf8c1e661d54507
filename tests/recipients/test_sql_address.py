"""A database and what to ask it."""

from pathlib import Path

import pytest

from runner.model.errors import Findings, UsageFault
from runner.recipients.sql_address import Question, is_sql, read_question


@pytest.mark.parametrize(
    ("name", "url", "sql"),
    [
        ("postgresql://h/crm?query=SELECT 1", "postgresql://h/crm", "SELECT 1"),
        ("postgresql://h/crm?query=SELECT%201", "postgresql://h/crm", "SELECT 1"),
        (
            "postgresql:///crm?service=x&query=SELECT '%ab%' AS a, 1 & 2 AS b, '?query=' AS c",
            "postgresql:///crm?service=x",
            "SELECT '%ab%' AS a, 1 & 2 AS b, '?query=' AS c",
        ),
        ("sqlite:///a b.db?query=SELECT a+b FROM t", "sqlite:///a b.db", "SELECT a+b FROM t"),
        ("postgresql://h/x?query=SELECT 'a:b@c'", "postgresql://h/x", "SELECT 'a:b@c'"),
    ],
)
def test_the_query_is_the_last_of_the_url(name: str, url: str, sql: str) -> None:
    """It is taken as it stands if it holds blanks, and else decoded as a URL is."""
    assert is_sql(name)
    assert read_question(name) == Question(url, sql)


@pytest.mark.parametrize(
    "name",
    [
        "postgresql://ann:secret@h/crm?query=SELECT 1",
        "postgresql://:secret@h/crm?query=SELECT 1",
        "postgresql://ann:p@ss@h/crm",
        "postgresql://h/crm?user=ann&password=secret&query=SELECT 1",
        "mysql+pymysql://ann:secret@h/crm?query=SELECT 1",
    ],
)
def test_a_password_on_the_command_line_is_refused(name: str) -> None:
    """Everyone on the machine can see it; the finding does not repeat it."""
    with pytest.raises(UsageFault) as caught:
        read_question(name)
    assert "PGPASSWORD" in caught.value.remedy
    assert "secret" not in caught.value.message + caught.value.remedy


@pytest.mark.parametrize("name", ["postgresql://h/crm", "postgresql://h/crm?query="])
def test_a_database_must_be_asked_something(name: str) -> None:
    """The remedy shows where the query stands."""
    with pytest.raises(UsageFault, match="not asked anything") as caught:
        read_question(name)
    assert "?query=" in caught.value.remedy


def test_the_query_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a URL, or alone if the environment names the database: only there a password may be."""
    file = tmp_path / "patients.sql"
    file.write_text("\ufeffSELECT 1", "utf-8")
    assert read_question(f"postgresql://h/crm?query={file}") == Question(
        "postgresql://h/crm", "SELECT 1"
    )
    with pytest.raises(UsageFault, match="not which database"):
        read_question(str(file))
    monkeypatch.setenv("FLEXPLAY_RECIPIENTS_URL", "postgresql://ann:secret@h/crm")
    assert read_question(str(file)) == Question("postgresql://ann:secret@h/crm", "SELECT 1")


def test_a_file_that_is_not_there_is_a_finding() -> None:
    """As for every other file."""
    with pytest.raises(Findings) as caught:
        read_question("postgresql://h/crm?query=no.sql")
    assert caught.value.problems[0].code == "FP001"


@pytest.mark.parametrize("name", ["r.csv", "-", "C:\\r.csv", "a:b.csv"])
def test_paths_are_no_databases(name: str) -> None:
    """Only a URL or a `.sql` file is."""
    assert not is_sql(name)
