"""What `flexplay test` prints: every format by name, and the last lines."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from runner.cli.ci_environment import naming
from runner.cli.next_command import quote_command, typed_words
from runner.cli.report_output import page_colour, page_width, print_report
from runner.model.coverage import Coverage
from runner.model.exit_code import ExitCode
from runner.playbook_test.run_suites import Ran
from runner.report.tests_text import (
    floor_percent,
    report_missed,
    report_tests,
    summarize_coverage,
    summarize_tests,
)


@dataclass(frozen=True, slots=True)
class Tested:
    """The results, and what was asked of them."""

    ran: Ran
    coverage: Coverage
    output: str | None
    min_coverage: float | None
    show_missed: bool
    update: bool

    @property
    def reached(self) -> bool:
        """Whether enough of the branches are taken."""
        return self.min_coverage is None or self.coverage.percent >= self.min_coverage

    @property
    def shows_missed(self) -> bool:
        """Whether to point at what no test takes."""
        return self.show_missed or not self.reached

    @property
    def code(self) -> ExitCode:
        """How the command ends."""
        failed = any(result.failed or result.problems for result in self.ran.results)
        return ExitCode.FINDINGS if failed or not self.reached else ExitCode.DONE


def _text(tested: Tested) -> str:
    colour, width = page_colour(tested.output), page_width(tested.output)
    lines = [*report_tests(tested.ran.results, colour=colour, width=width)]
    if tested.shows_missed:
        missed = list(report_missed(tested.coverage, colour=colour, width=width))
        lines += ["", *missed] if missed and lines[-1] else missed
    return "".join(f"{line}\n" for line in lines)


def _json(tested: Tested) -> str:
    from runner.report.tests_json import tests_document  # noqa: PLC0415 - only when asked for

    ran = tested.ran
    document = tests_document(ran.results, tested.coverage, ran.updated, tested.code)
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _junit(tested: Tested) -> str:
    from runner.report.tests_junit import report_tests_junit  # noqa: PLC0415 - only when asked for

    now = datetime.now().astimezone()
    return report_tests_junit(tested.ran.results, now, naming(os.environ, Path.cwd()))


REPORTS: dict[str, Callable[[Tested], str]] = {"text": _text, "json": _json, "junit": _junit}


def write_results(tested: Tested, style: str) -> None:
    """Print the results, or write them to the file.

    Raises:
        UsageFault: the file cannot be written.
    """
    print_report(REPORTS[style](tested), tested.output, for_people=style == "text")


def say_result(tested: Tested, style: str) -> None:
    """Say how it ended and what to type next; where JSON is wanted, nothing else is expected."""
    if style == "json":
        return
    for line in _last_lines(tested):
        click.echo(line, err=True)


def _last_lines(tested: Tested) -> Iterator[str]:
    ran = tested.ran
    if tested.update:
        values = f"{ran.updated} value{'' if ran.updated == 1 else 's'}"
        yield f"Updated {values}. What has changed: git diff"
    if tested.shows_missed:
        yield f"Coverage: {summarize_coverage(tested.coverage)}"
    if not tested.reached:
        percent = floor_percent(tested.coverage)
        yield f"The coverage is {percent} %, and {tested.min_coverage:g} % are asked for."
    yield summarize_tests(ran.results) + _next(tested)


def _next(tested: Tested) -> str:
    """Return what to type next."""
    results = tested.ran.results
    broken = next((result.problems[0].code for result in results if result.problems), None)
    if broken:
        return f" Why: flexplay explain {broken}"
    cases = (case for result in results for case in result.results)
    mismatches = [mismatch for case in cases for mismatch in case.mismatches]
    if any(mismatch.golden for mismatch in mismatches) and not tested.update:
        command = quote_command(*typed_words(), "--update")
        return f" If what is rendered is right: {command}"
    if mismatches:
        return " Why: flexplay explain FP801"
    return "" if tested.reached else " Why: flexplay explain FP802"
