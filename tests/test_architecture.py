"""The floors of the house."""

from importlinter.cli import lint_imports


def test_the_floors_hold() -> None:
    """Imports go down only, no cycle exists, and each heavy library has one door."""
    assert lint_imports(no_cache=True) == 0
