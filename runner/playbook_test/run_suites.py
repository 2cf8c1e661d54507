"""Paths -> the results of all tests that they stand for."""

from collections.abc import Iterable
from dataclasses import dataclass

from runner.model.coverage import Coverage
from runner.model.playbook_test import SuiteResult
from runner.playbook_test.find import find_tests, untested_playbooks
from runner.playbook_test.golden import update_file
from runner.playbook_test.run_suite import run_suite
from runner.render.coverage import cover
from runner.render.probes import Recorder


@dataclass(frozen=True, slots=True)
class Ran:
    """The results file by file, the branches that all of them take, and how many values changed."""

    results: tuple[SuiteResult, ...]
    coverage: Coverage
    updated: int = 0


def run_suites(paths: Iterable[str], exclude: tuple[str, ...] = (), *, update: bool = False) -> Ran:
    """Run the tests of these paths; with `update`, write what is rendered, and run them again.

    The branches of playbooks without tests count as well: no test takes them.

    Raises:
        UsageFault: there are no tests, or a file cannot be written.
    """
    found = find_tests(paths, exclude)
    results, updated = [], 0
    for file in found.tests:
        result = run_suite(file)
        changed = update_file(result) if update and result.failed else 0
        results.append(run_suite(file) if changed else result)
        updated += changed
    coverage = Coverage()
    for result in results:
        coverage = coverage.joined(result.coverage)
    for playbook in untested_playbooks(found, (result.playbook for result in results)):
        coverage = coverage.joined(cover(playbook, Recorder()))
    return Ran(tuple(results), coverage, updated)
