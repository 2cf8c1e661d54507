"""`flexplay diff`: the rendered messages before and after."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from runner.cli.next_command import quote_command
from runner.cli.report_output import page_colour, print_report
from runner.model.errors import UsageFault
from runner.model.exit_code import ExitCode, gravest

if TYPE_CHECKING:
    from runner.diff.result import Diff

_STDIN = "-"


@click.command("diff")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--base", required=True, metavar="REV", help="The commit to compare with.")
@click.option("--head", metavar="REV", help="The commit to look at.  [default: the work tree]")
@click.option(
    "--merge-base",
    is_flag=True,
    help="Compare with the commit at which the branch left the base, not with its newest.",
)
@click.option(
    "--env",
    "environments",
    multiple=True,
    metavar="NAME",
    help="Only in this environment; repeatable.  [default: in all]",
)
@click.option(
    "-r",
    "--recipients",
    metavar="FILE",
    help="Render these recipients too, before and after; for one playbook.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How to print what differs.",
)
@click.option("--output", metavar="FILE", help="Write what differs to a file instead.")
@click.option("--detailed-exitcode", is_flag=True, help="End with 3 if anything differs.")
def command(  # noqa: PLR0913, PLR0917 - one parameter for each option
    paths: tuple[str, ...],
    base: str,
    head: str | None,
    environments: tuple[str, ...],
    recipients: str | None,
    style: str,
    output: str | None,
    *,
    merge_base: bool,
    detailed_exitcode: bool,
) -> int:
    """Show how the messages of playbooks differ from those of another commit.

    Samples are rendered before and after, in every environment; so changes of templates, included
    files and flexplay.yaml count too. A folder stands for the playbooks below it; without a PATH,
    it is the current one.
    """
    from datetime import UTC, datetime  # noqa: PLC0415 - not for --help

    from runner.compare.pair import Question  # noqa: PLC0415
    from runner.compare.revisions import Revisions, compare_revisions  # noqa: PLC0415

    if recipients == _STDIN:
        why = "standard input can be read once, and the recipients are read for both sides"
        raise UsageFault(why, "write them into a file, and give that")
    question = Question(datetime.now(UTC), environments, recipients)
    revisions = Revisions(base, head, fork=merge_base)
    diff = compare_revisions(revisions, paths or (".",), question)
    code = gravest(
        ExitCode.FINDINGS if diff.problems else ExitCode.DONE,
        ExitCode.CHANGES_PENDING if detailed_exitcode and diff.differs else ExitCode.DONE,
    )
    report = _REPORTS[style](_Compared(diff, code, output))
    print_report(report, output, for_people=style == "text")
    if style != "json":
        _say_next(diff, recipients)
    return int(code)


@dataclass(frozen=True, slots=True)
class _Compared:
    """What differs, how the command ends, and the file that the report goes to."""

    diff: "Diff"
    code: ExitCode
    output: str | None


def _text(compared: _Compared) -> str:
    from runner.report.diff_text import Look, report_diff  # noqa: PLC0415

    private = compared.output is None and sys.stdout.isatty()
    lines = report_diff(compared.diff, Look(page_colour(compared.output), private))
    return "".join(f"{line}\n" for line in lines)


def _markdown(compared: _Compared) -> str:
    from runner.report.diff_markdown import report_markdown  # noqa: PLC0415

    return report_markdown(compared.diff)


def _json(compared: _Compared) -> str:
    from runner.report.diff_json import diff_document  # noqa: PLC0415

    document = diff_document(compared.diff, compared.code)
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _say_next(diff: "Diff", recipients: str | None) -> None:
    """Say in one line what differs, and what to type next."""
    from runner.report.diff_words import summary_line  # noqa: PLC0415

    click.echo(summary_line(diff), err=True)
    rows = ("-r", recipients) if recipients else ()
    broken = [
        playbook.file
        for playbook in diff.playbooks
        if any(problem.span.file != recipients for problem in playbook.problems)
    ]
    told = [each.file for each in diff.playbooks if each.differs and each.state != "deleted"]
    if broken:
        click.echo(f"Mend it first: {quote_command('validate', *broken)}", err=True)
    elif told or diff.problems:
        file = told[0] if told else diff.playbooks[0].file
        click.echo(f"See it whole: {quote_command('preview', file, *rows)}", err=True)


_REPORTS: dict[str, Callable[[_Compared], str]] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
}
