"""`flexplay validate`: every finding before anything is sent."""

import click

from runner.cli.validate_output import (
    REPORTS,
    Checked,
    append_summary,
    say_count,
    write_report,
)
from runner.model.exit_code import ExitCode
from runner.model.problem import Severity


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "style",
    type=click.Choice(list(REPORTS)),
    default="text",
    show_default=True,
    help="How to print the findings.",
)
@click.option("--output", metavar="FILE", help="Write the findings to a file instead.")
def command(paths: tuple[str, ...], style: str, output: str | None) -> int:
    """Check playbooks and project files: their shape, the rules, their samples rendered.

    A folder stands for the playbooks below it; without a PATH, the current folder.
    """
    from runner.lint import find_files, lint_file  # noqa: PLC0415 - not for --help

    files = tuple(dict.fromkeys(find_files(paths or (".",))))
    problems = tuple(problem for file in files for problem in lint_file(file))
    failed = any(problem.severity is Severity.ERROR for problem in problems)
    checked = Checked(problems, files, ExitCode.FINDINGS if failed else ExitCode.DONE, output)
    write_report(checked, style)
    if style == "github":
        append_summary(checked)
    say_count(checked, style)
    return int(checked.code)
