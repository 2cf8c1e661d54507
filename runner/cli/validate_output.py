"""What `flexplay validate` prints: every format by name, and where a report goes."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.report_output import page_colour, page_width, print_report
from runner.model.exit_code import ExitCode
from runner.model.problem import Problem, Severity

if TYPE_CHECKING:  # imports all that checking needs
    from runner.fix import Fixed

# Their lines are for eyes and their output for the terminal's encoding.
_FOR_PEOPLE = ("text", "concise")
# Programs that read these expect nothing else, not even on stderr.
_SILENT = ("json", "jsonl")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in which files, what was mended, and the file that the report goes to.

    `texts` are the contents of files that do not stand on the disk as they were checked.
    """

    problems: tuple[Problem, ...]
    files: tuple[str, ...]
    output: str | None = None
    fixed: "Fixed | None" = None
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> ExitCode:
        """How the command ends: only an error keeps a message from being sent."""
        failed = any(problem.severity is Severity.ERROR for problem in self.problems)
        return ExitCode.FINDINGS if failed else ExitCode.DONE

    @property
    def colour(self) -> bool:
        """Whether the report is for a screen with colours."""
        return page_colour(self.output)

    @property
    def width(self) -> int:
        """How many cells a line has."""
        return page_width(self.output)


def _text(checked: Checked) -> str:
    from runner.report.findings_text import report_findings  # noqa: PLC0415

    lines = report_findings(
        checked.problems, colour=checked.colour, width=checked.width, texts=checked.texts
    )
    return "".join(f"{line}\n" for line in lines)


def _concise(checked: Checked) -> str:
    from runner.report.findings_text import concise_finding  # noqa: PLC0415

    colour = checked.colour
    lines = (concise_finding(problem, colour=colour) for problem in checked.problems)
    return "".join(f"{line}\n" for line in lines)


def _json(checked: Checked) -> str:
    from runner.report.findings_json import findings_document  # noqa: PLC0415

    fixed = checked.fixed.problems if checked.fixed else ()
    document = findings_document(checked.problems, len(checked.files), checked.code, fixed)
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _jsonl(checked: Checked) -> str:
    from runner.report.findings_json import finding_object  # noqa: PLC0415

    objects = map(finding_object, checked.problems)
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects)


def _github(checked: Checked) -> str:
    from runner.cli.ci_environment import naming  # noqa: PLC0415
    from runner.report.findings_github import report_github  # noqa: PLC0415

    return report_github(checked.problems, naming(os.environ, Path.cwd()))


def _gitlab(checked: Checked) -> str:
    from runner.cli.ci_environment import naming  # noqa: PLC0415
    from runner.report.findings_gitlab import report_gitlab  # noqa: PLC0415

    return report_gitlab(checked.problems, naming(os.environ, Path.cwd()))


def _sarif(checked: Checked) -> str:
    from importlib.metadata import version  # noqa: PLC0415

    from runner.cli.ci_environment import naming  # noqa: PLC0415
    from runner.report.findings_sarif import RuleText, report_sarif  # noqa: PLC0415
    from runner.rules.explanations import known_codes, page_title, read_page  # noqa: PLC0415

    codes = {problem.code for problem in checked.problems} & set(known_codes())
    texts = {code: RuleText(page_title(code), read_page(code)) for code in codes}
    shown = naming(os.environ, Path.cwd())
    return report_sarif(checked.problems, version("flexplay"), texts, shown)


def _junit(checked: Checked) -> str:
    from runner.cli.ci_environment import naming  # noqa: PLC0415
    from runner.report.findings_junit import report_junit  # noqa: PLC0415

    now = datetime.now().astimezone()
    return report_junit(checked.problems, checked.files, now, naming(os.environ, Path.cwd()))


REPORTS: dict[str, Callable[[Checked], str]] = {
    "text": _text,
    "concise": _concise,
    "json": _json,
    "jsonl": _jsonl,
    "github": _github,
    "gitlab": _gitlab,
    "sarif": _sarif,
    "junit": _junit,
}


def write_report(checked: Checked, style: str) -> None:
    """Print the report, or write it to the file; what machines read is UTF-8 everywhere.

    Raises:
        UsageFault: the file cannot be written.
    """
    print_report(REPORTS[style](checked), checked.output, for_people=style in _FOR_PEOPLE)


def append_summary(checked: Checked) -> None:
    """Append all findings to the job's summary; without one, the log has to do."""
    from runner.cli.ci_environment import blob_address, naming  # noqa: PLC0415
    from runner.report.findings_github import SUMMARY_LIMIT, github_summary  # noqa: PLC0415

    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    shown, blob = naming(os.environ, Path.cwd()), blob_address(os.environ)
    try:
        with Path(name).open("ab") as stream:
            room = SUMMARY_LIMIT - stream.tell()
            text = github_summary(checked.problems, len(checked.files), shown, blob, room)
            stream.write(text.encode(errors="replace"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        click.echo(f"The job summary cannot be written: {reason}.", err=True)


def say_count(checked: Checked, style: str) -> None:
    """Say how many findings there are, and what to type next, where people may read it."""
    from runner.report.findings_text import summarize, summarize_fixes  # noqa: PLC0415

    if style in _SILENT:
        return
    if checked.fixed:
        fixed = checked.fixed
        click.echo(summarize_fixes(fixed.problems, fixed.files, fixed.refused), err=True)
    said = summarize(checked.problems, len(checked.files))
    if checked.problems:
        said += f" Why: flexplay explain {checked.problems[0].code}"
    click.echo(said, err=True)
