"""The SIDs of examples."""

import pytest

from runner.model.place import Span
from runner.model.placeholder import is_placeholder, placeholder_problem
from runner.model.problem import Severity


@pytest.mark.parametrize("value", ["WS" + "X" * 32, "HX" + "X" * 32])
def test_a_prefix_and_32_x_is_a_placeholder(value: str) -> None:
    """Twilio's documentation writes SIDs so."""
    assert is_placeholder(value)


@pytest.mark.parametrize(
    "value", ["WS" + "X" * 31, "WS" + "x" * 32, "ws" + "X" * 32, "WS" + "X" * 32 + "\n", 7, None]
)
def test_nothing_else_is(value: object) -> None:
    """Other lengths, cases and types are no placeholders."""
    assert not is_placeholder(value)


def test_the_finding_names_the_prefix() -> None:
    """Who reads it knows which SID to look for."""
    problem = placeholder_problem(Span("p", 1, 1, 1, 2), "WQ" + "X" * 32, Severity.WARNING)
    assert problem.message.startswith("WQXXXX… is a placeholder")
    assert "WQ… SID" in problem.remedy
