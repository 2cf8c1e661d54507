"""Golden files: what `flexplay validate` says of each file in `examples/`.

A new case is a new file there; `pytest --update-examples` writes what is said of it beside it.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_FOLDER = Path(__file__).parent / "examples"
_CASES = sorted(
    path.relative_to(_FOLDER) for kind in ("yaml", "toml") for path in _FOLDER.glob(f"*/*.{kind}")
)


@pytest.mark.parametrize("case", _CASES, ids=str)
def test_validate_says_of_an_example_what_its_golden_file_holds(
    case: Path,
    flexplay: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    pytestconfig: pytest.Config,
) -> None:
    """An invalid example has an error, a valid one has none, and both are described as ever."""
    monkeypatch.chdir(_FOLDER / case.parent)
    ran = flexplay("validate", case.name)
    golden = _FOLDER / f"{case}.out"
    if pytestconfig.getoption("--update-examples"):
        golden.write_text(ran.out, "utf-8")
    assert ran.out == golden.read_text("utf-8")
    assert ran.code == {"valid": 0, "invalid": 1}[str(case.parent)], ran.out + ran.err


def test_no_golden_file_is_without_its_example() -> None:
    """A golden file whose example was renamed or removed is not left behind."""
    outputs = {path.relative_to(_FOLDER) for path in _FOLDER.glob("*/*.out")}
    assert outputs == {Path(f"{case}.out") for case in _CASES}


def test_a_first_line_says_where_what_and_which_code() -> None:
    """Every finding begins with file:line:column, its severity and its code."""
    goldens = [path.read_text("utf-8") for path in _FOLDER.glob("invalid/*.out")]
    assert all(re.match(r"\S+:\d+:\d+: (error|warning|info) FP\d{3}: \S", text) for text in goldens)
