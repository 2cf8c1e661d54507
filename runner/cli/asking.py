"""What a person is shown, and asked, before anything is sent."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from runner.book.forecast import Survey
from runner.cli.sending_choice import Options
from runner.model.delivery import Delivery
from runner.model.errors import Findings, Refused, UsageFault
from runner.model.mask import mask_address, mask_sid
from runner.model.message import message_of
from runner.model.outcome import STATES
from runner.model.recipient import RejectedRow
from runner.policy.objection import Objection
from runner.prepare import Wish
from runner.report.findings_text import concise_finding, report_findings
from runner.report.plan_text import workers_text
from runner.report.rejects import RejectsFile
from runner.report.run_report import say_counts
from runner.report.visible import make_visible
from runner.report.wait_text import say_when
from runner.run import Prepared

_SHOWN_REJECTS = 20


def show_warnings(prepared: Prepared) -> None:
    """Print the warnings that no rejected row says already."""
    said = {problem.span for row in prepared.checked.rejected for problem in row.problems}
    for problem in (*prepared.loaded.warnings, *prepared.renderer.warnings.values()):
        if problem.span not in said:
            click.echo(concise_finding(problem), err=True)


def show_rejected(rejected: Sequence[RejectedRow]) -> None:
    """Print the faults of the first rows, the same fault of the playbook only once."""
    problems = [problem for row in rejected for problem in row.problems]
    first = {
        (problem.code, problem.span, problem.message): problem for problem in reversed(problems)
    }
    shown = list(reversed(first.values()))[:_SHOWN_REJECTS]
    for line in report_findings(shown):
        click.echo(line, err=True)
    if rejected:
        rows = len(rejected)
        click.echo(f"{rows:,} row{'' if rows == 1 else 's'} rejected.", err=True)


def refuse_rejected(prepared: Prepared, options: Options) -> None:
    """Keep the rejected rows in a file, and stop, unless the others shall be sent all the same.

    Raises:
        Findings: rows were rejected.
    """
    rejected = prepared.checked.rejected
    if not rejected:
        return
    kept = _keep_rejected(prepared)
    if options.skip_rejected:
        show_rejected(rejected)
        return
    remedy = f"Nothing was sent.{kept} Mend them, or send the others with --skip-rejected."
    if options.style == "text" and sys.stdin.isatty():
        show_rejected(rejected)
        good = len(prepared.checked.digests)
        if good and click.confirm(f"Leave them out and send to the other {good:,}?", err=True):
            return
        raise Findings((), "nothing was sent", remedy)
    problems = tuple(problem for row in rejected for problem in row.problems)
    raise Findings(problems[:_SHOWN_REJECTS], f"{len(rejected):,} rows are rejected", remedy)


def _keep_rejected(prepared: Prepared) -> str:
    """Write the rejects file, and say where it is; a row of the command line is in none."""
    if not prepared.source.file:
        return ""
    path = rejects_path(prepared.source.file)
    with RejectsFile(path) as rejects:
        for row in prepared.checked.rejected:
            rejects.add(row)
    return f" They are in {path}."


def rejects_path(recipients: str) -> Path:
    """Return where the rejected rows of a file are kept, in the form that the file has."""
    source = Path(recipients)
    suffix = "jsonl" if source.suffix.lower() in (".jsonl", ".ndjson") else "csv"
    return Path(f"{source.stem}.rejects.{suffix}")


def refuse_silence(prepared: Prepared, options: Options) -> None:
    """Refuse to send where nobody can be asked.

    Raises:
        UsageFault: nobody can, and `--yes` is not given.
    """
    people = len(prepared.checked.digests)
    if people and not options.yes and not sys.stdin.isatty():
        why = f"{people:,} people would be messaged, and there is no terminal to ask on"
        raise UsageFault(why, "add --yes to send, or --dry-run to see what would be sent")


def ask_to_send(prepared: Prepared, survey: Survey, options: Options) -> None:
    """Ask for the number of people to be typed.

    Raises:
        Refused: there are more than expected, or the number was not typed.
    """
    people = min(survey.begin, options.limit or survey.begin)
    refusal = refuse_more_than_expected(survey, options)
    if refusal:
        raise Refused(refusal.why, f"nothing was sent; {refusal.remedy}")
    if prepared.wish.redirect_to:
        click.echo(say_redirected(prepared.wish), err=True)
    if options.yes or not people:
        return
    for line in _question(prepared, survey, people, waits=options.patience is not None):
        click.echo(line, err=True)
    typed = click.prompt(f"Type {people} to go on", default="", show_default=False, err=True)
    if typed.strip() != str(people):
        raise Refused("the number was not typed, so nothing was sent")


def refuse_more_than_expected(survey: Survey, options: Options) -> Objection | None:
    """Return why more people would be messaged than somebody expects; None if not more are."""
    people = min(survey.begin, options.limit or survey.begin)
    if options.expect is None or people <= options.expect:
        return None
    said = options.expect_said
    why = f"{people:,} people would be messaged, and {said} says {options.expect:,}"
    return Objection(why, f"look at the recipients, or raise {said}")


def say_redirected(wish: Wish) -> str:
    """Return what must not be overlooked in a rehearsal to one's own phone."""
    address = mask_address(wish.redirect_to or "")
    return (
        f"REDIRECTED: EVERY MESSAGE GOES TO {address}, none to a customer; nobody counts as sent."
    )


def _question(prepared: Prepared, survey: Survey, people: int, *, waits: bool) -> Iterator[str]:
    environment = prepared.loaded.environment.name
    target = prepared.target
    redirected = prepared.wish.redirect_to
    to = f"Send to {'1 person' if people == 1 else f'{people:,} people'}"
    to = f"Send {people:,} messages TO {mask_address(redirected)}" if redirected else to
    where = f" · at {target.base_url}" if target.base_url else ""
    when = say_when(prepared.now, datetime.now(UTC), waits=waits)
    yield (
        f"{to} {when}, for real?   {environment} · {mask_sid(target.account)} · "
        f"{_sender(survey.first[0])}{where}"
    )
    for delivery in survey.first:
        yield f'  "{make_visible(message_of(delivery).text.strip())}"'
    if survey.workers:
        yield f"  tasks: {workers_text(survey.workers)}"
    others = say_counts({**dict.fromkeys(STATES, 0), **survey.kept})
    if others:
        yield f"  nothing for the others: {others}"


def _sender(first: Delivery) -> str:
    sender = first.customer.proxy_address
    return f"{first.channel.type} from {mask_address(sender)}" if sender else first.channel.type
