"""Paths -> the results of all tests that they stand for."""

from collections.abc import Iterable
from dataclasses import dataclass

from runner.model.coverage import Coverage
from runner.model.playbook_test import SuiteResult
from runner.playbook_test.find import Found, find_tests, untested_playbooks
from runner.playbook_test.golden import update_file
from runner.playbook_test.run_suite import run_suite
from runner.processes import map_files
from runner.render.coverage import cover
from runner.render.probes import Recorder


@dataclass(frozen=True, slots=True)
class Ran:
    """The results file by file, what was looked through for them, and how many values changed."""

    results: tuple[SuiteResult, ...]
    found: Found
    updated: int = 0


def run_suites(
    paths: Iterable[str],
    exclude: tuple[str, ...] = (),
    jobs: int | None = None,
    *,
    update: bool = False,
    allow_none: bool = False,
) -> Ran:
    """Run the tests of these paths; with `update`, write what is rendered, and run them again.

    `jobs` is the number of processes; None chooses. With `allow_none`, there may be no tests.

    Raises:
        UsageFault: there are no tests, or a file cannot be written.
    """
    found = find_tests(paths, exclude, allow_none=allow_none)
    results, updated = [], 0
    for result in map_files(run_suite, found.tests, jobs):
        changed = update_file(result) if update and result.failed else 0
        results.append(run_suite(result.file) if changed else result)
        updated += changed
    return Ran(tuple(results), found, updated)


def measure_coverage(ran: Ran) -> Coverage:
    """Return which branches all tests take.

    Those of playbooks without tests, below the folders that were named, count as well, and of those
    whose tests could not be run: no test takes them.
    """
    coverage = Coverage()
    for result in ran.results:
        coverage = coverage.joined(result.coverage)
    tested = [result.playbook for result in ran.results if not result.problems]
    broken = [result.playbook for result in ran.results if result.problems and result.playbook]
    for playbook in untested_playbooks((*ran.found.candidates, *broken), tested):
        coverage = coverage.joined(cover(playbook, Recorder()))
    return coverage
