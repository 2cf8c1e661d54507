"""The budget of a rendering."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.model.document import ScalarNode
from runner.model.problem import Problem
from runner.render.environment import make_environment
from runner.render.meter import (
    DEEPEST_VALUE,
    LARGEST_VALUE,
    MOST_STEPS,
    Meter,
    TooMuchData,
    TooMuchWork,
)
from runner.render.template import Context, compile_leaf

COSTLY = "{% for x in range(9999) %}{{ 1 }}{% endfor %}"


def test_the_leaves_of_a_recipient_share_one_budget(
    scalar: Callable[[str], ScalarNode], make_one: Callable[[], Context]
) -> None:
    """Many leaves that each stay below the limit are refused together, and not the next row's."""
    leaf = compile_leaf(scalar(COSTLY), make_environment(Path()))
    assert not isinstance(leaf, Problem)
    first = make_one()
    with pytest.raises(TooMuchWork):
        all(leaf.render(first) for _ in range(MOST_STEPS))
    assert leaf.render(make_one()) == "1" * 9_999


@given(st.recursive(st.text(max_size=5) | st.integers(), lambda below: st.lists(below, max_size=4)))
def test_a_size_is_that_of_the_written_value(value: Any) -> None:
    """A value's size bounds what it becomes as text, however its parts are shared."""
    size = Meter().measure([value, value])
    assert size == 1 + 2 * Meter().measure(value)
    assert size < LARGEST_VALUE


def test_a_value_that_is_too_large_is_refused() -> None:
    """Sizes count what is held twice as two, whatever the memory that it takes."""
    shared: list[object] = ["x" * 1_000] * 1_000
    meter = Meter()
    assert meter.weigh(shared) is shared
    with pytest.raises(TooMuchData, match="a list of more than"):
        meter.weigh([shared, shared])
    with pytest.raises(TooMuchData, match="more than 3,000 digits"):
        meter.weigh(1 << 20_000)


def test_a_value_that_is_too_deep_is_refused() -> None:
    """Lists in lists end, also when each was small when it was made."""
    meter, value = Meter(), [1]
    for _ in range(DEEPEST_VALUE - 1):
        value = meter.weigh([value])  # type: ignore[list-item]
    with pytest.raises(TooMuchData, match="nested more than"):
        meter.weigh([value])
