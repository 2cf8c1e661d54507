"""FP402: SIDs that name nothing."""

from typing import Any

import pytest

ROUTING = "routing:\n  properties:\n    workspace_sid: {}\n"


@pytest.mark.parametrize(
    "sid", ["WSxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", '"WS****"', "WS01…ef", "WSXXX"]
)
def test_a_masked_sid_is_an_error(desk: Any, sid: str) -> None:
    """It is told as what it is, not as a value of the wrong form."""
    desk.body("Hi", more=ROUTING.format(sid))
    assert [each.code for each in desk.all() if each.severity == "error"] == ["FP402"]
    (found,) = desk.find("FP402")
    assert desk.marked(found.span) == sid


def test_a_masked_sid_in_a_variable_is_an_error(desk: Any) -> None:
    """It is found where it is written, even if no sample is rendered."""
    desk.body("Hi", samples="  []\n", more="vars: { workspace: WSxxxxxxxx, dots: OK... }\n")
    (found,) = desk.find("FP402")
    assert desk.marked(found.span) == "WSxxxxxxxx"


def test_a_placeholder_is_a_warning(desk: Any) -> None:
    """Documentation's examples can be rehearsed."""
    desk.body("Hi", more=ROUTING.format("WS" + "X" * 32))
    (found,) = desk.find("FP402")
    assert found.severity == "warning"
