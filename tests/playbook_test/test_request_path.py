"""Paths into the two requests."""

import pytest

from runner.model.document import Path
from runner.playbook_test.request_path import MISSING, read_path, value_at


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Body", ("Body",)),
        ("Channel.participants[0].address", ("Channel", "participants", 0, "address")),
        (
            'Routing.properties.attributes["a.b"].c',
            ("Routing", "properties", "attributes", "a.b", "c"),
        ),
        ("ContentVariables.1", ("ContentVariables", "1")),
        ("a[1][2]", ("a", 1, 2)),
        ("", None),
        (".a", None),
        ("[0]", None),
        ("a[", None),
        ("a[x]", None),
        ("a..b", None),
        ("a.", None),
    ],
)
def test_paths_are_read(text: str, path: Path | None) -> None:
    """Names with dots between them, numbers and odd names in brackets."""
    assert read_path(text) == path


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("a", 0, "b"), 1),
        (("a", 1), MISSING),
        (("a", 0, "c"), MISSING),
        (("a", "b"), MISSING),
        (("a", 0, "b", "c"), MISSING),
        (("n", 1), "x"),
        ((), {"a": [{"b": 1}], "n": {"1": "x"}}),
    ],
)
def test_values_are_found(path: Path, value: object) -> None:
    """What is not there is missing, which is something else than null."""
    assert value_at({"a": [{"b": 1}], "n": {"1": "x"}}, path) == value
