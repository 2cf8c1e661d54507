"""docs/sandbox.md tells of everything, and its code is the code that the tests use."""

import re
from pathlib import Path

import pytest

from runner.sandbox.control import CONTROLS
from runner.sandbox.fault_reading import _READERS
from runner.sandbox.fault_rules import PROCESSED
from runner.sandbox.routes import ROUTES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "sandbox.md").read_text("utf-8")
ROW = re.compile(r"^\| `(/[^`]+)`[^|]*\| ([A-Z, ]+)", re.MULTILINE)

CONTROL_ROW = re.compile(r"^\| `((?:GET`, `)?(?:GET|POST)) (/_sandbox/[^`]+)`", re.MULTILINE)


def _pattern(path: str) -> str:
    return re.sub(r"\{\w+\}", "*", path)


def test_every_path_is_told_with_its_methods() -> None:
    """The table has what is served, and nothing else."""
    told = {_pattern(path): set(methods.strip().split(", ")) for path, methods in ROW.findall(PAGE)}
    assert told == {path: set(methods) for path, methods in ROUTES.items()}


@pytest.mark.parametrize("path", CONTROLS)
def test_every_control_is_told(path: str) -> None:
    """With its methods."""
    found = {
        _pattern(match[2]): set(match[1].replace("`", "").split(", "))
        for match in re.finditer(
            r"^\| `((?:GET`, `)?(?:GET|POST)) (/_sandbox/[^`]+)`", PAGE, re.MULTILINE
        )
    }
    assert found[path] == set(CONTROLS[path])


@pytest.mark.parametrize("name", [*PROCESSED, *_READERS, "on", "evidence_lag"])
def test_every_word_of_a_rule_is_told(name: str) -> None:
    """Kinds of faults and the keys of a rule."""
    assert re.search(rf"[`{{ ]{name}[`: ]", PAGE.partition("## Faults")[2])


def test_the_client_for_node_is_the_tested_one() -> None:
    """The page shows the file that the tests use."""
    code = (ROOT / "tests" / "node" / "sandbox_client.cjs").read_text("utf-8")
    shown = PAGE.partition("```js\n")[2].partition("```")[0]
    assert shown == code.partition("\n")[2]
