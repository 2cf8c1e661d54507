"""Columns that every row must fill."""

from datetime import UTC, datetime
from typing import Any

import pytest

from runner.model.place import Span
from runner.model.playbook import Policy
from runner.model.recipient import Recipient
from runner.policy.columns import check_columns

_NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
_CELL = Span("people.csv", 3, 5, 3, 9)
_ROW = Span("people.csv", 3, 1, 3, 20)


def _find(value: Any, max_days: int | None) -> list[str]:
    recipient = Recipient({"consent_at": value}, _ROW, {"consent_at": _CELL})
    policy = Policy(required_columns={"consent_at": max_days})
    found = list(check_columns(policy, recipient, _NOW))
    assert all((problem.code, problem.span) == ("FP604", _CELL) for problem in found)
    return [problem.message for problem in found]


@pytest.mark.parametrize(
    ("value", "max_days", "wanted"),
    [
        ("2026-05-31", 1, None),
        ("2026-06-02", 1, None),
        ("2026-05-30T23:59:00+02:00", 2, None),
        ("anything", None, None),
        ("2026-05-30", 1, "consent_at is 2 days old, and 1 are allowed"),
        ("2026-06-03", 1, "consent_at lies in the future"),
        ("yes", 1, "consent_at is no date"),
        ("", None, "the environment requires consent_at, which is empty here"),
        (None, 1, "the environment requires consent_at, which is empty here"),
    ],
)
def test_a_column_is_filled_and_fresh(value: Any, max_days: int | None, wanted: str | None) -> None:
    """Who gave no consent, or gave it too long ago, is not messaged."""
    assert _find(value, max_days) == ([wanted] if wanted else [])


def test_a_missing_column_is_said_at_the_row() -> None:
    """There is no cell to point at."""
    policy = Policy(required_columns={"consent_at": None})
    (found,) = check_columns(policy, Recipient({}, _ROW), _NOW)
    assert found.span == _ROW
