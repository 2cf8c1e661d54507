"""`flexplay preview`: the messages as the customer will see them."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.options import fields_option, variables_option
from runner.model.errors import UsageFault
from runner.model.exit_code import ExitCode
from runner.model.problem import Severity

if TYPE_CHECKING:
    from runner.model.preview import Preview
    from runner.prepare import Wish

_LIMIT = 20
_WIDEST = 100


@click.command("preview")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "-r", "--recipients", metavar="FILE", help="Look at real recipients instead of the samples."
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=_LIMIT,
    show_default=True,
    metavar="N",
    help="Show N different messages of recipients at most.",
)
@fields_option
@variables_option
@click.option(
    "--env", "environment", metavar="NAME", help="Look in this environment only; else in all."
)
@click.option("--html", metavar="FILE", help="Write a page for the browser instead.")
@click.option("--requests", is_flag=True, help="Show the exact requests, too; a page has them.")
@click.option(
    "--show-addresses", is_flag=True, help="Show recipients' addresses, which else are masked."
)
def command(  # noqa: PLR0913 - one parameter for each option
    *,
    paths: tuple[str, ...],
    recipients: str | None,
    limit: int,
    fields: dict[str, str],
    variables: dict[str, str],
    environment: str | None,
    html: str | None,
    requests: bool,
    show_addresses: bool,
) -> int:
    """Show the messages of playbooks as the customer will see them.

    They are those of the samples, in every environment, or of real recipients: outside a terminal
    these are shown with their values left out, and in a page that only its owner can read.
    """
    real = bool(recipients or fields)
    if real:
        from runner.prepare import Wish  # noqa: PLC0415 - not for --help

        if show_addresses and not (html or sys.stdout.isatty()):
            why = "addresses are shown on a terminal or in a page, and this is neither"
            raise UsageFault(why, "leave out --show-addresses, or write a page with --html FILE")
        wish = Wish(_only(paths), recipients, fields, variables, environment)
        shown = _of_recipients(wish, limit, show_addresses=show_addresses, html=html)
        previews: tuple[Preview, ...] = (shown,)
    else:
        previews = _of_samples(paths, variables, environment)
    if html:
        _write_page(previews, html, private=real)
    else:
        _print(previews, requests=requests)
    return int(_code(previews))


def _only(paths: tuple[str, ...]) -> str:
    """Return the one playbook that the recipients are for.

    Raises:
        UsageFault: there are several.
    """
    if len(paths) > 1 or Path(paths[0]).is_dir():
        raise UsageFault("recipients are those of one playbook", "name one file")
    return paths[0]


def _of_recipients(
    wish: "Wish", limit: int, *, show_addresses: bool, html: str | None
) -> "Preview":
    from runner.preview.of_recipients import Audience, preview_recipients  # noqa: PLC0415
    from runner.preview.privacy import Privacy  # noqa: PLC0415 - not for --help

    privacy = Privacy(values=bool(html) or sys.stdout.isatty(), addresses=show_addresses)
    account = os.environ.get("TWILIO_ACCOUNT_SID", "")
    return preview_recipients(wish, account, Audience(privacy, limit))


def _of_samples(
    paths: tuple[str, ...], variables: dict[str, str], environment: str | None
) -> tuple["Preview", ...]:
    from runner.find_files import find_files  # noqa: PLC0415 - not for --help
    from runner.preview.of_samples import Look, find_playbooks, preview_samples  # noqa: PLC0415

    look = Look(datetime.now(UTC), environment, variables)
    files = find_playbooks(find_files(paths))
    if not files:
        raise UsageFault("there is no playbook there", "name a playbook, or a folder with some")
    return tuple(preview_samples(file, look) for file in files)


def _print(previews: tuple["Preview", ...], *, requests: bool) -> None:
    from runner.cli.report_output import page_colour, page_width, print_report  # noqa: PLC0415
    from runner.report.preview_text import Screen, preview_text, summarize_previews  # noqa: PLC0415

    screen = Screen(min(page_width(None), _WIDEST), page_colour(None), requests)
    lines = (line for preview in previews for line in preview_text(preview, screen))
    print_report("".join(f"{line}\n" for line in lines), None, for_people=True)
    click.echo(summarize_previews(previews), err=True)
    if any(preview.cards for preview in previews):
        click.echo(f"As a page for the browser: {_page_command()}", err=True)
    _say_why(previews)


def _say_why(previews: tuple["Preview", ...]) -> None:
    """Say how to read about the first finding that keeps a message from being shown, or any."""
    failed = [each.value for one in previews for card in one.failures for each in card.problems]
    beside = [each.value for one in previews for card in one.cards for each in card.problems]
    found = [*failed, *(problem for one in previews for problem in one.problems), *beside]
    gravest = sorted(found, key=lambda problem: problem.severity is not Severity.ERROR)
    if gravest:
        click.echo(f"Why: flexplay explain {gravest[0].code}", err=True)


def _page_command() -> str:
    """Return the same command for a page; what it says of people is for a terminal only."""
    from runner.cli.next_command import quote_command, typed_words  # noqa: PLC0415

    words = [word for word in typed_words() if word != "--requests"]
    personal = any(word.startswith("--set") for word in words) and not sys.stderr.isatty()
    if personal or not words:
        return "type it again with --html preview.html"
    return quote_command(*words, "--html", "preview.html")


def _write_page(previews: tuple["Preview", ...], file: str, *, private: bool) -> None:
    from importlib.metadata import version  # noqa: PLC0415 - not for --help

    from runner.report.preview_page import preview_page  # noqa: PLC0415
    from runner.report.preview_text import summarize_previews  # noqa: PLC0415
    from runner.report.whole_file import write_whole  # noqa: PLC0415

    page = preview_page(previews, datetime.now(UTC), version("flexplay"))
    write_whole(Path(file), page, private=private)
    own = "; only you can read it" if private else ""
    click.echo(summarize_previews(previews), err=True)
    where = Path(file).absolute().as_uri()
    click.echo(f"Wrote {file}{own}. Open it in a browser: {where}", err=True)
    _say_why(previews)


def _code(previews: tuple["Preview", ...]) -> ExitCode:
    """Return whether there is anything that could not be shown."""
    wrong = any(
        preview.rejected or any(each.severity is Severity.ERROR for each in preview.problems)
        for preview in previews
    )
    return ExitCode.FINDINGS if wrong else ExitCode.DONE
