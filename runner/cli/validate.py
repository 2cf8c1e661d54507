"""`flexplay validate`: every finding before anything is sent."""

import sys
from dataclasses import replace

import click

from runner.cli.options import exclude_option, jobs_option
from runner.cli.validate_output import (
    REPORTS,
    Checked,
    append_summary,
    say_count,
    write_report,
)
from runner.model.errors import UsageFault

_STDIN = "-"
_STDIN_NAME = "stdin.yaml"


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
@click.option("--fix", is_flag=True, help="Mend what can be mended safely, and show the rest.")
@exclude_option
@jobs_option
@click.option(
    "--stdin-filename",
    metavar="FILE",
    help="What file standard input (-) is to be checked as.",
)
def command(  # noqa: PLR0913 - one parameter for each option
    paths: tuple[str, ...],
    style: str,
    output: str | None,
    exclude: tuple[str, ...],
    jobs: int | None,
    stdin_filename: str | None,
    *,
    fix: bool,
) -> int:
    """Check playbooks and project files: their shape, the rules, their samples rendered.

    A folder stands for the playbooks below it, and - for standard input; without a PATH, the
    current folder is checked.
    """
    if _STDIN in paths:
        _check_stdin_alone(paths, fix=fix)
        checked = _check_stdin(stdin_filename or _STDIN_NAME)
    else:
        checked = _check_paths(paths or (".",), exclude, jobs, fix=fix)
    checked = replace(checked, output=output)
    write_report(checked, style)
    if style == "github":
        append_summary(checked)
    say_count(checked, style)
    return int(checked.code)


def _check_stdin_alone(paths: tuple[str, ...], *, fix: bool) -> None:
    if len(paths) > 1:
        why = "- stands for standard input, and other paths are given beside it"
        raise UsageFault(why, "check them in a command of their own")
    if fix:
        raise UsageFault("--fix cannot change standard input", "name the file instead of -")


def _check_stdin(name: str) -> Checked:
    from runner.lint import lint_text  # noqa: PLC0415 - not for --help
    from runner.load.file import LARGEST_FILE  # noqa: PLC0415 - not for --help

    data = sys.stdin.buffer.read(LARGEST_FILE + 1)
    text = data.decode("utf-8-sig", "replace")
    return Checked(lint_text(name, data), (name,), texts={name: text})


def _check_paths(
    paths: tuple[str, ...], exclude: tuple[str, ...], jobs: int | None, *, fix: bool
) -> Checked:
    from runner.find_files import find_files  # noqa: PLC0415 - not for --help
    from runner.lint_many import lint_many  # noqa: PLC0415 - not for --help

    candidates = find_files(paths, exclude)
    linted = lint_many(candidates, jobs)
    if fix:
        from runner.fix import fix_files  # noqa: PLC0415 - not for --help

        fixed = fix_files(each.file for each in linted if any(p.edits for p in each.problems))
        linted = lint_many(candidates, jobs) if fixed.problems else linted
        refused = {(each.span, each.code) for each in fixed.refused}
    else:
        fixed, refused = None, set()
    problems = tuple(
        replace(problem, edits=()) if (problem.span, problem.code) in refused else problem
        for each in linted
        for problem in each.problems
    )
    return Checked(problems, tuple(each.file for each in linted), fixed=fixed)
