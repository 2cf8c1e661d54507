"""Work on many files, in one process or several, with the same answer."""

import concurrent.futures

import pytest

from runner import processes as module
from runner.processes import WORTH_A_POOL, map_files

_WORDS = ["b", "a", "c"]


def test_processes_change_nothing() -> None:
    """The results are those of one process, in the order of the items."""
    assert map_files(ascii, _WORDS, 2) == map_files(ascii, _WORDS, 1) == ["'b'", "'a'", "'c'"]
    assert map_files(ascii, []) == map_files(ascii, [], 4) == []


@pytest.mark.parametrize("fault", [OSError, ImportError, NotImplementedError])
def test_without_processes_one_is_enough(
    monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    """Where the machine allows no processes (no semaphores, no memory), nothing is lost."""

    def refuse(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(concurrent.futures, "ProcessPoolExecutor", refuse)
    assert map_files(ascii, _WORDS, 4) == ["'b'", "'a'", "'c'"]


@pytest.mark.parametrize(
    ("files", "processors", "jobs"),
    [
        (1, 8, 1),
        (WORTH_A_POOL - 1, 8, 1),
        (WORTH_A_POOL, 8, 2),
        (WORTH_A_POOL, 1, 1),
        (1_000, 4, 4),
        (100_000, 256, 16),
    ],
)
def test_processes_are_started_where_they_pay(
    monkeypatch: pytest.MonkeyPatch, files: int, processors: int, jobs: int
) -> None:
    """Few files are checked by one process; many by a process for each processor, up to 16."""
    monkeypatch.setattr(module, "_processors", lambda: processors)
    assert module._choose(files) == jobs


def test_a_bug_in_a_process_is_a_bug_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not about processes is not hidden by starting over."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(module, "_map", fail)
    with pytest.raises(ZeroDivisionError):
        map_files(ascii, _WORDS, 2)
