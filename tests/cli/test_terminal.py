import pytest

from runner.cli.terminal import wants_colour


@pytest.mark.parametrize(
    ("environment", "isatty", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": "0"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "3", "CI": "true"}, False, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": "false"}, True, False),
        ({"FORCE_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
        ({"CI": "true"}, True, False),
        ({"CI": "false"}, True, True),
        ({"CI": ""}, True, True),
    ],
)
def test_colours_are_for_whoever_looks(
    environment: dict[str, str], *, isatty: bool, wanted: bool
) -> None:
    """NO_COLOR wins, then FORCE_COLOR; otherwise a terminal outside of CI that is not dumb."""
    assert wants_colour(environment, isatty=isatty) is wanted
