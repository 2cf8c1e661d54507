"""Golden files: what `flexplay preview` shows of each playbook in `examples/`.

A new case is a new file there; `pytest --update-examples` writes what is shown beside it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_FOLDER = Path(__file__).parent / "examples"
_CASES = sorted(path.name for path in _FOLDER.glob("*.yaml") if path.name != "flexplay.yaml")


@pytest.mark.parametrize("case", _CASES)
def test_preview_shows_what_the_golden_file_holds(
    case: str,
    flexplay: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    pytestconfig: pytest.Config,
) -> None:
    """Messages, costs, the agent's side and findings, in every environment, as ever."""
    monkeypatch.chdir(_FOLDER)
    ran = flexplay("preview", case)
    golden = _FOLDER / f"{case}.out"
    if pytestconfig.getoption("--update-examples"):
        golden.write_text(ran.out, "utf-8")
    assert ran.out == golden.read_text("utf-8")


def test_no_golden_file_is_without_its_example() -> None:
    """A golden file whose example was renamed or removed is not left behind."""
    assert {path.name for path in _FOLDER.glob("*.out")} == {f"{case}.out" for case in _CASES}
