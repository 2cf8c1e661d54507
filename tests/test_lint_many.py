"""Many files, in one process or several, with the same answer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runner.find_files import find_files
from runner.lint_many import lint_many

EXAMPLES = Path(__file__).parent / "examples"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree of examples, with a file that only looks like a playbook."""
    monkeypatch.chdir(tmp_path)
    for path in sorted(EXAMPLES.glob("invalid/*.yaml"))[:12]:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "nested.yaml").write_text("x: { channel: 1, participants: 2 }\n", "utf-8")
    return tmp_path


def test_processes_change_nothing(tree: Path) -> None:
    """Two processes find what one does, in the same order, with places that compare equal."""
    candidates = find_files((".",))
    alone = lint_many(candidates, 1)
    assert lint_many(candidates, 2) == alone
    assert [each.file for each in alone] == [
        each.file for each in candidates if each.file != "nested.yaml"
    ]
    assert sum(len(each.problems) for each in alone) >= 8
    assert len(list(tree.iterdir())) == len(candidates)


def test_jobs_on_the_command_line(flexplay: Callable[..., Any], tree: Path) -> None:
    """`--jobs` changes how long it takes, and nothing else."""
    one, two = (flexplay("validate", tree, "--jobs", jobs) for jobs in (1, 2))
    assert one == two
    assert one.code == 1
    assert flexplay("validate", tree, "--jobs", 0).code == 2


def test_a_broken_project_file_is_found_with_its_playbooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody named it, but nothing can be sent with it: once, last, not offered to be mended."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "sub"
    folder.mkdir()
    for name in ("a.yaml", "b.yaml"):
        (folder / name).write_text("channel: { type: sms }\nparticipants: []\n", "utf-8")
    (tmp_path / "flexplay.yaml").write_text("environments: { e: { varz: {} } }\n", "utf-8")
    *_, last = linted = lint_many(find_files(("sub",)))
    assert len(linted) == 3
    assert [each.file for each in linted].count(last.file) == 1
    assert Path(last.file).resolve() == tmp_path / "flexplay.yaml"
    assert [(problem.code, problem.edits) for problem in last.problems] == [("FP102", ())]
    named = lint_many(find_files(("sub", "flexplay.yaml")))
    assert [Path(each.file).name for each in named].count("flexplay.yaml") == 1
