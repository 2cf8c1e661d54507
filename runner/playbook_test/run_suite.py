"""A file of tests -> what came of them."""

from runner.load.file import load_file
from runner.model.document import Document
from runner.model.playbook_test import Case, CaseResult, Suite, SuiteResult
from runner.playbook_test.bench import Bench, open_bench
from runner.playbook_test.read import check_suite
from runner.playbook_test.verify import verify
from runner.render.coverage import cover
from runner.render.probes import Recorder


def run_suite(file: str) -> SuiteResult:
    """Return the results of a file's tests; its problems, if they cannot be run."""
    document = load_file(file)
    suite = check_suite(document) if isinstance(document, Document) else document
    if not isinstance(suite, Suite):
        return SuiteResult(file, problems=suite)
    recorder = Recorder()
    bench = open_bench(suite, recorder)
    if isinstance(bench, tuple):
        return SuiteResult(file, suite.playbook, problems=bench)
    results = tuple(_run_case(case, bench) for case in suite.cases)
    return SuiteResult(file, suite.playbook, results, coverage=cover(bench.playbook, recorder))


def _run_case(case: Case, bench: Bench) -> CaseResult:
    rendered = bench.render(case)
    mismatches = verify(case, rendered, bench.playbook)
    return CaseResult(case, mismatches, rendered=rendered.delivery is not None)
