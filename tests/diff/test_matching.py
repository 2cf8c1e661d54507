"""Which playbook of before is which playbook of now."""

from dataclasses import dataclass

import pytest

from runner.diff.matching import match_playbooks


@dataclass(frozen=True, slots=True)
class _File:
    place: str
    name: str
    text: str = ""


_LONG = "".join(f"line {number}\n" for number in range(10))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_File("a.yaml", "x"), _File("a.yaml", "x")),
        (_File("a.yaml", "x"), _File("b.yaml", "x")),
        (_File("a.yaml", "x"), _File("a.yaml", "y")),
        (_File("a.yaml", "x"), _File("a.yaml", "")),
        (_File("a.yaml", "x", _LONG), _File("b.yaml", "y", _LONG.replace("1", "one"))),
    ],
)
def test_a_playbook_is_found_again(before: _File, after: _File) -> None:
    """By its name, its path, or its text where both are others."""
    assert match_playbooks([before], [after]) == ((before, after),)


def test_another_playbook_is_new_and_the_old_one_deleted() -> None:
    """Nothing of it has stayed."""
    before, after = _File("a.yaml", "x", _LONG), _File("b.yaml", "y", "something else\n" * 9)
    assert match_playbooks([before], [after]) == ((None, after), (before, None))


def test_the_name_decides_before_the_path() -> None:
    """A playbook that moved is not taken for a renamed one because its place was taken."""
    moved, newcomer = _File("b.yaml", "x"), _File("a.yaml", "y")
    before = _File("a.yaml", "x")
    assert match_playbooks([before], [newcomer, moved]) == ((None, newcomer), (before, moved))


def test_one_of_several_with_a_name_is_found_by_its_path() -> None:
    """Copies that have kept the name stay where they are."""
    one, other = _File("a.yaml", "x"), _File("b.yaml", "x")
    assert match_playbooks([one, other], [other, one]) == ((other, other), (one, one))
