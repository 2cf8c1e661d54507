"""Work on many files, in one process or in several where that is quicker, in the order given."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

# Below so many files, starting processes takes longer than they save.
WORTH_A_POOL = 64
_FILES_A_PROCESS = 32
_MOST_PROCESSES = 16
_CHUNKS_A_PROCESS = 8

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_files(
    work: Callable[[Item], Result], items: Sequence[Item], jobs: int | None = None
) -> list[Result]:
    """Return what a function of a module makes of each item.

    `jobs` is the number of processes; None chooses. Where processes cannot be started, one does.
    """
    wanted = _choose(len(items)) if jobs is None else min(jobs, len(items))
    found = _in_processes(work, items, wanted) if wanted > 1 else None
    return found if found is not None else list(map(work, items))


def _choose(files: int) -> int:
    if files < WORTH_A_POOL:
        return 1
    return min(_processors(), files // _FILES_A_PROCESS, _MOST_PROCESSES)


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_processes(
    work: Callable[[Item], Result], items: Sequence[Item], jobs: int
) -> list[Result] | None:
    """Return the results, or None where processes cannot be started or come to grief."""
    from concurrent.futures import BrokenExecutor  # noqa: PLC0415 - only for many files

    try:
        return list(_map(work, items, jobs))
    except (OSError, ImportError, NotImplementedError, BrokenExecutor):
        return None


def _map(work: Callable[[Item], Result], items: Sequence[Item], jobs: int) -> Iterator[Result]:
    import multiprocessing  # noqa: PLC0415 - only for many files
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - only for many files

    # Never plain fork: whoever calls us may have threads.
    known = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in known else "spawn")
    context.set_forkserver_preload([work.__module__])
    chunk = max(len(items) // (jobs * _CHUNKS_A_PROCESS), 1)
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        yield from pool.map(work, items, chunksize=chunk)
